"""A period as far as it has gone, and the stretches of other periods that it is compared with. No database."""

import datetime as dt
from dataclasses import dataclass

from hotline.periods import DAY, Period


@dataclass(frozen=True)
class Stretch:
    """What is shown (`now`), and what it is compared with: the period before (环比) and the year before (同比).

    A period that still runs is compared with as many days of the others as have gone of it.
    """

    period: Period
    now: Period
    before: Period
    year_before: Period
    is_running: bool

    @property
    def days(self) -> int:
        return (self.now.last - self.now.first).days + 1


def stretch(period: Period, today: dt.date) -> Stretch:
    """Return what to show of a period on this day; one that has not begun is shown whole, and empty."""
    before, year_before = period.before, period.year_before
    if not period.first <= today < period.last:
        return Stretch(period, period, before, year_before, is_running=False)
    days = (today - period.first).days + 1
    return Stretch(period, Period(period.first, today), _head(before, days), _head(year_before, days), is_running=True)


def _head(period: Period, days: int) -> Period:
    return Period(period.first, min(period.last, period.first + (days - 1) * DAY))
