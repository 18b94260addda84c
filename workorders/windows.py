"""Until when something may be done after something else: limit rows that bound a time without a clock."""

import datetime as dt

from workorders.clocks import Clockwork, level_of
from workorders.models import Limit, WorkOrder
from workorders.states import Stage


def row_of(clocks: Clockwork, order: WorkOrder, stage: Stage) -> Limit | None:
    """Return the row that answers for the order, or None where the district has none: then nothing is bounded."""
    return clocks.row(order, stage, level_of(order, order.holder_id))


def is_over(clocks: Clockwork, order: WorkOrder, stage: Stage, since: dt.datetime | None, now: dt.datetime) -> bool:
    """Say whether the time of the stage's row, counted from `since`, has passed."""
    row = row_of(clocks, order, stage)
    return row is not None and since is not None and now > clocks.calendar.add(since, row.value, row.unit)
