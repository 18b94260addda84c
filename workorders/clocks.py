"""Stage clocks: starting, stopping and continuing them, for one order in an action or for many in a sweep.

`times` is the one place where a rule, a start and the calendar become deadlines. The running main clock is copied
to the order (`stage`, `warn_at`, `due_at`) for lists; StageClock rows are the truth.
"""

import datetime as dt
from dataclasses import dataclass, field

from grids.calendar import WorkingCalendar, load_calendar
from workorders.limits import Question, Rulebook, rules_at
from workorders.models import EscalationStep, Limit, StageClock, WorkOrder
from workorders.states import CLIMBING, Stage


@dataclass(frozen=True)
class Times:
    warn_at: dt.datetime
    due_at: dt.datetime
    climb_at: dt.datetime | None


def times(
    rule: Limit | EscalationStep, started_at: dt.datetime, calendar: WorkingCalendar, grace: EscalationStep | None
) -> Times:
    """Say when a clock warns, is due and makes the order climb; `grace` is the step the order stands on, or None
    where it does not climb from here."""
    due_at = calendar.add(started_at, rule.value, rule.unit)
    warn_at = calendar.share(started_at, due_at, rule.warn_percent, rule.unit)
    climb_at = calendar.add(due_at, grace.grace_value, grace.grace_unit) if grace is not None else None
    return Times(min(warn_at, due_at), due_at, climb_at)


def upcoming(clock: StageClock) -> dt.datetime | None:
    """Return the next moment at which the sweep has to look at this clock."""
    if clock.overdue_at is not None:
        return clock.climb_at
    return clock.due_at if clock.warned_at is not None else clock.warn_at


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
    stopped: set[str] = field(default_factory=set)
    """The stages whose clocks were stopped in this turn."""

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

    def start(
        self, order: WorkOrder, stage: Stage, now: dt.datetime, level: str, *, is_main: bool = True
    ) -> StageClock:
        """Start a stage's clock by the limit row that answers at this level of the tree."""
        at = rules_at(order.accepted_at, order.reported_at)
        row = self.book.limit(Question(stage, order.category_id, order.difficulty, level, order.urgency, at))
        clock = new_clock(order, stage, row, now, times(row, now, self.calendar, self._grace(order, stage, at)))
        clock.save()
        if is_main:
            show_on_order(order, clock)
        return clock

    def stop(self, order: WorkOrder, now: dt.datetime, *stages: Stage) -> list[StageClock]:
        """Stop these stages' running clocks, or all of them when none is named."""
        running = StageClock.objects.running().filter(order=order)
        if stages:
            running = running.filter(stage__in=stages)
        clocks = list(running)
        for clock in clocks:
            clock.stopped_at = now
            clock.next_at = None
            clock.save(update_fields=["stopped_at", "next_at"])
            self.stopped.add(clock.stage)
        return clocks

    def renew_whole(self, order: WorkOrder, level: str) -> None:
        """Let the whole clock run by the row of the order's corrected category and gravity, from its old start."""
        clock = StageClock.objects.running().filter(order=order, stage=Stage.WHOLE).first()
        at = rules_at(order.accepted_at, order.reported_at)
        row = self.book.limit(Question(Stage.WHOLE, order.category_id, order.difficulty, level, order.urgency, at))
        if clock is None or clock.limit_id == row.pk:
            return
        anew = times(row, clock.started_at, self.calendar, None)
        clock.limit, clock.value, clock.unit = row, row.value, row.unit
        clock.warn_at, clock.due_at, clock.next_at = anew.warn_at, anew.due_at, anew.warn_at
        clock.save(update_fields=["limit", "value", "unit", "warn_at", "due_at", "next_at"])
        order.whole_due_at = clock.due_at

    def resume(self, order: WorkOrder, stage: Stage, now: dt.datetime) -> StageClock | None:
        """Let the stage's last clock run on: its deadline moves by the time that it stood still."""
        clock = StageClock.objects.filter(order=order, stage=stage).order_by("-id").first()
        if clock is None:
            return None
        if clock.stopped_at is not None:
            stood_from, unit = clock.stopped_at, clock.unit
            clock.paused_seconds += max(0, int((now - stood_from).total_seconds()))
            clock.warn_at = self.calendar.shift(clock.warn_at, stood_from, now, unit)
            clock.due_at = self.calendar.shift(clock.due_at, stood_from, now, unit)
            clock.climb_at = self._climb_at(order, clock)
            clock.stopped_at = None
            clock.next_at = upcoming(clock)
            clock.save(update_fields=["stopped_at", "paused_seconds", "warn_at", "due_at", "climb_at", "next_at"])
        show_on_order(order, clock)
        return clock

    def _climb_at(self, order: WorkOrder, clock: StageClock) -> dt.datetime | None:
        """Count the grace anew from the clock's deadline, in the grace's own unit."""
        if clock.climb_at is None:
            return None
        grace = self._grace(order, Stage(clock.stage), rules_at(order.accepted_at, order.reported_at))
        return self.calendar.add(clock.due_at, grace.grace_value, grace.grace_unit) if grace is not None else None

    def _grace(self, order: WorkOrder, stage: Stage, at: dt.datetime) -> EscalationStep | None:
        return grace_step(self.book.ladder(at, order.urgency), order.step) if stage in CLIMBING else None


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
