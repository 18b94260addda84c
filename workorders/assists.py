"""Reads on the sub-orders of an order: which are open, who checks their results."""

import datetime as dt

from grids.roles import Permission
from workorders import people
from workorders.models import WorkOrder
from workorders.querysets import OrderQuerySet


def open_of(order: WorkOrder) -> OrderQuerySet:
    """Return the sub-orders of an order that are not done and not released."""
    return WorkOrder.objects.open().filter(parent=order)


def checker(sub: WorkOrder, now: dt.datetime) -> tuple[int, int | None, list[int]]:
    """Return (holder, person, whom to tell) for a sub-order's result: whoever has the order now, unless they are of
    the assisting unit; else those who verify at the level that has it, or above."""
    order = WorkOrder.objects.get(assists=sub)
    unit_id = sub.lead_unit_id
    helpers = people.of_units([unit_id], now).get(unit_id, []) if unit_id is not None else []
    if order.assignee_id is not None and order.assignee_id not in helpers:
        return order.holder_id, order.assignee_id, [order.assignee_id]
    holder_id, able = people.nearest(sub, order.holder_id, Permission.VERIFY, now, except_user=sub.handler_id)
    return holder_id, None, [user_id for user_id in able if user_id not in helpers]
