"""How long called units have to come, and when they are reminded."""

import datetime as dt

from grids.calendar import load_calendar

CHECK_IN_HOURS = 2
"""Working hours (DOMAIN.md names none; the summoner may give another moment)."""
WARN_PERCENT = 50


def check_in_by(now: dt.datetime, meets_at: dt.datetime) -> dt.datetime:
    """Return the usual deadline: two working hours from the whistle, and never before the time to be there."""
    return max(load_calendar().add(now, CHECK_IN_HOURS, "working_hour"), meets_at)


def warn_at(now: dt.datetime, due_at: dt.datetime) -> dt.datetime:
    """Return when those who have not come are reminded: half of the time, whatever the hour (people were called)."""
    return now + (due_at - now) * WARN_PERCENT / 100
