"""Working-day arithmetic (DOMAIN.md §2.10): pure, on a set of days and the office's hours.

A day without a row follows the Monday-to-Friday rule; whoever shows a deadline warns when its year is not loaded
(grids/calendar_days.py). All answers are aware times; what goes in may be in any zone.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from grids.models import CalendarDay, DayKind

FIRST_DAY = dt.date(2005, 1, 1)
LAST_DAY = dt.date(2060, 12, 31)
SATURDAY = 5

Slot = tuple[dt.time, dt.time]


def parse_office_hours(text: str) -> tuple[Slot, ...]:
    """Read `08:30-12:00,13:30-17:30`; raises ImproperlyConfigured for anything else."""
    try:
        slots = tuple(
            (dt.time.fromisoformat(a.strip()), dt.time.fromisoformat(b.strip()))
            for a, b in (part.split("-") for part in text.split(","))
        )
    except ValueError:
        slots = ()
    edges = [edge for slot in slots for edge in slot]
    if not slots or edges != sorted(set(edges)):
        message = f"OFFICE_HOURS must read like 08:30-12:00,13:30-17:30; it is {text!r}."
        raise ImproperlyConfigured(message)
    return slots


def _seconds(time: dt.time | dt.datetime) -> int:
    return time.hour * 3600 + time.minute * 60 + time.second


class WorkingCalendar:
    """Which days and hours are worked, and what comes of adding them up."""

    def __init__(self, exceptions: Mapping[dt.date, str], office: Sequence[Slot], zone: ZoneInfo) -> None:
        """`exceptions` maps days that differ from Monday-to-Friday to a DayKind; others may be given too."""
        self.zone = zone
        self.office = [(_seconds(a), _seconds(b)) for a, b in office]
        self.day_seconds = sum(b - a for a, b in self.office)
        self.opens = self.office[0][0]
        self.closes = self.office[-1][1]
        self._exceptions = dict(exceptions)
        days = (FIRST_DAY + dt.timedelta(n) for n in range((LAST_DAY - FIRST_DAY).days + 1))
        self._workdays = [day.toordinal() for day in days if self.is_workday(day)]

    def is_workday(self, day: dt.date) -> bool:
        kind = self._exceptions.get(day)
        return day.weekday() < SATURDAY if kind is None else kind != DayKind.HOLIDAY

    def name_of(self, day: dt.date) -> str | None:
        """Return the day's kind where a row says it, for the page that explains a deadline."""
        return self._exceptions.get(day)

    def add(self, start: dt.datetime, value: float, unit: str) -> dt.datetime:
        """Return `start` plus so many of the unit: working_hour, working_day, calendar_day or hour (24×7).

        Working days keep the clock time and count only the working days after the start; a start outside
        office days or hours first moves to the next opening. Whole working days only.
        """
        if unit == "hour":
            return start + dt.timedelta(hours=value)
        if unit == "calendar_day":
            return start + dt.timedelta(days=value)
        if unit == "working_hour":
            return self.add_working_seconds(start, round(value * 3600))
        if unit == "working_day":
            local = self.next_opening(start)
            index = bisect_right(self._workdays, local.date().toordinal()) - 1 + int(value)
            return self._at(self._workdays[index], local.time())
        message = f"Unknown unit {unit!r}."
        raise ValueError(message)

    def next_opening(self, start: dt.datetime) -> dt.datetime:
        """Return `start` in local time if the office is open that day and not yet over, else the next opening."""
        local = start.astimezone(self.zone)
        second = _seconds(local)
        today = local.toordinal()
        index = bisect_left(self._workdays, today)
        if self._workdays[index] == today and second < self.closes:
            return local if second >= self.opens else self._at(today, self._time(self.opens))
        if self._workdays[index] == today:
            index += 1
        return self._at(self._workdays[index], self._time(self.opens))

    def add_working_seconds(self, start: dt.datetime, seconds: int) -> dt.datetime:
        """Walk the office's slots for this many seconds."""
        return self._after(self._since_first(start), seconds)

    def working_seconds(self, start: dt.datetime, end: dt.datetime) -> int:
        """Count the seconds of office time between two moments; negative when the end lies before the start."""
        return self._since_first(end) - self._since_first(start)

    def share(self, start: dt.datetime, due: dt.datetime, percent: int, unit: str) -> dt.datetime:
        """Return the moment at which this share of the time from start to due is gone, in the unit's own time."""
        if unit in {"hour", "calendar_day"}:
            return start + (due - start) * percent / 100
        begun = self._since_first(start)
        return self._after(begun, (self._since_first(due) - begun) * percent // 100)

    def shift(self, due: dt.datetime, paused_from: dt.datetime, until: dt.datetime, unit: str) -> dt.datetime:
        """Move a deadline by the time that a pause took, counted in the unit's own time."""
        if unit in {"hour", "calendar_day"}:
            return due + (until - paused_from)
        return self.add_working_seconds(due, self.working_seconds(paused_from, until))

    def workdays_between(self, start: dt.datetime, end: dt.datetime) -> list[dt.date]:
        """List the working days after the start's date up to the end's date."""
        first = bisect_right(self._workdays, start.astimezone(self.zone).date().toordinal())
        last = bisect_right(self._workdays, end.astimezone(self.zone).date().toordinal())
        return [dt.date.fromordinal(day) for day in self._workdays[first:last]]

    def _since_first(self, moment: dt.datetime) -> int:
        """Count the office time since the first of all days."""
        local = moment.astimezone(self.zone)
        today = local.toordinal()
        index = bisect_left(self._workdays, today)
        worked = index * self.day_seconds
        if self._workdays[index] == today:
            second = _seconds(local)
            for opens, closes in self.office:
                if second <= opens:
                    break
                worked += min(second, closes) - opens
        return worked

    def _after(self, begun: int, seconds: int) -> dt.datetime:
        """Return when so many seconds more are worked than had been: the end of a day rather than the next opening."""
        days, rest = divmod(begun + seconds, self.day_seconds)
        if rest == 0 and days != begun // self.day_seconds:
            days, rest = days - 1, self.day_seconds
        for opens, closes in self.office:
            if rest <= closes - opens:
                return self._at(self._workdays[days], self._time(opens + rest))
            rest -= closes - opens
        raise AssertionError("the slots add up to a day")

    def _at(self, ordinal: int, time: dt.time) -> dt.datetime:
        return dt.datetime.combine(dt.date.fromordinal(ordinal), time, self.zone)

    @staticmethod
    def _time(second: int) -> dt.time:
        return dt.time(second // 3600, second // 60 % 60, second % 60)


@lru_cache(maxsize=4)
def _calendar(_version: tuple[int, ...], office_hours: str, zone: str) -> WorkingCalendar:
    days = dict(CalendarDay.objects.values_list("date", "kind"))
    return WorkingCalendar(days, parse_office_hours(office_hours), ZoneInfo(zone))


def load_calendar() -> WorkingCalendar:
    """Return the installation's calendar: one cheap query unless a row changed since this process read it."""
    with connection.cursor() as cursor:
        # ctid and xmin name each row's present version: with any edit, insertion or deletion the sum changes.
        cursor.execute(
            "SELECT count(*), coalesce(sum(hashtext(ctid::text || xmin::text)::bigint), 0) FROM grids_calendarday"
        )
        version = cursor.fetchone()
    return _calendar(tuple(version), settings.OFFICE_HOURS, settings.TIME_ZONE)
