"""What there is now, by the node that it lies in: open orders by light, what the registers hold, who is in post."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from grids.models import Grid, Post
from grids.roles import Role
from insights.measures import Measure
from residents.models import House, Organisation, Resident
from visits.models import Due
from visits.states import Basis
from workorders import lights
from workorders.models import WorkOrder
from workorders.states import Light, OrderKind

M = Measure
LIVE = (M.OPEN_BY_LIGHT,)
"""Counted by every run; all others once an hour."""
HELD = (M.RESIDENTS, M.HOUSES, M.ORGANISATIONS, M.KEY_SITES, M.WORKERS, M.COVERAGE, M.CONTACT)


@dataclass(frozen=True)
class Held:
    """How many there are: rows with the columns place (a node's key), key, count."""

    measure: str
    rows: QuerySet[Any, Any]


def live(district: Grid, now: dt.datetime) -> Iterator[Held]:
    """Return the open incidents by light; "" where no clock runs."""
    opened = WorkOrder.objects.open().filter(district=district, kind=OrderKind.INCIDENT)
    shown = _either(*((lights.having(light, now), str(light)) for light in Light))
    yield _held(M.OPEN_BY_LIGHT, opened, shown)


def held(district: Grid, today: dt.date) -> Iterator[Held]:
    """Return what the registers hold, who is in post, and whom visits reached within their interval."""
    mine = Q(district=district)
    yield _held(M.RESIDENTS, Resident.objects.filter(mine, gone=""), F("kind"))
    yield _held(M.HOUSES, House.objects.filter(mine, retired_on=None), F("use"))
    there = Organisation.objects.filter(mine, closed_on=None)
    yield _held(M.ORGANISATIONS, there, F("kind"))
    yield _held(M.KEY_SITES, there.filter(is_key_site=True), Value(""))
    posts = Post.objects.in_force(today).filter(node__tree_id=district.tree_id, role=Role.GRID_WORKER)
    yield _held(M.WORKERS, posts, F("employment"), place="node")
    due = Due.objects.here().filter(resident__district=district)
    reached = _either((Q(due_on__lt=today), "overdue"), (Q(reached_on__isnull=False), "reached"), otherwise="not_yet")
    yield _held(M.COVERAGE, due, reached, place="resident__grid")
    yield _held(M.CONTACT, due.filter(basis=Basis.CONTACT), reached, place="resident__grid")


def _held(measure: str, rows: QuerySet[Any], key: Any, place: str = "grid") -> Held:
    keyed = rows.order_by().annotate(_key=Cast(key, CharField())).values(_place=F(f"{place}_id"), _by=F("_key"))
    return Held(measure, keyed.annotate(_count=Count("*")).values_list("_place", "_by", "_count"))


def _either(*cases: tuple[Q, str], otherwise: str = "") -> Case:
    whens = [When(condition, then=Value(word)) for condition, word in cases]
    return Case(*whens, default=Value(otherwise), output_field=CharField())
