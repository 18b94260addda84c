"""How long after its end something may still be done with an order, and how often: answers for actions and buttons."""

import datetime as dt

from django.utils.translation import gettext as _

from workorders import windows
from workorders.clocks import Clockwork
from workorders.models import WorkOrder
from workorders.states import Move, Stage

EXCLUSION_DAYS = 30
"""Until so many days after its end the exclusion of an order may be asked for."""


def why_not(order: WorkOrder, move: Move, clocks: Clockwork, now: dt.datetime) -> str | None:
    """Say why the time since the order's end, or how often it was reopened, forbids this move; None where not."""
    if move == Move.REQUEST_EXCLUSION:
        if order.finished_at is not None and now > order.finished_at + dt.timedelta(days=EXCLUSION_DAYS):
            return _("An exclusion is asked for within %(days)s days of the order's end.") % {"days": EXCLUSION_DAYS}
        return None
    if move != Move.REOPEN:
        return None
    row = windows.row_of(clocks, order, Stage.REOPEN)
    if row is not None and order.reopen_count >= row.times:
        return _("This order was reopened as often as the rules allow; report the matter anew.")
    if windows.is_over(clocks, order, Stage.REOPEN, order.finished_at, now):
        return _("The time in which a closed order may be reopened is over; report the matter anew.")
    return None
