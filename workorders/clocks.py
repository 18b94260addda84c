"""Stage clocks: starting, stopping and continuing them, for one order in an action or for many in a sweep.

What each of these does to a clock is reckoned in workorders/reckoning.py and noted for the history. The running
main clock is copied to the order (`stage`, `warn_at`, `due_at`) for lists; StageClock rows are the truth.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from grids.calendar import WorkingCalendar, load_calendar
from workorders import reckoning
from workorders.desk import Desk
from workorders.limits import NoLimitRow, Question, Rulebook, rules_at
from workorders.models import EscalationStep, Limit, StageClock, WorkOrder
from workorders.reckoning import Times
from workorders.states import CLIMBING, LimitUnit, OrderKind, Stage


def new_clock(
    order: WorkOrder, stage: Stage, rule: Limit | EscalationStep, started_at: dt.datetime, at: Times
) -> StageClock:
    """Build an unsaved clock."""
    return StageClock(
        district_id=order.district_id,
        order_id=order.pk,
        stage=stage,
        limit=rule if isinstance(rule, Limit) else None,
        step=rule if isinstance(rule, EscalationStep) else None,
        value=rule.value,
        unit=rule.unit,
        started_at=started_at,
        warn_at=at.warn_at,
        due_at=at.due_at,
        climb_at=at.climb_at,
        next_at=at.warn_at,
    )


def show_on_order(order: WorkOrder, clock: StageClock | None) -> None:
    """Copy the main clock to the order's own columns; the caller saves them."""
    order.stage = clock.stage if clock else ""
    order.warn_at = clock.warn_at if clock else None
    order.due_at = clock.due_at if clock else None


@dataclass
class Clockwork:
    """The rulebook and calendar that one action works with; read once, when first needed."""

    district_id: int
    _book: Rulebook | None = field(default=None, repr=False)
    _calendar: WorkingCalendar | None = field(default=None, repr=False)
    log: list[dict[str, Any]] = field(default_factory=list)
    """What was done to the order's clocks since the last history row, in the words of workorders/replay.py."""
    desk: Desk = field(default_factory=Desk, repr=False)

    @property
    def book(self) -> Rulebook:
        if self._book is None:
            self._book = Rulebook.load(self.district_id)
        return self._book

    @property
    def calendar(self) -> WorkingCalendar:
        if self._calendar is None:
            self._calendar = load_calendar()
        return self._calendar

    def row(self, order: WorkOrder, stage: Stage, level: str) -> Limit | None:
        """Return the limit row that answers for a stage at this level, by the order's acceptance; None without one."""
        try:
            return self.book.limit(Question.about(order, stage, level))
        except NoLimitRow:
            return None

    def start(
        self, order: WorkOrder, stage: Stage, now: dt.datetime, level: str, *, is_main: bool = True
    ) -> StageClock:
        """Start a stage's clock by the limit row that answers at this level of the tree."""
        row = self.book.limit(Question.about(order, stage, level))
        return self._start(order, stage, row, now, self._grace(order, Stage(stage)), is_main=is_main)

    def start_by(
        self, order: WorkOrder, stage: Stage, rule: Limit | EscalationStep, now: dt.datetime, *, is_main: bool = True
    ) -> StageClock:
        """Start a stage's clock by a rule that the caller has; for a step of the ladder the order stands on it."""
        return self._start(order, stage, rule, now, self._grace(order, stage), is_main=is_main)

    def start_given(self, order: WorkOrder, stage: Stage, days: int, now: dt.datetime) -> StageClock:
        """Start a stage's clock by so many working days that somebody gave instead of a limit row."""
        due_at = self.calendar.add(now, days, LimitUnit.WORKING_DAY)
        warn_at = min(self.calendar.share(now, due_at, GIVEN_WARN_PERCENT, LimitUnit.WORKING_DAY), due_at)
        clock = StageClock(
            district_id=order.district_id,
            order_id=order.pk,
            stage=stage,
            is_given=True,
            value=days,
            unit=LimitUnit.WORKING_DAY,
            started_at=now,
            warn_at=warn_at,
            due_at=due_at,
            next_at=warn_at,
        )
        clock.save()
        self.log.append({"do": "start", "stage": stage.value, "given": days, "at": now.isoformat(), "grace": None})
        show_on_order(order, clock)
        return clock

    def _start(
        self,
        order: WorkOrder,
        stage: Stage,
        rule: Limit | EscalationStep,
        now: dt.datetime,
        grace: EscalationStep | None,
        *,
        is_main: bool,
    ) -> StageClock:
        clock = new_clock(order, stage, rule, now, self.desk.times(rule, now, self.calendar, grace))
        self.desk.keep_clock(clock)
        self.log.append(started_by(stage, rule, now, grace))
        if is_main:
            show_on_order(order, clock)
        return clock

    def stop(self, order: WorkOrder, now: dt.datetime, *stages: Stage) -> list[StageClock]:
        """Stop these stages' running clocks, or all of them when none is named."""
        clocks = self.desk.running(order, stages)
        for clock in clocks:
            reckoning.stop(clock, now)
            self.desk.keep_clock(clock, ["stopped_at", "next_at"])
        if clocks:
            self.log.append({"do": "stop", "stages": [clock.stage for clock in clocks]})
        return clocks

    def has_stopped(self, stage: Stage) -> bool:
        """Say whether a clock of the stage was stopped since the last history row."""
        return any(done["do"] == "stop" and stage in done["stages"] for done in self.log)

    def renew_whole(self, order: WorkOrder, level: str) -> None:
        """Let the whole clock run by the row of the order's corrected category and gravity, from its old start."""
        clock = StageClock.objects.running().filter(order=order, stage=Stage.WHOLE).first()
        row = self.book.limit(Question.about(order, Stage.WHOLE, level))
        if clock is None or clock.limit_id == row.pk:
            return
        before = stood(clock)
        reckoning.renew(clock, row, self.calendar)
        clock.save(update_fields=["limit", "value", "unit", "warn_at", "due_at", "next_at"])
        self.log.append({"do": "renew", "stage": Stage.WHOLE.value, "limit": row.pk, **before})
        order.whole_due_at = clock.due_at

    def resume(self, order: WorkOrder, stage: Stage, now: dt.datetime) -> StageClock | None:
        """Let the stage's last clock run on: its deadline moves by the time that it stood still."""
        clock = StageClock.objects.filter(order=order, stage=stage).order_by("-id").first()
        if clock is None:
            return None
        if clock.stopped_at is not None:
            grace, before = self._grace(order, Stage(clock.stage)), stood(clock)
            reckoning.run_on(clock, now, self.calendar, grace)
            clock.save(update_fields=["stopped_at", "paused_seconds", "warn_at", "due_at", "climb_at", "next_at"])
            self.log.append({"do": "run_on", "stage": clock.stage, "grace": grace.pk if grace else None, **before})
        show_on_order(order, clock)
        return clock

    def unstop(self, order: WorkOrder, stage: Stage) -> StageClock | None:
        """Let the stage's last clock count as if it had never been stopped: its deadlines stay where they were."""
        clock = StageClock.objects.filter(order=order, stage=stage).order_by("-id").first()
        if clock is not None and clock.stopped_at is not None:
            reckoning.unstop(clock)
            clock.save(update_fields=["stopped_at", "next_at"])
            self.log.append({"do": "unstop", "stage": stage.value})
        return clock

    def extend(self, order: WorkOrder, until: dt.datetime, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
        """Give the running handling clock another deadline; the whole clock's moves by the same working time.

        Returns the handling clock's old and new deadline.
        """
        running = StageClock.objects.running().select_related("limit", "step")
        clock = running.get(order=order, stage=Stage.HANDLE)
        rule = clock.limit or clock.step
        grace, old, before = self._grace(order, Stage.HANDLE), clock.due_at, stood(clock)
        reckoning.extend(
            clock, until, rule.warn_percent if rule else reckoning.USUAL_WARN_PERCENT, self.calendar, grace
        )
        clock.save(update_fields=MOVED)
        self.log.append(
            {
                **{"do": "extend", "stage": clock.stage, "until": until.isoformat()},
                **{"grace": grace.pk if grace else None, **before},
            }
        )
        show_on_order(order, clock)
        whole = running.filter(order=order, stage=Stage.WHOLE).first()
        if whole is not None:
            before = stood(whole)
            reckoning.push(whole, old, until, now, self.calendar)
            whole.save(update_fields=MOVED)
            pushed = {"do": "push", "stage": whole.stage, "from": old.isoformat(), "until": until.isoformat()}
            self.log.append(pushed | before)
            order.whole_due_at = whole.due_at
        return old, until

    def wake(self, order: WorkOrder, stages: Iterable[str], now: dt.datetime) -> None:
        """Let the clocks that a suspension stopped run on, each with at least a working hour left."""
        for stage in stages:
            clock = StageClock.objects.filter(order=order, stage=stage).order_by("-id").first()
            if clock is None or clock.stopped_at is None:
                continue
            grace, before = self._grace(order, Stage(stage)), stood(clock)
            reckoning.wake(clock, now, self.calendar, grace)
            clock.save(update_fields=[*MOVED, "stopped_at", "paused_seconds"])
            self.log.append({"do": "wake", "stage": stage, "grace": grace.pk if grace else None, **before})
            if stage == Stage.WHOLE:
                order.whole_due_at = clock.due_at
            elif stage == Stage.HANDLE:
                show_on_order(order, clock)

    def _grace(self, order: WorkOrder, stage: Stage) -> EscalationStep | None:
        if order.kind != OrderKind.INCIDENT:
            return None
        at = rules_at(order.accepted_at, order.reported_at)
        return grace_step(self.book.ladder(at, order.urgency), order.step) if stage in CLIMBING else None


GIVEN_WARN_PERCENT = 80
MOVED = ("warn_at", "due_at", "climb_at", "warned_at", "overdue_at", "next_at")
"""The columns of a clock whose deadline was moved."""


def stood(clock: StageClock) -> dict[str, Any]:
    """Say for the history when a clock was due, and found overdue, before a move sets it: the days on which it counted
    (insights/sources/orders.py); a replay does not need it."""
    known = [clock.due_at, *([clock.overdue_at] if clock.overdue_at is not None else [])]
    return {"was": [moment.isoformat() for moment in known]}


def started_by(
    stage: Stage, rule: Limit | EscalationStep, at: dt.datetime, grace: EscalationStep | None
) -> dict[str, Any]:
    """Say for the history that a clock was started, by which rule, and when it began."""
    return {
        "do": "start",
        "stage": stage.value,
        "limit" if isinstance(rule, Limit) else "step": rule.pk,
        "at": at.isoformat(),
        "grace": grace.pk if grace is not None else None,
    }


def grace_step(ladder: list[EscalationStep], position: int) -> EscalationStep | None:
    """Return the step the order stands on if there is a higher one to climb to, else None."""
    if not any(step.position > position for step in ladder):
        return None
    standing = [step for step in ladder if step.position <= position]
    return standing[-1] if standing else None


def level_of(order: WorkOrder, node_id: int | None) -> str:
    """Return the kind of a node on the order's path without asking the database."""
    kinds = {order.district_id: "district"}
    if order.street_id:
        kinds[order.street_id] = "street"
    for community_id in (order.community_id, order.co_community_id):
        if community_id:
            kinds[community_id] = "community"
    if node_id is not None and node_id in kinds:
        return kinds[node_id]
    return "base"


def node_at(order: WorkOrder, level: str) -> int | None:
    """Return the node of this kind on the order's path, or None where its place lies higher."""
    by_level = {
        "district": order.district_id,
        "street": order.street_id,
        "community": order.community_id,
        "base": order.grid_id
        if order.grid_id not in {order.community_id, order.street_id, order.district_id}
        else None,
    }
    return by_level.get(level)
