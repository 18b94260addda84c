"""How much room the limits rows leave for an extension or a suspension: pure answers for actions, forms and buttons.

Sources: DOMAIN.md §5.3 (asked for before the deadline only; by default once; capped by the row).
"""

import datetime as dt

from django.utils.translation import gettext as _

from grids.calendar import WorkingCalendar
from workorders.models import Limit, WorkOrder


def is_late(order: WorkOrder, now: dt.datetime) -> bool:
    """Say whether the running stage or the whole order is over its deadline."""
    return any(moment is not None and now >= moment for moment in (order.due_at, order.whole_due_at))


def why_no_extension(order: WorkOrder, row: Limit | None, now: dt.datetime) -> str | None:
    """Say why no extension can be asked for now, or None; `row` is the limits row of the stage `extension`."""
    if order.due_at is None or now >= order.due_at:
        return _("The time is over already; an extension is asked for before the deadline.")
    if row is None:
        return _("The rules of this district allow no extension.")
    if order.extension_count >= row.times:
        return _("This order was extended as often as the rules allow.")
    return None


def why_no_suspension(order: WorkOrder, row: Limit | None, times: int, now: dt.datetime) -> str | None:
    """Say why the order cannot be suspended now, or None; `times` is how often it was suspended already."""
    if is_late(order, now):
        return _("The time is over already; an overdue order cannot be suspended.")
    if row is None:
        return _("The rules of this district allow no suspension.")
    if times >= row.times:
        return _("This order was suspended as often as the rules allow.")
    return None


def latest_extension(row: Limit, due_at: dt.datetime, calendar: WorkingCalendar) -> dt.datetime:
    """Return the latest deadline that an extension may give: the row's time beyond the present one."""
    return calendar.add(due_at, row.value, row.unit)


def latest_suspension(row: Limit, now: dt.datetime, calendar: WorkingCalendar) -> dt.datetime:
    """Return the latest moment until which an order may be suspended that is suspended now."""
    return calendar.add(now, row.value, row.unit)
