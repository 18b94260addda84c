"""Counts of the hotline's requests: what came in, and what its six rates are made of.

Which rows a rate counts is said once, in hotline/rates.py; here they are only added up by day and place.
"""

import datetime as dt
from collections.abc import Iterator

from django.db.models import BigIntegerField, Case, CharField, F, Min, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from grids.models import Grid
from hotline import rules
from hotline.models import CallTry, KeyCase, Request, RequestEvent
from hotline.models import Measure as HotlineMeasure
from hotline.periods import Period
from hotline.rates import Rate, Scope
from insights.measures import Measure
from insights.models import Tally
from insights.sources import Facts, History, Since, Source, Span, orders
from insights.sources.facts import between, counted, days_of, days_told, newest
from workorders.models import Event

M = Measure
PATH = ("grid_id", "community_id", "street_id", "district_id")


def facts(span: Span) -> Iterator[Facts]:
    """Return what came in on these days, what fell due, what requesters said, and what was put under supervision."""
    here = Q(district=span.district)
    came = Request.objects.filter(here, **between("received_at", span))
    mine = {"place": _place(""), "unit": ""}
    yield counted(M.REQUESTED, came, at="received_at", key=F("source"), **mine)
    yield counted(M.REQUESTED_BY_KIND, came, at="received_at", key=F("kind"), **mine)
    yield counted(M.REQUESTED_BY_CATEGORY, came, at="received_at", key=F("category_id"), **mine)
    opened = KeyCase.objects.filter(here, **between("flagged_at", span))
    parts = {"place": _place("matter__"), "unit": "matter__order__lead_unit"}
    yield counted(M.KEY_OPENED, opened, at="flagged_at", key=F("reason"), **parts)
    yield from _of_rates(span, parts)


def _of_rates(span: Span, parts: dict[str, object]) -> Iterator[Facts]:
    weights = rules.weights(rules.measures(span.district.pk))
    here = Q(district=span.district)
    scope, period = Scope({"": here, "matter__": here}, span.now, weights), Period(span.first, span.last)
    done, on_time = scope.numerator(Rate.CLOSING), scope.numerator(Rate.ON_TIME)
    stands = _either(
        (done & on_time, "done_on_time"), (done, "done_late"), (on_time, "open_on_time"), otherwise="open_late"
    )
    due = scope.rows("due", period)
    yield counted(M.REQUEST_DUE, due, at="due_at", key=stands, place=_place(""), unit="order__lead_unit")

    def said(rate: Rate) -> QuerySet[CallTry]:
        return scope.rows("said", period).filter(scope.denominator(rate))

    contacted = _either((scope.numerator(Rate.RESPONSE), "contacted"), otherwise="not")
    yield counted(M.CALLED, said(Rate.RESPONSE), at="at", key=contacted, **parts)
    yield counted(M.SAID_SOLVED, said(Rate.RESOLUTION), at="at", key=F("solved"), **parts)
    grade = F("satisfaction")
    yield counted(M.GRADED, said(Rate.SATISFACTION), at="at", key=grade, total=scope.weight(), **parts)
    closed = _either((scope.numerator(Rate.KEY), "done"), otherwise="open")
    yield counted(M.KEY_CASES, scope.rows("key", period), at="flagged_at", key=closed, **parts)


def _place(prefix: str) -> Coalesce:
    """Return the lowest node that is known of a request: its grid, or where nobody located it what lies above."""
    return Coalesce(*(F(f"{prefix}{name}") for name in PATH), output_field=BigIntegerField())


def _either(*cases: tuple[Q, str], otherwise: str) -> Case:
    whens = [When(condition, then=Value(word)) for condition, word in cases]
    return Case(*whens, default=Value(otherwise), output_field=CharField())


def last_id(district: Grid, before: dt.datetime | None) -> int:
    return newest(RequestEvent.objects.filter(district=district), "at", before)


def touched(district: Grid, since: Since) -> set[dt.date]:
    """Return every day on which a request with new history is counted, or was."""
    news = RequestEvent.objects.filter(district=district, id__gt=since.last_id)
    moved = days_told(news.filter(details__has_key="was").values_list("details__was", flat=True))
    return _days_of_requests(Request.objects.filter(pk__in=news.values("matter"))) | moved


def _days_of_requests(matters: QuerySet[Request]) -> set[dt.date]:
    keys = matters.values("pk")
    days = days_of(matters, "received_at") | days_of(matters, "due_at")
    days |= days_of(CallTry.objects.filter(matter__in=keys), "at")
    return days | days_of(KeyCase.objects.filter(matter__in=keys), "flagged_at")


def first_day(district: Grid) -> dt.date | None:
    first = Request.objects.filter(district=district).aggregate(first=Min("received_at"))["first"]
    return timezone.localdate(first) if first is not None else None


def touched_by_orders(district: Grid, since: Since) -> set[dt.date]:
    """Return the days of the requests whose orders moved: their deadline, exclusion and unit follow the order."""
    news = Event.objects.filter(district=district, id__gt=since.last_id)
    return _days_of_requests(Request.objects.filter(order__in=news.values("order"))) | orders.were_due(news)


def last_weight(district: Grid, before: dt.datetime | None) -> int:
    """Return the newest row of the weights of grades: a row is never edited, a new one begins."""
    return newest(
        HotlineMeasure.objects.filter(district=district, key__in=rules.WEIGHTS.values()), "valid_from", before
    )


def touched_by_weights(district: Grid, since: Since) -> set[dt.date]:
    """Return the days of grades that were weighed otherwise than now, where a weight was changed since."""
    if last_weight(district, None) <= since.last_id:
        return set()
    weights = rules.weights(rules.measures(district.pk))
    weighed = Q()
    for grade, weight in weights.items():
        weighed |= Q(key=str(grade), total=F("count") * weight)
    rows = Tally.objects.filter(node=district, measure=M.GRADED).exclude(weighed)
    return set(rows.values_list("day", flat=True))


MEASURES = (
    *(M.REQUESTED, M.REQUESTED_BY_KIND, M.REQUESTED_BY_CATEGORY, M.KEY_OPENED, M.REQUEST_DUE),
    *(M.CALLED, M.SAID_SOLVED, M.GRADED, M.KEY_CASES),
)
HISTORIES = (
    History("requests", last_id, touched),
    History("requests_orders", orders.last_id, touched_by_orders),
    History("weights", last_weight, touched_by_weights),
)
REQUESTS = Source(MEASURES, facts, HISTORIES, first_day)
