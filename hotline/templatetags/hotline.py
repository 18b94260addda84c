"""Requests in templates: the light of a deadline, who has one open.

{{ matter.due_at|due_light:now }}   green, yellow within its last working day or so, red when past
{{ matter|held_by:user }}           the other operator who has it open, or None
"""

import datetime as dt

from django import template
from django.utils import timezone

from accounts.models import User
from hotline.actions.claiming import LAPSES
from hotline.models import Request
from hotline.querysets import SOON
from workorders.states import Light

register = template.Library()


@register.filter
def due_light(due_at: dt.datetime, now: dt.datetime) -> str:
    if due_at < now:
        return Light.RED
    return Light.YELLOW if due_at < now + SOON else Light.GREEN


@register.filter
def held_by(matter: Request, user: User) -> User | None:
    if matter.claimed_by is None or matter.claimed_by == user or matter.claimed_at is None:
        return None
    return matter.claimed_by if matter.claimed_at > timezone.now() - LAPSES else None
