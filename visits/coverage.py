"""Coverage: whom nobody reached, why, and for how long (LESSONS.md §1.8).

Counts of a grid or a community are taken from the registers as they are; above that from what each night wrote down,
so that a district's page adds two thousand rows. No tier is told: who is overdue by a rule that few may know is not
counted here by it.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Grid, Kind
from residents.querysets import column_of
from visits.models import CoverageDay, Due
from visits.querysets import DueQuerySet
from visits.rules import MANY_TRIES

LIVE = frozenset({Kind.COMMUNITY, Kind.BASE, Kind.DEDICATED, Kind.MICRO})
"""Nodes small enough to be counted on the spot."""
KEPT_DAYS = 92
"""Days of counts that are kept whole; of older ones the first of each month."""

_SUMS = f"""
count(*) AS people,
count(*) FILTER (WHERE d.reached_on IS NOT NULL AND d.due_on >= %(today)s) AS reached,
count(*) FILTER (WHERE d.due_on < %(today)s) AS overdue,
count(*) FILTER (WHERE d.due_on < %(today)s AND d.last_outcome = '') AS never,
count(*) FILTER (WHERE d.due_on < %(today)s AND d.last_outcome = 'nobody') AS nobody,
count(*) FILTER (WHERE d.due_on < %(today)s AND d.last_outcome = 'refused') AS refused,
count(*) FILTER (WHERE d.due_on < %(today)s AND d.last_outcome = 'moved') AS moved,
count(*) FILTER (WHERE d.due_on < %(today)s AND d.last_outcome IN ('met', 'phone')) AS lapsed,
count(*) FILTER (WHERE d.due_on < %(today)s AND d.tries >= {MANY_TRIES}) AS many_tries,
count(*) FILTER (WHERE d.reached_on IS NOT NULL AND d.due_on >= %(today)s AND d.last_outcome = 'phone') AS by_phone
"""
_NAMES = "people, reached, overdue, never, nobody, refused, moved, lapsed, many_tries, by_phone"
_NIGHT = f"""
INSERT INTO visits_coverageday (grid_id, day, {_NAMES})
SELECT r.grid_id, %(today)s, {_SUMS}
  FROM visits_due d JOIN residents_resident r ON r.id = d.resident_id
 WHERE r.district_id = %(district)s AND r.gone = '' GROUP BY r.grid_id
    ON CONFLICT (day, grid_id) DO UPDATE SET ({_NAMES}) = ({", ".join(f"excluded.{n}" for n in _NAMES.split(", "))})
"""  # noqa: S608 - our own words
_LIVE = f"""
SELECT r.grid_id, {_SUMS} FROM residents_resident r JOIN visits_due d ON d.resident_id = r.id
 WHERE r.{{column}}_id = %(node)s AND r.gone = '' GROUP BY r.grid_id
"""  # noqa: S608 - our own words
_KEPT = """
SELECT child.id, {sums} FROM grids_grid child
  JOIN grids_grid g ON g.tree_id = child.tree_id AND g.lft BETWEEN child.lft AND child.rght
  JOIN visits_coverageday k ON k.grid_id = g.id AND k.day = %(day)s
 WHERE child.parent_id = %(node)s GROUP BY child.id
""".format(sums=", ".join(f"sum(k.{name})" for name in _NAMES.split(", ")))


class Why(models.TextChoices):
    """Why somebody who is overdue was not reached."""

    NEVER = "never", _("Nobody has tried")
    NOBODY = "nobody", pgettext_lazy("of a visit", "Nobody home")
    REFUSED = "refused", pgettext_lazy("of a visit", "Refused")
    MOVED = "moved", _("Said to have moved")
    LAPSED = "lapsed", _("Reached before, not visited again")
    MANY = "many", _("Tried three times or more")


@dataclass(frozen=True)
class Sums:
    """Counts of a node; `reached` of `people` is the rate of coverage."""

    people: int = 0
    reached: int = 0
    overdue: int = 0
    never: int = 0
    nobody: int = 0
    refused: int = 0
    moved: int = 0
    lapsed: int = 0
    many_tries: int = 0
    by_phone: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def not_yet(self) -> int:
        """Return who is neither reached nor overdue: newly known, their first visit is to come."""
        return self.people - self.reached - self.overdue

    @property
    def rate(self) -> float | None:
        """Return the share reached within their interval, in per cent; None of nobody."""
        return round(100 * self.reached / self.people, 1) if self.people else None

    @property
    def reasons(self) -> list[tuple[Why, int]]:
        pairs = ((Why.NEVER, self.never), (Why.NOBODY, self.nobody), (Why.REFUSED, self.refused))
        more = ((Why.MOVED, self.moved), (Why.LAPSED, self.lapsed), (Why.MANY, self.many_tries))
        return [(why, number) for why, number in (*pairs, *more)]


@dataclass(frozen=True)
class Coverage:
    """Counts of a node and of what lies below it; `day` is when they were taken."""

    node: Grid
    total: Sums
    children: list[tuple[Grid, Sums]]
    day: dt.date
    is_live: bool


def count_night(district_id: int, today: dt.date) -> int:
    """Write down how far each grid of a district is: one statement; again on the same day it is put right."""
    with connection.cursor() as cursor:
        cursor.execute(_NIGHT, {"district": district_id, "today": today})
        return int(cursor.rowcount)


def forget(today: dt.date) -> int:
    """Delete old days but the first of each month, which trends need; returns how many rows went."""
    old = CoverageDay.objects.filter(day__lt=today - dt.timedelta(days=KEPT_DAYS)).exclude(day__day=1)
    return old.delete()[0]


def of(node: Grid, today: dt.date) -> Coverage:
    """Return the coverage of a node: two queries, whatever its size."""
    if node.kind in LIVE:
        counted = _rows(_LIVE.format(column=column_of(node)), {"node": node.pk, "today": today})
        below = Grid.objects.filter(pk__in=counted).defer("boundary", "duties").order_by("lft")
        day = today
    else:
        newest = CoverageDay.objects.filter(day__lte=today).order_by("-day").values_list("day", flat=True).first()
        day = newest or today
        counted = _rows(_KEPT, {"node": node.pk, "day": day})
        below = Grid.objects.filter(parent=node, valid_to=None).defer("boundary", "duties").order_by("lft")
    children = [(child, counted.get(child.pk, Sums())) for child in below]
    total = sum((sums for sums in counted.values()), Sums())
    return Coverage(node, total, children, day, is_live=node.kind in LIVE)


def _rows(sql: str, given: dict[str, Any]) -> dict[int, Sums]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return {node_id: Sums(*map(int, sums)) for node_id, *sums in cursor.fetchall()}


def unreached(node: Grid, why: str, today: dt.date) -> DueQuerySet:
    """Return whom nobody reached in a node, the longest overdue first."""
    rows = Due.objects.within(node).overdue(today)
    if why == Why.NEVER:
        return rows.filter(last_outcome="")
    if why == Why.LAPSED:
        return rows.filter(last_outcome__in=["met", "phone"])
    if why == Why.MANY:
        return rows.filter(tries__gte=MANY_TRIES)
    return rows.filter(last_outcome=why) if why in Why.values else rows


def overdue_by_node(node_ids: Iterable[int], day: dt.date) -> dict[int, int]:
    """Return how many are overdue in each of these nodes by the counts of this day: one query."""
    below = Q(grid__tree_id=models.OuterRef("tree_id"), grid__lft__gte=models.OuterRef("lft"))
    kept = CoverageDay.objects.filter(below, grid__lft__lte=models.OuterRef("rght"), day=day)
    summed = kept.order_by().annotate(one=models.Value(1)).values("one").annotate(n=models.Sum("overdue")).values("n")
    nodes = Grid.objects.filter(pk__in=list(node_ids)).annotate(late=models.Subquery(summed))
    return {pk: late or 0 for pk, late in nodes.values_list("pk", "late")}
