"""When somebody is on duty: the office's hours of a working day, as deadlines count them (grids/calendar.py), and the
hours that were set for their grid beside it (evenings, weekends). Pure."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grids.calendar import WorkingCalendar

DAY = dt.timedelta(days=1)
Window = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Shift:
    """Hours on some days of the week (1 is Monday), from a first day to a last one; an end at or before the beginning
    is of the next morning."""

    days: frozenset[int]
    begins: dt.time
    ends: dt.time
    first: dt.date = dt.date.min
    last: dt.date | None = None

    def window(self, day: dt.date, calendar: WorkingCalendar) -> Window | None:
        """Return the hours that begin on this day; None where it is no duty day."""
        if day.isoweekday() not in self.days or day < self.first or (self.last is not None and day > self.last):
            return None
        end_day = day if self.ends > self.begins else day + DAY
        return (
            dt.datetime.combine(day, self.begins, calendar.zone),
            dt.datetime.combine(end_day, self.ends, calendar.zone),
        )


def is_on_duty(calendar: WorkingCalendar, now: dt.datetime, shifts: Sequence[Shift] = ()) -> bool:
    """Say whether the office is open at this moment, or a shift runs."""
    if calendar.working_seconds(now, now + dt.timedelta(seconds=1)) > 0:
        return True
    return any(begin <= now < end for begin, end in _of_shifts(calendar, now, shifts))


def closes_at(calendar: WorkingCalendar, now: dt.datetime, shifts: Sequence[Shift] = ()) -> dt.datetime | None:
    """Return when the duty that runs now ends, else the next one of today; lunch is within. None where none is left."""
    found = sorted([*_of_shifts(calendar, now, shifts), *_of_office(calendar, now)])
    left = [(begin, end) for begin, end in found if end > now]
    if not left:
        return None
    begin, closes = left[0]
    for begin, end in left[1:]:
        if begin <= max(now, closes):
            closes = max(closes, end)
    return closes


def _of_shifts(calendar: WorkingCalendar, now: dt.datetime, shifts: Sequence[Shift]) -> Iterator[Window]:
    today = now.astimezone(calendar.zone).date()
    for shift in shifts:
        for day in (today - DAY, today):
            window = shift.window(day, calendar)
            if window is not None:
                yield window


def _of_office(calendar: WorkingCalendar, now: dt.datetime) -> Iterator[Window]:
    midnight = now.astimezone(calendar.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    if calendar.is_workday(midnight.date()):
        yield midnight + dt.timedelta(seconds=calendar.opens), midnight + dt.timedelta(seconds=calendar.closes)
