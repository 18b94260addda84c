"""What the indicators count, for everybody judged in a period at once: the keys behind each number.

The conditions are those of the figures (insights/sources/orders.py) and of the hotline's rates (hotline/rates.py), so
that a unit's on-time rate here is the one that the dashboard shows. What was excluded from assessment by decision is
in none of them.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from appraisal.states import Code, Judged
from grids.calendar import load_calendar
from grids.models import Grid
from hotline import rules as hotline_rules
from hotline.models import CallTry
from hotline.periods import Period
from insights.sources import Span
from insights.sources.orders import NEVER_JUDGED, SOLVED, fell_due
from visits.models import Visit
from visits.states import REACHED
from workorders import credit
from workorders.models import Event, StageClock, WorkOrder
from workorders.states import Move, OrderKind, Stage, State

CHUNK = 2000
"""Orders whose histories are split at a time."""


@dataclass
class Fact:
    """What an indicator counted for one of those judged."""

    hits: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    weighted: Decimal | None = None
    """The numerator where the hits weigh differently."""

    def add(self, key: int, *, is_hit: bool) -> None:
        (self.hits if is_hit else self.others).append(key)

    @property
    def numerator(self) -> Decimal:
        return Decimal(len(self.hits)) if self.weighted is None else self.weighted

    @property
    def denominator(self) -> int:
        return len(self.hits) + len(self.others)


Facts = dict[int, Fact]
"""By the key of the worker or unit."""


@dataclass(frozen=True)
class Scope:
    """Whom and when: a district's workers or units in a period, as things stood at `now`."""

    district: Grid
    judged: str
    period: Period
    now: dt.datetime

    def who(self, prefix: str = "") -> Any:
        """Return whose an order is: the unit's that led it, the worker's who handled it or has it."""
        if self.judged == Judged.UNIT:
            return F(f"{prefix}lead_unit_id")
        return Coalesce(f"{prefix}handler_id", f"{prefix}assignee_id")

    def during(self, column: str) -> Q:
        return Q(**{f"{column}__gte": self.period.begin, f"{column}__lt": self.period.end})

    @property
    def incidents(self) -> QuerySet[WorkOrder]:
        return WorkOrder.objects.filter(district=self.district, kind=OrderKind.INCIDENT, is_excluded=False)


def count(scope: Scope, codes: Iterable[str]) -> dict[str, Facts]:
    """Return what each of these indicators counted; those that are given by hand count nothing."""
    wanted = set(codes)
    found: dict[str, Facts] = {code: make(scope) for code, make in _SOURCES.items() if code in wanted}
    if wanted & {Code.RETURNS, Code.HELD_LATE}:
        found |= _split(scope)
    return {code: facts for code, facts in found.items() if code in wanted}


def _gather(rows: Iterable[tuple[int | None, int, bool]]) -> Facts:
    facts: Facts = defaultdict(Fact)
    for who, key, is_hit in rows:
        if who is not None:
            facts[who].add(key, is_hit=is_hit)
    return facts


def _rows(rows: QuerySet[Any], who: Any, hit: Q, key: str = "pk") -> Facts:
    flagged = rows.order_by("pk").annotate(_who=who, _hit=Case(When(hit, then=Value(True)), default=Value(False)))
    return _gather(flagged.values_list("_who", key, "_hit").iterator(chunk_size=5000))


def _on_time(scope: Scope) -> Facts:
    span = Span(scope.district, scope.period.first, scope.period.last, scope.now)
    incidents = WorkOrder.objects.filter(district=scope.district, kind=OrderKind.INCIDENT)
    return _rows(fell_due(incidents, span), scope.who(), Q(finished_at__lte=F("whole_due_at")))


def _solved(scope: Scope) -> Facts:
    ended = scope.incidents.filter(scope.during("finished_at"), state__in=SOLVED)
    return _rows(ended, scope.who(), Q(rework_count=0))


REFUSED = (State.REJECTED, State.VOIDED)


def _reported(scope: Scope) -> QuerySet[WorkOrder]:
    return scope.incidents.filter(scope.during("reported_at"), reporter__isnull=False)


def _reports(scope: Scope) -> Facts:
    return _rows(_reported(scope).exclude(state__in=REFUSED), F("reporter_id"), Q(pk__isnull=False))


def _accepted(scope: Scope) -> Facts:
    return _rows(_reported(scope).exclude(state=State.REPORTED), F("reporter_id"), ~Q(state__in=REFUSED))


def _visits(scope: Scope) -> Facts:
    made = Visit.objects.valid().filter(scope.during("visited_at"), district=scope.district)
    return _rows(made, F("visitor_id"), Q(outcome__in=sorted(REACHED)))


def _rating(scope: Scope) -> Facts:
    later = Event.objects.filter(order=OuterRef("order"), move=Move.EVALUATE, id__gt=OuterRef("id"))
    mine = Q(order__kind=OrderKind.INCIDENT, order__is_excluded=False, order__rating__isnull=False)
    rated = Event.objects.filter(mine, scope.during("at"), ~Exists(later), district=scope.district, move=Move.EVALUATE)
    return _rows(rated, scope.who("order__"), Q(order__rating__gte=4), key="order_id")


def _satisfaction(scope: Scope) -> Facts:
    weights = hotline_rules.weights(hotline_rules.measures(scope.district.pk))
    said = CallTry.objects.said().filter(
        scope.during("at"), district=scope.district, matter__is_excluded=False, satisfaction__isnull=False
    )
    facts: Facts = defaultdict(Fact)
    rows: QuerySet[Any] = said.order_by("pk").annotate(_who=scope.who("matter__order__"))
    for who, matter, grade in rows.values_list("_who", "matter_id", "satisfaction"):
        if who is None:
            continue
        weight = Decimal(weights[grade]) / 100
        facts[who].add(matter, is_hit=bool(weight))
        facts[who].weighted = (facts[who].weighted or Decimal(0)) + weight
    return facts


_SOURCES: dict[str, Callable[[Scope], Facts]] = {
    Code.ON_TIME: _on_time,
    Code.SOLVED: _solved,
    Code.REPORTS: _reports,
    Code.ACCEPTED: _accepted,
    Code.VISITS: _visits,
    Code.RATING: _rating,
    Code.SATISFACTION: _satisfaction,
}


def _split(scope: Scope) -> dict[str, Facts]:
    """Split the orders that units were handed in the period (workorders/credit.py): returned, and held too long."""
    returns: Facts = defaultdict(Fact)
    late: Facts = defaultdict(Fact)
    calendar = load_calendar()
    for orders, handed in _handed(scope):
        events = _by_order(Event.objects.filter(order__in=orders, at__lt=scope.period.end).order_by("id"))
        clocks = _by_order(StageClock.objects.filter(order__in=orders, stage=Stage.HANDLE))
        for order in orders:
            shares = credit.split(order, (), events[order.pk], clocks[order.pk], calendar, scope.period.end)
            for share in shares:
                if share.part != credit.Part.LEAD or share.unit_id is None:
                    continue
                if share.unit_id in handed[order.pk]:
                    returns[share.unit_id].add(order.pk, is_hit=share.outcome == credit.Outcome.RETURNED)
                    late[share.unit_id].add(order.pk, is_hit=share.overdue_seconds > 0)
    return {Code.RETURNS: returns, Code.HELD_LATE: late}


def _handed(scope: Scope) -> Iterator[tuple[list[WorkOrder], dict[int, set[int | None]]]]:
    """Yield orders, and which units had each of them in hand by a move of the period."""
    moves = Event.objects.filter(
        scope.during("at"), district=scope.district, unit__isnull=False, to_state__in=sorted(credit.HELD)
    )
    pairs: dict[int, set[int | None]] = defaultdict(set)
    for order_id, unit_id in moves.order_by().values_list("order_id", "unit_id").distinct():
        pairs[order_id].add(unit_id)
    keys = sorted(pairs)
    for start in range(0, len(keys), CHUNK):
        judged = scope.incidents.filter(pk__in=keys[start : start + CHUNK]).exclude(state__in=NEVER_JUDGED)
        yield list(judged.defer("contact_name", "contact_phone")), pairs


def _by_order(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.order_id].append(row)
    return found
