"""When reports come in: the week's and the day's shape, and last year's growth."""

import datetime as dt

import numpy as np
from django.utils import timezone

MONTHS = 79
"""Length of the history: the 168,177 events of the field report came in over as many months (DOMAIN.md §7.2)."""

GROWTH = 3.0
"""How many times as much comes in during the last year."""

WEEKDAYS = (1.15, 1.08, 1.05, 1.02, 1.0, 0.85, 0.8)
HOURS = (1, 1, 1, 1, 1, 2, 5, 12, 30, 46, 44, 26, 14, 18, 30, 44, 40, 24, 14, 10, 7, 4, 2, 1)


def report_times(
    count: int, now: dt.datetime, rng: np.random.Generator, span: int = round(MONTHS * 30.44)
) -> list[dt.datetime]:
    """Draw when reports came in, oldest first, with the week's and the day's shape and last year's growth.

    span: days before `now`.
    """
    today = timezone.localdate(now)
    days = [today - dt.timedelta(days=n) for n in range(span)]
    weights = np.array([WEEKDAYS[day.weekday()] * (GROWTH if n < 365 else 1.0) for n, day in enumerate(days)])
    chosen = rng.choice(len(days), size=count, p=weights / weights.sum())
    hours = rng.choice(24, size=count, p=np.array(HOURS) / sum(HOURS))
    seconds = rng.integers(0, 3600, size=count)
    zone = timezone.get_current_timezone()
    midnight = [dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC) for day in days]
    times = [
        midnight[day] + dt.timedelta(hours=int(hour), seconds=int(second))
        for day, hour, second in zip(chosen.tolist(), hours.tolist(), seconds.tolist(), strict=True)
    ]
    latest = now - dt.timedelta(hours=30)
    return sorted(
        time if time < latest else latest - dt.timedelta(seconds=int(s)) for time, s in zip(times, seconds, strict=True)
    )
