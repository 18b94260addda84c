"""Counts of work orders, and which days a move may change."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Case, CharField, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Extract
from django.utils import timezone

from grids.models import Grid, Kind
from insights.measures import Measure
from insights.sources import Facts, History, Since, Source, Span, Statement
from insights.sources.facts import between, counted, days_of, days_told, hour, midnight, newest
from workorders.models import Escalation, Event, StageClock, WorkOrder
from workorders.querysets import OrderQuerySet
from workorders.states import FINAL, Move, OrderKind, State

M = Measure
SOLVED = (State.CLOSED, State.EVALUATED)
NEVER_JUDGED = (State.REJECTED, State.VOIDED, State.MERGED)
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
    solved = ended.filter(state__in=SOLVED)
    yield counted(M.SOLVED_BY_LEVEL, solved, at="finished_at", key=_level("pk", "finished_at"), unit="")
    yield Facts(M.OPEN, _still_open(span))
    mine, place = Q(order__kind=OrderKind.INCIDENT), {"place": "order__grid"}
    clocks = StageClock.objects.filter(district, mine)
    ran_out = clocks.filter(**between("overdue_at", span))
    yield counted(M.WENT_OVERDUE, ran_out, at="overdue_at", key=F("stage"), unit=_having("overdue_at"), **place)
    yield counted(M.OVERDUE_BY_LEVEL, ran_out, at="overdue_at", key=_level("order", "overdue_at"), unit="", **place)
    stopped = clocks.filter(**between("stopped_at", span))
    ran = Extract(F("stopped_at") - F("started_at"), "epoch") - F("paused_seconds")
    yield counted(M.STAGE, stopped, at="stopped_at", key=F("stage"), total=ran, unit=_having("stopped_at"), **place)
    climbs = Escalation.objects.filter(district, mine, **between("at", span))
    yield counted(M.ESCALATED, climbs, at="at", key=F("to_node__kind"), unit=_having("at"), **place)
    yield from _moves(Event.objects.filter(district, mine, **between("at", span)), place)


def _moves(moves: QuerySet[Event], place: dict[str, str]) -> Iterator[Facts]:
    """Count moves by the unit that had the order: of a return the unit that gave it back, which it has no more."""
    earlier = Event.objects.filter(order=OuterRef("order"), id__lt=OuterRef("id")).order_by("-id")
    returned = moves.filter(move=Move.RETURN_ORDER)
    yield counted(M.RETURNED, returned, at="at", key=F("reason"), unit=Subquery(earlier.values("unit")[:1]), **place)
    yield counted(M.REWORKED, moves.filter(move=Move.VERIFY_FAIL), at="at", unit="unit", **place)
    later = Event.objects.filter(order=OuterRef("order"), move=Move.EVALUATE, id__gt=OuterRef("id"))
    rated = moves.filter(~Exists(later), move=Move.EVALUATE, order__rating__isnull=False)
    rating = F("order__rating")
    yield counted(M.RATED, rated, at="at", key=rating, total=rating, unit="unit", **place)


def _level(order: str, at: str) -> Coalesce:
    """Return the kind of node that an order had climbed to by a moment."""
    climbs = Escalation.objects.filter(order=OuterRef(order), at__lte=OuterRef(at)).order_by("-position")
    return Coalesce(Subquery(climbs.values("to_node__kind")[:1]), Value(Kind.BASE.value))


def _having(at: str) -> Subquery:
    """Return the unit that had the order before the move of this moment, which may have handed it on."""
    moves = Event.objects.filter(order=OuterRef("order"), at__lt=OuterRef(at)).order_by("-id")
    return Subquery(moves.values("unit")[:1])


_OPEN = """
SELECT o.place, NULL::bigint, d.day::date, '', count(*), 0
  FROM (SELECT grid_id AS place, (reported_at AT TIME ZONE %s)::date AS first,
               coalesce((finished_at AT TIME ZONE %s)::date - 1, %s) AS last
          FROM workorders_workorder
         WHERE district_id = %s AND kind = %s AND reported_at < %s AND (finished_at IS NULL OR finished_at >= %s)) AS o
 CROSS JOIN LATERAL generate_series(greatest(o.first, %s), least(o.last, %s), interval '1 day') AS d(day)
 GROUP BY 1, 3
"""


def _still_open(span: Span) -> Statement:
    """Count what was open at the end of each day of the span."""
    zone, after = timezone.get_default_timezone_name(), midnight(span.last + dt.timedelta(days=1))
    place = (span.district.pk, OrderKind.INCIDENT, after, midnight(span.first + dt.timedelta(days=1)))
    return Statement(_OPEN, (zone, zone, span.last, *place, span.first, span.last))


def due_facts(span: Span) -> Iterator[Facts]:
    """Return the incidents whose whole limit ran out on these days."""
    incidents = WorkOrder.objects.filter(district=span.district, kind=OrderKind.INCIDENT)
    yield counted(M.FELL_DUE, fell_due(incidents, span), at="whole_due_at", key=_in_time())


def fell_due(incidents: OrderQuerySet, span: Span) -> OrderQuerySet:
    """Return those whose whole limit ran out in the span; what is excluded, suspended or never judged is left out."""
    due = incidents.filter(**between("whole_due_at", span), is_excluded=False)
    return due.filter(whole_due_at__lt=span.now).exclude(state__in=(*NEVER_JUDGED, State.SUSPENDED))


def _in_time() -> Case:
    return Case(
        When(finished_at__lte=F("whole_due_at"), then=Value("on_time")),
        default=Value("late"),
        output_field=CharField(),
    )


def last_id(district: Grid, before: dt.datetime | None) -> int:
    return newest(Event.objects.filter(district=district), "at", before)


def touched(district: Grid, since: Since) -> set[dt.date]:
    """Return the days of the moves since then, and every day of what was rewritten."""
    news = Event.objects.filter(district=district, id__gt=since.last_id)
    again = news.filter(move__in=REWRITING).values("order")
    days = days_of(news, "at") | days_of(Event.objects.filter(order__in=again), "at")
    return days | were_due(news) | _lived_again(news)


def touched_due(district: Grid, since: Since) -> set[dt.date]:
    """Return the days on which what moved since then is due, and was due before."""
    news = Event.objects.filter(district=district, id__gt=since.last_id)
    return days_of(WorkOrder.objects.filter(pk__in=news.values("order")), "whole_due_at") | were_due(news)


def were_due(news: QuerySet[Event]) -> set[dt.date]:
    """Return the days on which clocks were due, or found overdue, that these moves set to another time."""
    told = news.filter(move__in=REWRITING, details__has_key="clocks").values_list("details__clocks", flat=True)
    return days_told(moment for clocks in told for done in clocks for moment in done.get("was", ()))


def _lived_again(news: QuerySet[Event]) -> set[dt.date]:
    """Return the days between the end of an order and its taking up again: it counts as open on them."""
    ended = Event.objects.filter(order=OuterRef("order"), id__lt=OuterRef("id"), to_state__in=FINAL).order_by("-id")
    back = news.filter(move__in=(Move.REOPEN, Move.UNMERGE)).annotate(_ended=Subquery(ended.values("at")[:1]))
    days = set()
    for ended_at, at in back.values_list("_ended", "at"):
        last = timezone.localdate(at)
        first = timezone.localdate(ended_at) if ended_at is not None else last
        days |= {first + dt.timedelta(days=number) for number in range((last - first).days + 1)}
    return days


def first_day(district: Grid) -> dt.date | None:
    first = WorkOrder.objects.filter(district=district).aggregate(first=Min("reported_at"))["first"]
    return timezone.localdate(first) if first is not None else None


MEASURES = (
    *(M.FOUND, M.FOUND_BY_CATEGORY, M.FOUND_BY_HOUR, M.ENDED, M.SOLVED_BY_LEVEL, M.OPEN),
    *(M.WENT_OVERDUE, M.OVERDUE_BY_LEVEL, M.STAGE, M.ESCALATED, M.RETURNED, M.REWORKED, M.RATED),
)
ORDERS = Source(MEASURES, facts, (History("orders", last_id, touched),), first_day)
DUE = Source((M.FELL_DUE,), due_facts, (History("orders_due", last_id, touched_due),), first_day)
