"""Makers of duty hours."""

import datetime as dt
from typing import Any

from django.utils import timezone

from grids.models import Grid
from onemap.models import DutyHours


def make_duty_hours(node: Grid, days: str = "6", begins: str = "19:00", ends: str = "21:00", **more: Any) -> DutyHours:
    """Put hours there as they are: Saturday evening unless told."""
    usual = {"starts_on": dt.date(2026, 1, 1), "made_at": timezone.now()}
    times = {"begins": dt.time.fromisoformat(begins), "ends": dt.time.fromisoformat(ends)}
    return DutyHours.objects.create(node=node, days=days, **times, **usual | more)
