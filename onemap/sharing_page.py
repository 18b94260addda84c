"""What somebody is told about sharing their position: whether they do, until when, who can see it."""

import datetime as dt
from typing import Any

from accounts.models import User
from grids.calendar import load_calendar
from onemap import duty, duty_hours
from onemap.models import Position, Sharing
from onemap.querysets import may_share, posts_that_see

MOST_NAMED = 60


def context(user: User, now: dt.datetime) -> dict[str, Any] | None:
    """Return what the switch shows; None for who works in no grid."""
    if not may_share(user):
        return None
    hours = duty_hours.of(user, now)
    held = Sharing.objects.in_force(now).filter(user=user).first()
    return {
        "held": held,
        "hours": hours,
        "closes_at": duty.closes_at(load_calendar(), now, [one.shift for one in hours]),
        "position": Position.objects.filter(user=user).first() if held is not None else None,
    }


def seen_by(user: User) -> list[Any]:
    """Return the posts whose holders may see the person's position now."""
    return list(posts_that_see(user)[:MOST_NAMED])
