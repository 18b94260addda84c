"""Which limit row answers for a stage of an order: the most specific one that was in force at acceptance.

Order of weight: urgency, then the rule that the order runs under, then category (its own row before its ancestors'),
then difficulty, then level. A blank cell of a row means "any". Rows are never edited in place (models.Rule), so the
moment of acceptance names them.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import cast

from django.db import connection

from workorders.models import Category, EscalationStep, Limit, WorkOrder

_Cell = tuple[str, int | None, str, str, str, str]


class NoLimitRow(Exception):
    """The district has no row for a stage; `load_rules` gives every stage a general one."""


@dataclass(frozen=True)
class Question:
    """What a limit is asked for."""

    stage: str
    category_id: int
    difficulty: str
    level: str
    urgency: str
    at: dt.datetime
    profile: str = ""

    @classmethod
    def about(cls, order: WorkOrder, stage: str, level: str) -> "Question":
        """Ask for an order, by the rows of the moment that names them."""
        at = rules_at(order.accepted_at, order.reported_at)
        return cls(stage, order.category_id, order.difficulty, level, order.urgency, at, order.profile)


class Rulebook:
    """A district's limits and ladder with their history, held in memory; nobody changes one that was read."""

    def __init__(
        self, limits: Iterable[Limit], steps: Iterable[EscalationStep], parents: Mapping[int, int | None]
    ) -> None:
        self._parents = parents
        self._cells: dict[_Cell, list[Limit]] = defaultdict(list)
        for row in limits:
            cell = row.stage, row.category_id, row.difficulty, row.level, row.urgency, row.profile
            self._cells[cell].append(row)
        self._steps = sorted(steps, key=lambda step: step.position)

    @classmethod
    def load(cls, district_id: int) -> "Rulebook":
        """Return a district's book: one cheap query unless a row of it changed since this process read it."""
        with connection.cursor() as cursor:
            cursor.execute(_VERSION, [district_id, district_id])
            return _book(tuple(cursor.fetchone()), district_id)

    def limit(self, question: Question) -> Limit:
        """Return the row that answers; raises NoLimitRow."""
        for cell in self._cells_of(question):
            for row in self._cells.get(cell, ()):
                if row.valid_from <= question.at and (row.valid_to is None or row.valid_to > question.at):
                    return row
        message = f"No limit row for stage {question.stage!r}."
        raise NoLimitRow(message)

    def ladder(self, at: dt.datetime, urgency: str) -> list[EscalationStep]:
        """Return the steps in force at this moment for an urgency, lowest first."""
        steps = [s for s in self._steps if s.valid_from <= at and (s.valid_to is None or s.valid_to > at)]
        return [s for s in steps if s.urgency == urgency] or [s for s in steps if not s.urgency]

    def era(self, at: dt.datetime) -> dt.datetime:
        """Return the last change of the ladder before this moment: within an era its answer is the same."""
        edges = [edge for s in self._steps for edge in (s.valid_from, s.valid_to) if edge is not None and edge <= at]
        return max(edges, default=at)

    def chain(self, category_id: int | None) -> list[int | None]:
        """Return the category, its ancestors, and None for "any category"."""
        chain: list[int | None] = []
        while category_id is not None:
            chain.append(category_id)
            category_id = self._parents.get(category_id)
        return [*chain, None]

    def _cells_of(self, q: Question) -> Iterable[_Cell]:
        profiles = (q.profile, "") if q.profile else ("",)
        rest = product(self.chain(q.category_id), (q.difficulty, ""), (q.level, ""))
        for (urgency, profile), (category_id, difficulty, level) in product(
            product((q.urgency, ""), profiles), list(rest)
        ):
            yield q.stage, category_id, difficulty, level, urgency, profile


_STAMP = "count(*), coalesce(sum(hashtext(ctid::text || xmin::text)::bigint), 0)"
"""Names the present version of every row: with any edit, insertion or deletion it is another one."""
_VERSION = (
    f"SELECT * FROM (SELECT {_STAMP} FROM workorders_limit WHERE district_id = %s) limits, "  # noqa: S608 - our own
    f"(SELECT {_STAMP} FROM workorders_escalationstep WHERE district_id = %s) steps, "
    f"(SELECT {_STAMP} FROM workorders_category) categories"
)


@lru_cache(maxsize=8)
def _book(_version: tuple[int, ...], district_id: int) -> Rulebook:
    return Rulebook(
        cast("Iterable[Limit]", Limit.objects.filter(district_id=district_id)),
        cast("Iterable[EscalationStep]", EscalationStep.objects.filter(district_id=district_id)),
        dict(Category.objects.values_list("id", "parent_id")),
    )


def rules_at(accepted_at: dt.datetime | None, reported_at: dt.datetime) -> dt.datetime:
    """Return the moment whose rows hold for an order: its acceptance, before that its report."""
    return accepted_at or reported_at
