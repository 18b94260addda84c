"""How long called units have to come, and when they are reminded."""

import datetime as dt
from dataclasses import dataclass

from grids.calendar import load_calendar
from grids.models import Grid
from workorders.limits import NoLimitRow, Question, Rulebook
from workorders.models import WorkOrder
from workorders.states import LimitUnit, Stage, Urgency


@dataclass(frozen=True)
class CheckIn:
    """A limit for checking in: by the district's row (workorders.models.Limit, stage `check_in`)."""

    value: int
    unit: str
    warn_percent: int

    def due_at(self, now: dt.datetime, meets_at: dt.datetime) -> dt.datetime:
        """Return the usual deadline: so long from the whistle, and never before the time to be there."""
        return max(load_calendar().add(now, self.value, self.unit), meets_at)

    def warn_at(self, now: dt.datetime, due_at: dt.datetime) -> dt.datetime:
        """Return when those who have not come are reminded: a share of the time by the clock, since they were called
        whatever the hour."""
        return now + (due_at - now) * self.warn_percent / 100


UNSAID = CheckIn(2, LimitUnit.WORKING_HOUR, 80)
"""Where a district has no such row."""


def check_in(district: Grid, node: Grid, order: WorkOrder | None, now: dt.datetime) -> CheckIn:
    """Ask the district's limits how long units called by this node have, about this order if any."""
    question = Question(
        Stage.CHECK_IN,
        order.category_id if order is not None else 0,
        order.difficulty if order is not None else "",
        node.kind,
        order.urgency if order is not None else Urgency.ORDINARY,
        now,
    )
    try:
        row = Rulebook.load(district.pk).limit(question)
    except NoLimitRow:
        return UNSAID
    return CheckIn(row.value, row.unit, row.warn_percent)
