"""What a move does to a clock, in memory: actions save what comes out, the replay compares it (workorders/replay.py).

Pure: no database. Each function changes an unsaved or loaded `StageClock`; times are aware, in any zone.
"""

import datetime as dt
from dataclasses import dataclass

from grids.calendar import WorkingCalendar
from workorders.models import EscalationStep, Limit, StageClock
from workorders.states import LimitUnit

LEAST_AFTER_PAUSE = (1, LimitUnit.WORKING_HOUR)
"""What every clock has at the least when a suspension ends."""


USUAL_WARN_PERCENT = 80
"""Where a clock names no rule."""


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
    return Times(min(warn_at, due_at), due_at, after(due_at, calendar, grace))


def after(due_at: dt.datetime, calendar: WorkingCalendar, grace: EscalationStep | None) -> dt.datetime | None:
    """Return when an order climbs that was due then; None where it does not climb."""
    return calendar.add(due_at, grace.grace_value, grace.grace_unit) if grace is not None else None


def upcoming(clock: StageClock) -> dt.datetime | None:
    """Return the next moment at which the sweep has to look at this clock."""
    if clock.overdue_at is not None:
        return clock.climb_at
    return clock.due_at if clock.warned_at is not None else clock.warn_at


def stop(clock: StageClock, now: dt.datetime) -> None:
    clock.stopped_at, clock.next_at = now, None


def renew(clock: StageClock, row: Limit, calendar: WorkingCalendar) -> None:
    """Let a clock run by another row, from its old start."""
    anew = times(row, clock.started_at, calendar, None)
    clock.limit, clock.value, clock.unit = row, row.value, row.unit
    clock.warn_at, clock.due_at, clock.next_at = anew.warn_at, anew.due_at, anew.warn_at


def run_on(clock: StageClock, now: dt.datetime, calendar: WorkingCalendar, grace: EscalationStep | None) -> None:
    """Let a stopped clock run on: what lay ahead of it moves by the time it stood still, in the clock's own unit."""
    stood_from = clock.stopped_at
    if stood_from is None:
        return
    clock.paused_seconds += max(0, int((now - stood_from).total_seconds()))
    clock.warn_at = calendar.shift(clock.warn_at, stood_from, now, clock.unit)
    clock.due_at = calendar.shift(clock.due_at, stood_from, now, clock.unit)
    if clock.climb_at is not None:
        clock.climb_at = after(clock.due_at, calendar, grace)
    clock.stopped_at = None
    clock.next_at = upcoming(clock)


def unstop(clock: StageClock) -> None:
    """Let a stopped clock count as if it had run all the time."""
    clock.stopped_at = None
    clock.next_at = upcoming(clock)


def wake(clock: StageClock, now: dt.datetime, calendar: WorkingCalendar, grace: EscalationStep | None) -> None:
    """Let a clock run on after a suspension: like `run_on`, but never due at once, and it may warn again.

    Where arithmetic leaves less than LEAST_AFTER_PAUSE, the clock gets that.
    """
    run_on(clock, now, calendar, grace)
    least = calendar.add(now, *LEAST_AFTER_PAUSE)
    if clock.due_at < least:
        clock.due_at = least
        if clock.climb_at is not None:
            clock.climb_at = after(least, calendar, grace)
    clock.warn_at = min(clock.warn_at, clock.due_at)
    clock.warned_at = clock.overdue_at = None
    clock.next_at = upcoming(clock)


def extend(
    clock: StageClock, until: dt.datetime, percent: int, calendar: WorkingCalendar, grace: EscalationStep | None
) -> None:
    """Give a running clock another deadline: it warns after its rule's share of the longer time, anew."""
    clock.due_at = until
    clock.warn_at = min(calendar.share(clock.started_at, until, percent, clock.unit), until)
    if clock.climb_at is not None:
        clock.climb_at = after(until, calendar, grace)
    clock.warned_at = clock.overdue_at = None
    clock.next_at = upcoming(clock)


def push(clock: StageClock, old: dt.datetime, new: dt.datetime, now: dt.datetime, calendar: WorkingCalendar) -> None:
    """Move a clock's deadline by the working time between two moments, without starting it anew.

    Marks of notices that are due only later again are taken off.
    """
    clock.warn_at = calendar.shift(clock.warn_at, old, new, clock.unit)
    clock.due_at = calendar.shift(clock.due_at, old, new, clock.unit)
    if clock.warn_at > now:
        clock.warned_at = None
    if clock.due_at > now:
        clock.overdue_at = None
    clock.next_at = upcoming(clock)
