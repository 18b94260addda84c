"""Why a deadline is what it is: the row that answered, where it was inherited from, and the days that were counted."""

import datetime as dt
from dataclasses import dataclass

from grids.calendar import load_calendar
from grids.models import CalendarDay, DayKind
from workorders.models import EscalationStep, Limit, StageClock
from workorders.states import LimitUnit

SHOWN_DAYS = 60


@dataclass(frozen=True)
class DayLine:
    """One day of the arithmetic: whether it counts, and the calendar's word for it."""

    date: dt.date
    counts: bool
    name: str
    is_loaded: bool


@dataclass(frozen=True)
class Explanation:
    """The answer to "why this deadline" for one clock."""

    clock: StageClock
    rule: Limit | EscalationStep | None
    """None where the deadline came with the order."""
    began_at: dt.datetime
    """Where the counting begins: the start, or the next opening of the office."""
    days: list[DayLine]
    any_category: bool
    own_category: bool
    """Whether the row is the category's own; with neither flag it is inherited from a category above."""

    @property
    def is_step(self) -> bool:
        return isinstance(self.rule, EscalationStep)

    @property
    def was_moved(self) -> bool:
        return self.began_at != self.clock.started_at

    @property
    def has_unloaded_days(self) -> bool:
        return any(not day.is_loaded for day in self.days)


def explain(clock: StageClock) -> Explanation:
    """Lay open one clock's deadline; reads the rule, the order and the calendar's days in between."""
    rule = clock.limit or clock.step
    if rule is None and not clock.is_given:
        message = "A clock names the rule that made it."
        raise AssertionError(message)
    calendar = load_calendar()
    works = clock.unit in {LimitUnit.WORKING_DAY, LimitUnit.WORKING_HOUR}
    began = calendar.next_opening(clock.started_at) if works else clock.started_at
    category_id = rule.category_id if isinstance(rule, Limit) else None
    return Explanation(
        clock=clock,
        rule=rule,
        began_at=began,
        days=_days(clock) if works else [],
        any_category=category_id is None,
        own_category=category_id == clock.order.category_id,
    )


def _days(clock: StageClock) -> list[DayLine]:
    calendar = load_calendar()
    first = clock.started_at.astimezone(calendar.zone).date()
    last = clock.due_at.astimezone(calendar.zone).date()
    rows = CalendarDay.objects.filter(date__range=(first, last)).in_bulk()
    lines = []
    for n in range(min((last - first).days + 1, SHOWN_DAYS)):
        day = first + dt.timedelta(n)
        row = rows.get(day)
        name = (row.name or (row.get_kind_display() if row.kind != DayKind.WORKDAY else "")) if row else ""
        lines.append(DayLine(day, calendar.is_workday(day), str(name), row is not None))
    return lines
