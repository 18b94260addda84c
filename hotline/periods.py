"""Stretches of days for figures: week, month, quarter or any; and the one before, to compare with. No database."""

import datetime as dt
from dataclasses import dataclass

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DAY = dt.timedelta(days=1)
LONGEST = 1100
EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
"""Days that a page of figures may be asked for: the years around them can always be reckoned with."""


class Length(models.TextChoices):
    DAY = "day", pgettext_lazy("period", "Day")
    WEEK = "week", pgettext_lazy("period", "Week")
    MONTH = "month", pgettext_lazy("period", "Month")
    QUARTER = "quarter", pgettext_lazy("period", "Quarter")
    YEAR = "year", pgettext_lazy("period", "Year")
    CUSTOM = "custom", _("From … to …")


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both inclusive, in the district's time zone."""

    first: dt.date
    last: dt.date
    length: str = Length.CUSTOM

    @property
    def begin(self) -> dt.datetime:
        return _midnight(self.first)

    @property
    def end(self) -> dt.datetime:
        """The moment after the last day: not part of it."""
        return _midnight(self.last + DAY)

    @property
    def before(self) -> "Period":
        """Return the period before: the month before a month, else as many days as this one has."""
        if self.length != Length.CUSTOM:
            return around(self.first - DAY, self.length)
        days = self.last - self.first + DAY
        return Period(self.first - days, self.first - DAY)

    @property
    def after(self) -> "Period":
        """Return the period that follows."""
        if self.length != Length.CUSTOM:
            return around(self.last + DAY, self.length)
        return Period(self.last + DAY, self.last + (self.last - self.first + DAY))

    @property
    def year_before(self) -> "Period":
        """Return the same stretch a year earlier (同比): the same month or quarter, the same dates, for a week the one
        52 weeks earlier, so that weekdays meet weekdays."""
        if self.length == Length.WEEK:
            return Period(self.first - 364 * DAY, self.last - 364 * DAY, self.length)
        return Period(_year_earlier(self.first), _year_earlier(self.last), self.length)

    @property
    def query(self) -> dict[str, str]:
        """Return what an address says to mean this period."""
        if self.length == Length.CUSTOM:
            return {"length": self.length, "first": self.first.isoformat(), "last": self.last.isoformat()}
        return {"length": self.length, "on": self.first.isoformat()}


def around(day: dt.date, length: str) -> Period:
    """Return the day, the week (from Monday), month, quarter or year that a day lies in."""
    if length == Length.DAY:
        return Period(day, day, length)
    if length == Length.WEEK:
        first = day - dt.timedelta(days=day.weekday())
        return Period(first, first + dt.timedelta(days=6), length)
    months = {Length.QUARTER: 3, Length.YEAR: 12}.get(Length(length), 1)
    first = day.replace(day=1, month=day.month - (day.month - 1) % months)
    beyond = (first + dt.timedelta(days=31 * months)).replace(day=1)
    return Period(first, beyond - DAY, length)


def _year_earlier(day: dt.date) -> dt.date:
    """Return the same date a year before; the end of a February stays its end."""
    month_after = day + DAY
    if month_after.day == 1:
        return month_after.replace(year=month_after.year - 1) - DAY
    return day.replace(year=day.year - 1)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
