"""The light of an order, and the condition that finds orders by it: for lists, pages and API alike."""

import datetime as dt

from django.db import models

from workorders import sight
from workorders.models import WorkOrder
from workorders.rows import ListedOrder
from workorders.states import FINAL, Light, State


def light_of(order: WorkOrder | ListedOrder, now: dt.datetime) -> Light | None:
    """Return the light of an order; None when it is finished or no clock runs."""
    if order.state in FINAL:
        return None
    if order.state == State.SUSPENDED:
        return Light.GREY
    if order.due_at is None:
        return None
    if order.due_at < now:
        return Light.RED
    if order.warn_at is not None and order.warn_at <= now:
        return Light.YELLOW
    return Light.GREEN


def having(light: str, now: dt.datetime) -> models.Q:
    """Return the condition that `light_of` answers with this light."""
    if light == Light.GREY:
        return models.Q(state=State.SUSPENDED)
    running = ~models.Q(state=State.SUSPENDED)
    if light == Light.RED:
        return sight.overdue(now) & running
    if light == Light.YELLOW:
        return sight.due_soon(now) & running
    later = models.Q(warn_at__gt=now) | models.Q(warn_at=None)
    return models.Q(finished_at=None, due_at__gte=now) & later & running
