"""How much work an incident is assumed to be, and how much a week holds: a district's rows, else the product's own.

What the product assumes where a district has no row is a guess and is called one on every page that uses it.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from admission.models import Capacity, Effort
from grids.models import Employment
from workorders.models import Category
from workorders.states import Difficulty

ASSUMED_MINUTES = {Difficulty.SIMPLE: 30, Difficulty.COMPLEX: 90, Difficulty.HARD: 240}
ASSUMED_WEEK = {Employment.FULL_TIME: 2400, Employment.PART_TIME: 1200}
"""Minutes: 40 hours for full time, half of it for part time."""


@dataclass(frozen=True)
class Assumption:
    """A number of minutes, and where it comes from."""

    minutes: int
    source: str
    is_row: bool
    """Set by the district; else assumed by the product."""


@dataclass(frozen=True)
class EffortBook:
    """Answers for every category and difficulty; no database behind the answers."""

    rows: Mapping[tuple[int | None, str], Effort]
    parents: Mapping[int, int | None]

    @classmethod
    def load(cls, district_id: int, at: dt.datetime) -> "EffortBook":
        """Read a district's rows and the tree of categories: two queries."""
        rows: Iterable[Effort] = Effort.objects.in_force(at).filter(district_id=district_id)  # type: ignore[assignment]
        found = {(row.category_id, row.difficulty): row for row in rows}
        return cls(found, dict(Category.objects.values_list("pk", "parent_id")))

    def of(self, category_id: int | None, difficulty: str) -> Assumption:
        """Return the minutes of one incident: of the category and its ancestors first, then of the difficulty."""
        node = category_id
        while True:
            for key in ((node, difficulty), (node, "")):
                row = self.rows.get(key)
                if row is not None:
                    return Assumption(row.minutes, row.source, is_row=True)
            if node is None:
                break
            node = self.parents.get(node)
        return Assumption(ASSUMED_MINUTES[Difficulty(difficulty)], _("assumed by the product"), is_row=False)

    def table(self) -> list[tuple[int, str, int]]:
        """List (category, difficulty, minutes) for every pair, for a statement that joins it."""
        return [
            (category_id, difficulty, self.of(category_id, difficulty).minutes)
            for category_id in self.parents
            for difficulty in Difficulty.values
        ]


def capacities(district_id: int, at: dt.datetime) -> dict[str, Assumption]:
    """Return the minutes that a week holds, by employment: one query."""
    found = {
        kind.value: Assumption(minutes, _("assumed by the product"), is_row=False)
        for kind, minutes in ASSUMED_WEEK.items()
    }
    rows: Iterable[Capacity] = Capacity.objects.in_force(at).filter(district_id=district_id)  # type: ignore[assignment]
    return found | {row.employment: Assumption(row.minutes, row.source, is_row=True) for row in rows}
