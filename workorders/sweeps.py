"""The timers' sweep: claim due clocks in batches, decide, and write a whole batch in a few statements.

Any number of workers may sweep at once (`FOR UPDATE SKIP LOCKED`); a worker that dies leaves its batch untouched;
a sweep that runs twice does nothing twice, since each clock's `next_at` moves on with what was done. One run takes
an order up one step at most: what an outage missed is caught up run by run.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from grids.calendar import load_calendar
from workorders import sweep_climbs, sweep_notices, sweep_resumes
from workorders.climbing import Climb, next_climb
from workorders.clocks import grace_step
from workorders.limits import Rulebook, rules_at
from workorders.models import EscalationStep, StageClock, TimerRun, WorkOrder
from workorders.states import Stage, State
from workorders.sweep_climbs import Rise
from workorders.timers import Decision, Verdict, decide, decide_suspended

BATCH = 1000
UNREAD = tuple(f"order__{name}" for name in ("description", "result", "routing", "contact_name", "contact_phone"))
"""Columns that no timer needs; the encrypted ones cost most."""
KEEP_EMPTY_RUNS = dt.timedelta(days=1)


@dataclass
class Books:
    """Rulebooks by district, and the ladders cut out of them, for one run."""

    books: dict[int, Rulebook] = field(default_factory=dict)
    ladders: dict[tuple[int, str, dt.datetime], list[EscalationStep]] = field(default_factory=dict)

    def ladder(self, order: WorkOrder) -> list[EscalationStep]:
        book = self.books.get(order.district_id)
        if book is None:
            book = self.books[order.district_id] = Rulebook.load(order.district_id)
        at = rules_at(order.accepted_at, order.reported_at)
        key = (order.district_id, order.urgency, book.era(at))
        if key not in self.ladders:
            self.ladders[key] = book.ladder(at, order.urgency)
        return self.ladders[key]

    def climb(self, order: WorkOrder) -> Climb | None:
        return next_climb(order, self.ladder(order))

    def rise(self, clock: StageClock) -> Rise | None:
        climb = self.climb(clock.order)
        return Rise(clock, climb, grace_step(self.ladder(clock.order), climb.step.position)) if climb else None


def run(now: dt.datetime | None = None, *, batch: int = BATCH) -> TimerRun:
    """Do everything that is due by now; returns the run with its counts."""
    moment = now or timezone.now()
    record = TimerRun.objects.create(started_at=moment)
    record.resumed = sweep_resumes.run(moment)
    newest = StageClock.objects.aggregate(newest=Max("id"))["newest"] or 0
    books = Books()
    while True:
        done = _sweep_batch(moment, newest, books, batch)
        if done is None:
            break
        record.warned += done.count(Verdict.WARN)
        record.overdue += done.count(Verdict.OVERDUE)
        record.escalated += done.count(Verdict.CLIMB)
    record.finished_at = timezone.now() if now is None else moment
    record.save()
    TimerRun.objects.filter(
        started_at__lt=moment - KEEP_EMPTY_RUNS, warned=0, overdue=0, escalated=0, resumed=0
    ).delete()
    return record


@transaction.atomic
def _sweep_batch(now: dt.datetime, newest: int, books: Books, size: int) -> list[Verdict] | None:
    """Handle one batch; None when nothing was left to claim."""
    due = StageClock.objects.due(now).filter(id__lte=newest)
    heads = due.select_related("order").defer(*UNREAD).select_for_update(of=("order",), skip_locked=True)
    orders = {clock.order_id: clock.order for clock in heads[:size]}
    if not orders:
        return None
    # Whoever writes a clock holds its order. Locking the clocks too, two sweeps could wait for each other; reading
    # them again under the lock shows what others wrote before they let the order go.
    clocks = list(due.filter(order_id__in=orders))
    for clock in clocks:
        clock.order = orders[clock.order_id]
    decided = [(clock, decide(clock, clock.order.state, books.climb(clock.order), now)) for clock in clocks]
    rises = {c.order_id: rise for c, d in decided if d.verdict == Verdict.CLIMB and (rise := books.rise(c))}
    told = [(c, d) for c, d in decided if c.order_id not in rises or c.stage not in sweep_climbs.STOPPED]
    sweep_notices.write(told, now)
    sweep_climbs.write(list(rises.values()), load_calendar(), now)
    return [Verdict.CLIMB] * len(rises) + [decision.verdict for _, decision in told]


def preview(
    orders: Iterator[WorkOrder] | list[WorkOrder], now: dt.datetime
) -> list[tuple[WorkOrder, StageClock, Decision]]:
    """Say for each of these orders and its running clocks what a run would do now, and why not; writes nothing."""
    books = Books()
    by_id = {order.pk: order for order in orders}
    suspended = Q(order__state=State.SUSPENDED, stage=Stage.HANDLE)
    clocks = StageClock.objects.filter(Q(stopped_at=None) | suspended, order_id__in=by_id).order_by("due_at", "id")
    rows = [(by_id[clock.order_id], clock) for clock in _latest(clocks)]
    return [
        (
            order,
            clock,
            decide_suspended(order.suspended_until, now)
            if order.state == State.SUSPENDED
            else decide(clock, order.state, books.climb(order), now),
        )
        for order, clock in rows
    ]


def _latest(clocks: Iterable[StageClock]) -> list[StageClock]:
    """Leave out a suspended order's earlier handling clocks."""
    last: dict[tuple[int, str], StageClock] = {}
    rows = list(clocks)
    for clock in sorted(rows, key=lambda clock: clock.pk):
        last[clock.order_id, clock.stage] = clock
    return [clock for clock in rows if last[clock.order_id, clock.stage] is clock]
