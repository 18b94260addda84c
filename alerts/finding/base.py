"""What a finder returns, and what finders share: nodes of a level, windows of days."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q

from alerts.rules import Watch
from grids.models import Grid

DAY = dt.timedelta(days=1)
WEEK = 7 * DAY


@dataclass(frozen=True)
class Finding:
    """Something that a rule finds on a day: the warning it would become."""

    subject: str
    node_id: int
    first_on: dt.date
    last_on: dt.date
    size: int
    figures: Mapping[str, Any]
    is_grave: bool = False
    """Far beyond what the rule asks for: a step graver than the rule says."""
    evidence: frozenset[str] = frozenset()
    """Of a standing matter or a place: what it consists of. What was told once is not told again."""
    category_id: int | None = None
    unit_id: int | None = None
    organisation_id: int | None = None
    topic_id: int | None = None
    facility_id: int | None = None
    order_ids: tuple[int, ...] = ()
    point: tuple[Decimal, Decimal] | None = None


@dataclass(frozen=True)
class Told:
    """What was told of before, as far as it keeps a finder from counting the same again."""

    evidence: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Of open warnings, by subject."""
    settled: frozenset[str] = frozenset()
    """Of warnings that are decided or lapsed."""


@dataclass(frozen=True)
class Asked:
    """Which rule is asked, in which district, for which days (both inclusive)."""

    district: Grid
    watch: Watch
    first: dt.date
    last: dt.date
    now: dt.datetime


OnDay = Callable[[dt.date, Told], list[Finding]]
"""Answers what the rule finds with all that had happened by the end of a day."""
Find = Callable[[Asked], OnDay]
"""Reads what the days asked for need, in a fixed number of queries, and returns who answers each of them."""


def nodes_of(district: Grid, kind: str) -> dict[int, str]:
    """Map the district's present nodes of a kind to their names: one query."""
    kinds = Q(kind__in=["base", "dedicated"]) if kind == "base" else Q(kind=kind)
    rows = Grid.objects.filter(kinds, tree_id=district.tree_id, valid_to=None)
    return dict(rows.order_by("lft").values_list("pk", "name"))


def window(day: dt.date, days: int) -> tuple[dt.date, dt.date]:
    """Return the first and last day of the days that end on this one."""
    return day - DAY * (days - 1), day
