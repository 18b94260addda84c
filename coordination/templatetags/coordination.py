"""Whistles and reviews in templates: {% whistle_light whistle now %}, {{ summons.attendance|attendance_tone }}."""

import datetime as dt
from typing import Any

from django import template

from coordination.models import JointReview, Whistle
from coordination.states import Attendance, ReviewState, WhistleState
from workorders.states import Light

register = template.Library()

ATTENDANCE: dict[str, tuple[str, str]] = {
    Attendance.AWAITED: ("blue", "hourglass"),
    Attendance.ON_TIME: ("green", "circle-check"),
    Attendance.LATE: ("yellow", "clock"),
    Attendance.ABSENT: ("red", "user-x"),
    Attendance.EXCUSED: ("grey", "minus"),
}
STATES: dict[str, tuple[str, str]] = {
    WhistleState.OPEN: ("brand", "speakerphone"),
    WhistleState.CLOSED: ("green", "circle-check"),
    WhistleState.CANCELLED: ("grey", "ban"),
}


REVIEWS: dict[str, tuple[str, str]] = {
    ReviewState.CONVENED: ("brand", "users-group"),
    ReviewState.DECIDED: ("green", "gavel"),
    ReviewState.CANCELLED: ("grey", "ban"),
}


@register.inclusion_tag("workorders/_light.html")
def review_light(review: JointReview, now: dt.datetime) -> dict[str, Any]:
    """Show how long the meeting has until its decision is due; nothing once it is over. Yellow from a day before."""
    light: Light | None = None
    if not review.is_final:
        soon = review.due_at - dt.timedelta(days=1)
        light = Light.GREEN if now < soon else Light.YELLOW if now <= review.due_at else Light.RED
    clock = {"due_at": review.due_at, "warn_at": review.due_at - dt.timedelta(days=1)}
    return {"order": clock, "light": light.value if light else "", "now": now}


@register.inclusion_tag("workorders/_light.html")
def whistle_light(whistle: Whistle, now: dt.datetime) -> dict[str, Any]:
    """Show how long the called units still have; nothing once all came or the whistle is finished."""
    light: Light | None = None
    awaited = any(not s.came for s in whistle.summons.all())
    if awaited and not whistle.is_final:
        light = Light.GREEN if now < whistle.warn_at else Light.YELLOW if now <= whistle.due_at else Light.RED
    return {"order": whistle, "light": light.value if light else "", "now": now}


@register.filter
def attendance_tone(value: str) -> str:
    return ATTENDANCE[value][0]


@register.filter
def attendance_icon(value: str) -> str:
    return ATTENDANCE[value][1]


@register.filter
def whistle_tone(value: str) -> str:
    return STATES[value][0]


@register.filter
def whistle_icon(value: str) -> str:
    return STATES[value][1]


@register.filter
def review_tone(value: str) -> str:
    return REVIEWS[value][0]


@register.filter
def review_icon(value: str) -> str:
    return REVIEWS[value][1]


@register.filter
def came_count(whistle: Whistle) -> int:
    """Count the called units that came (from the prefetched parts)."""
    return sum(summons.came for summons in whistle.summons.all())
