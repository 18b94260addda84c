"""What the order list shows: the filters over its tabs, its rows, and its counts in one query."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.utils import timezone

from accounts import prepared
from facilities import rules
from facilities.models import Facility
from grids.models import Grid
from grids.roles import Permission
from grids.standing import Standing
from workorders import lights, repeats, sight
from workorders.categories import descendants
from workorders.models import Category, Photo, PhotoKind, WorkOrder
from workorders.querysets import OrderQuerySet, Tab
from workorders.states import State

COUNT_UP_TO = 1000
"""Counting what is open stops here; the page then says “1000+”."""
ROUGH_UP_TO = 99
"""Counting what is finished too stops here: nobody works that list off, and each page of it would pay for the count."""
CHECKS = frozenset({State.PENDING_VERIFICATION, State.PENDING_STRIKE_OFF, State.PENDING_CLOSURE})
"""States in which a result waits for somebody's check: one choice in the state filter."""
NOT_SHOWN = ("contact_name", "contact_phone", "result", "routing")
"""What no row of a list shows; two of them are encrypted."""
NEWEST_FIRST = ("-reported_at", "-id")
MOST_URGENT_FIRST = ("due_at", "id")


def sort_of(tab: str) -> tuple[str, str]:
    """Say how a tab is sorted; what still runs by its deadline, the rest by its age."""
    return MOST_URGENT_FIRST if tab in {Tab.TODO, Tab.DOING, Tab.OVERDUE} else NEWEST_FIRST


@dataclass(frozen=True)
class Filters:
    """What narrows a list; all empty shows everything of the tab."""

    q: str = ""
    state: str = ""
    category: Category | None = None
    within: Grid | None = None
    light: str = ""
    source: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    escalated: bool = False
    excluded: bool = False
    repeated: bool = False
    reopened: bool = False
    like: WorkOrder | None = None
    """Only the earlier cases of the same place or person as this one (workorders/repeats.py)."""
    parents: Mapping[int, int | None] = field(default_factory=dict)
    """Parent of each category, for the chosen one's descendants."""

    def __bool__(self) -> bool:
        narrowing = (self.q, self.state, self.category, self.within, self.light, self.source, self.since, self.until)
        flags = (self.escalated, self.excluded, self.repeated, self.reopened, self.like)
        return any(flags) or any(narrowing)

    def apply(self, orders: OrderQuerySet, now: dt.datetime) -> OrderQuerySet:
        if self.q:
            orders = orders.filter(matching(self.q))
        if self.state:
            orders = orders.filter(state__in=CHECKS if self.state == "check" else [self.state])
        if self.category is not None:
            orders = orders.filter(category_id__in=descendants(self.category.pk, self.parents))
        if self.within is not None:
            orders = orders.within(self.within)
        if self.light:
            orders = orders.filter(lights.having(self.light, now))
        if self.source:
            orders = orders.filter(source=self.source)
        if self.escalated:
            orders = orders.filter(is_escalated=True)
        if self.excluded:
            orders = orders.filter(is_excluded=True)
        if self.repeated:
            orders = orders.filter(repeats__gt=0)
        if self.reopened:
            orders = orders.filter(reopen_count__gt=0)
        if self.like is not None:
            orders = orders.filter(pk__in=repeats.earlier(self.like).order_by().values("pk"))
        if self.since:
            orders = orders.filter(reported_at__gte=_midnight(self.since))
        if self.until and self.until < dt.date.max:  # the last day of all has none after it
            orders = orders.filter(reported_at__lt=_midnight(self.until + dt.timedelta(days=1)))
        return orders


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def matching(text: str) -> models.Q:
    """Find orders by number, by words of what happened and where, or by the whole code of the facility it is about."""
    found = (
        models.Q(number__istartswith=text) | models.Q(description__icontains=text) | models.Q(address__icontains=text)
    )
    if len(text) == rules.LENGTH and text.isascii() and text.isdigit():
        found |= models.Q(facility__in=Facility.objects.filter(code=text).values("pk"))
    return found


def for_rows(orders: OrderQuerySet) -> OrderQuerySet:
    """Read with each order what a short list shows of it, names and all: one query, one photo at most."""
    first_photo = Photo.objects.filter(order=models.OuterRef("pk"), kind=PhotoKind.BEFORE).order_by("id").values("pk")
    return (
        orders.with_nodes("grid", "community", "holder")
        .select_related("category", "lead_unit", "assignee")
        .defer(*NOT_SHOWN)
        .annotate(thumb_id=models.Subquery(first_photo[:1]))
    )


def recent_categories(standing: Standing, looked_at: int = 60) -> list[int]:
    """Return the keys of the categories reported of late where the person reports, the latest first.

    A confidential order counts only for those who may see it: a category alone can tell what happened in a small grid.
    """
    told = models.Q(is_confidential=False) | sight.area(standing, Permission.VIEW_CONFIDENTIAL)
    orders = WorkOrder.objects.filter(sight.area(standing, Permission.REPORT), told).newest_first()
    return list(dict.fromkeys(orders.values_list("category_id", flat=True)[:looked_at]))


MOMENT = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
"""Stands for the present moment in a statement that is kept."""


@dataclass(frozen=True)
class Statement:
    """A query that counts several sets; those that can hold nothing are left out of it.

    Making its text takes Django longer than PostgreSQL takes to answer it. Where it depends on nothing but a
    standing and the moment, it is made with `MOMENT` for the moment and kept for `ask_kept`.
    """

    columns: str
    parameters: tuple[Any, ...]
    counted: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def sql(self) -> str:
        return f"SELECT {self.columns}"

    def read(self, row: Sequence[int]) -> dict[str, int]:
        """Return the counts of every set by an answer's row."""
        return dict.fromkeys(self.names, 0) | dict(zip(self.counted, row, strict=True))


def counts(sets: Mapping[str, models.QuerySet[Any]], rough: Collection[str] = ()) -> dict[str, int]:
    """Count several sets in one query, each no further than one more than `COUNT_UP_TO`, the rough ones sooner."""
    return ask(counting(sets, rough))


def counting(sets: Mapping[str, models.QuerySet[Any]], rough: Collection[str] = ()) -> Statement:
    """Write the query of `counts`. A rough set of an area's orders is read along its index, newest first."""
    parts: dict[str, str] = {}
    params: list[Any] = []
    for name, rows in sets.items():
        sort = NEWEST_FIRST if name in rough and rows.model is WorkOrder else ()
        try:
            cut = rows if rows.query.combinator else rows.order_by(*sort).values("pk")
            sql, given = cut[: _most(name, rough) + 1].query.sql_with_params()
        except EmptyResultSet:
            continue
        parts[name] = f"(SELECT count(*) FROM ({sql}) AS counted)"  # noqa: S608 - Django wrote the inner query
        params += given
    return Statement(", ".join(parts.values()), tuple(params), tuple(parts), tuple(sets))


def ask(statement: Statement) -> dict[str, int]:
    """Run a counting query."""
    if not statement.counted:
        return dict.fromkeys(statement.names, 0)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.parameters)
        return statement.read(cursor.fetchone())


def ask_kept(statement: Statement, now: dt.datetime) -> dict[str, int]:
    """Run a counting query that was made with `MOMENT` and is kept."""
    if not statement.counted:
        return dict.fromkeys(statement.names, 0)
    asked = prepared.repeated(statement.sql, statement.parameters, {MOMENT: now})
    with asked as (sql, values), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return statement.read(cursor.fetchone())


def _most(name: str, rough: Collection[str]) -> int:
    return ROUGH_UP_TO if name in rough else COUNT_UP_TO


def merged(branches: Sequence[OrderQuerySet]) -> models.QuerySet[Any]:
    """Return the keys of what is in any of these sets, enough of each for a rough count."""
    heads = [branch.order_by(*NEWEST_FIRST).values("pk")[: ROUGH_UP_TO + 1] for branch in branches]
    return heads[0].union(*heads[1:])


def said(count: int, *, rough: bool = False) -> str:
    """Write a count that stopped at its bound."""
    most = ROUGH_UP_TO if rough else COUNT_UP_TO
    return f"{most}+" if count > most else str(count)
