"""When somebody is on duty: the office's hours of a working day, as deadlines count them (grids/calendar.py). Pure."""

import datetime as dt

from grids.calendar import WorkingCalendar


def is_on_duty(calendar: WorkingCalendar, now: dt.datetime) -> bool:
    """Say whether the office is open at this moment."""
    return calendar.working_seconds(now, now + dt.timedelta(seconds=1)) > 0


def closes_at(calendar: WorkingCalendar, now: dt.datetime) -> dt.datetime | None:
    """Return when today's office hours end; None on a day off, and once they are over."""
    local = now.astimezone(calendar.zone)
    if not calendar.is_workday(local.date()):
        return None
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    end = midnight + dt.timedelta(seconds=calendar.closes)
    return end if end > local else None
