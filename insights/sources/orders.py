"""Counts of work orders, and which days a move may change."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Case, CharField, Exists, F, Min, OuterRef, Q, Value, When
from django.db.models.functions import Extract, TruncDate
from django.utils import timezone

from grids.models import Grid
from insights.measures import Measure
from insights.sources import Facts, Source, Span
from insights.sources.facts import between, counted, hour
from workorders.models import Escalation, Event, StageClock, WorkOrder
from workorders.querysets import OrderQuerySet
from workorders.states import Move, OrderKind, State

M = Measure
SOLVED = (State.CLOSED, State.EVALUATED)
NEVER_JUDGED = (State.REJECTED, State.VOIDED, State.MERGED)
ENDING = (Move.CLOSE, Move.REJECT, Move.VOID, Move.WITHDRAW, Move.GRANT_EXPLANATION, Move.MERGE, Move.EVALUATE)
"""Moves that end an order: they decide about the day on which it was due, too."""
REWRITING = (
    *(Move.REOPEN, Move.UNMERGE, Move.MERGE, Move.GRANT_EXCLUSION, Move.RESUME, Move.GRANT_EXTENSION),
    *(Move.ACCEPT, Move.REJECT, Move.VOID, Move.GRANT_SUSPENSION),
)
"""Moves after which an earlier day of the order may count otherwise: another category, not merged after all."""


def facts(span: Span) -> Iterator[Facts]:
    """Return what happened to incidents on these days."""
    district = Q(district=span.district)
    incidents = WorkOrder.objects.filter(district, kind=OrderKind.INCIDENT)
    found = incidents.filter(**between("reported_at", span))
    yield counted(M.FOUND, found, at="reported_at", key=F("source"), unit="")
    yield counted(M.FOUND_BY_CATEGORY, found, at="reported_at", key=F("category_id"), unit="")
    yield counted(M.FOUND_BY_HOUR, found, at="reported_at", key=hour("reported_at"), unit="")
    how = Case(When(state__in=SOLVED, then=Value("solved")), default=F("state"), output_field=CharField())
    ended = incidents.filter(**between("finished_at", span))
    taken = Extract(F("finished_at") - F("reported_at"), "epoch")
    yield counted(M.ENDED, ended, at="finished_at", key=how, total=taken)
    yield counted(M.FELL_DUE, _fell_due(incidents, span), at="whole_due_at", key=_in_time())
    parts = {"place": "order__grid", "unit": "order__lead_unit"}
    mine = Q(order__kind=OrderKind.INCIDENT)
    clocks = StageClock.objects.filter(district, mine)
    yield counted(
        M.WENT_OVERDUE, clocks.filter(**between("overdue_at", span)), at="overdue_at", key=F("stage"), **parts
    )
    stopped = clocks.filter(**between("stopped_at", span))
    ran = Extract(F("stopped_at") - F("started_at"), "epoch") - F("paused_seconds")
    yield counted(M.STAGE, stopped, at="stopped_at", key=F("stage"), total=ran, **parts)
    climbs = Escalation.objects.filter(district, mine, **between("at", span))
    yield counted(M.ESCALATED, climbs, at="at", key=F("to_node__kind"), **parts)
    moves = Event.objects.filter(district, mine, **between("at", span))
    yield counted(M.RETURNED, moves.filter(move=Move.RETURN_ORDER), at="at", **parts)
    yield counted(M.REWORKED, moves.filter(move=Move.VERIFY_FAIL), at="at", **parts)
    later = Event.objects.filter(order=OuterRef("order"), move=Move.EVALUATE, id__gt=OuterRef("id"))
    rated = moves.filter(~Exists(later), move=Move.EVALUATE, order__rating__isnull=False)
    yield counted(M.RATED, rated, at="at", key=F("order__rating"), total=F("order__rating"), **parts)


def _fell_due(incidents: OrderQuerySet, span: Span) -> OrderQuerySet:
    due = incidents.filter(**between("whole_due_at", span), is_excluded=False)
    return due.filter(whole_due_at__lt=span.now).exclude(state__in=(*NEVER_JUDGED, State.SUSPENDED))


def _in_time() -> Case:
    return Case(
        When(finished_at__lte=F("whole_due_at"), then=Value("on_time")),
        default=Value("late"),
        output_field=CharField(),
    )


def last_id(district: Grid) -> int:
    newest = Event.objects.filter(district=district).order_by("-id").values_list("id", flat=True)
    return newest.first() or 0


def touched(district: Grid, after: int) -> set[dt.date]:
    """Return the days of the moves since then, the due days of what ended, and every day of what was rewritten."""
    news = Event.objects.filter(district=district, id__gt=after)
    days = set(news.order_by().annotate(_on=TruncDate("at")).values_list("_on", flat=True).distinct())
    judged = WorkOrder.objects.filter(pk__in=news.filter(move__in=(*ENDING, *REWRITING)).values("order"))
    due = judged.exclude(whole_due_at=None).order_by().annotate(_on=TruncDate("whole_due_at"))
    days |= set(due.values_list("_on", flat=True).distinct())
    again = Event.objects.filter(order__in=news.filter(move__in=REWRITING).values("order"))
    return days | set(again.order_by().annotate(_on=TruncDate("at")).values_list("_on", flat=True).distinct())


def first_day(district: Grid) -> dt.date | None:
    first = WorkOrder.objects.filter(district=district).aggregate(first=Min("reported_at"))["first"]
    return timezone.localdate(first) if first is not None else None


ORDERS = Source("orders", facts, last_id, touched, first_day)
