"""When the rounds of a task fall due: pure arithmetic on days, without a database."""

import calendar as months
import datetime as dt

from admission.states import Allowed, Rhythm
from grids.calendar import WorkingCalendar

MAX_DAYS = 366
"""A task is admitted for a year at most; then it is applied for anew."""
WEEKS_A_YEAR = 52
LONGEST = {
    Rhythm.WEEKLY: {Allowed.CALENDAR_DAY: 7, Allowed.WORKING_DAY: 5},
    Rhythm.MONTHLY: {Allowed.CALENDAR_DAY: 28, Allowed.WORKING_DAY: 20},
}
"""A round ends before the next one begins, so that nobody has two of one task in hand."""


def round_dates(rhythm: str, first: dt.date, last: dt.date) -> list[dt.date]:
    """List the days on which a round begins, both ends included.

    Monthly rounds keep the day of the month of the first one; a shorter month gives its last day, and the next one the
    old day again (31 January, 28 February, 31 March).
    """
    if last < first:
        return []
    if rhythm == Rhythm.WEEKLY:
        return [first + dt.timedelta(days=7 * n) for n in range((last - first).days // 7 + 1)]
    if rhythm == Rhythm.MONTHLY:
        span = (last.year - first.year) * 12 + last.month - first.month
        return [day for day in (_months_on(first, n) for n in range(span + 1)) if day <= last]
    return [first]


def _months_on(first: dt.date, count: int) -> dt.date:
    year, month = divmod(first.year * 12 + first.month - 1 + count, 12)
    return dt.date(year, month + 1, min(first.day, months.monthrange(year, month + 1)[1]))


def due_at(day: dt.date, value: int, unit: str, calendar: WorkingCalendar) -> dt.datetime:
    """Return the deadline of a round: closing time of the office so many days after the day on which it begins.

    Working days by the calendar; a deadline in calendar days may fall on a holiday, as it does for orders.
    """
    midnight = dt.datetime.combine(day, dt.time(), calendar.zone)
    last = calendar.add(midnight, value, unit).astimezone(calendar.zone).date()
    return dt.datetime.combine(last, dt.time(), calendar.zone) + dt.timedelta(seconds=calendar.closes)


def rounds_a_week(rhythm: str, value: int, unit: str) -> float:
    """Say how many rounds fall into a week on average; a task that comes once is spread over the weeks it may take."""
    if rhythm == Rhythm.WEEKLY:
        return 1.0
    if rhythm == Rhythm.MONTHLY:
        return 12 / WEEKS_A_YEAR
    return 1 / max(1.0, value / (5 if unit == Allowed.WORKING_DAY else 7))
