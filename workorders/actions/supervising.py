"""The mark that an order is supervised; the supervision itself is an app of its own above this one."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from grids.backends import standing_for
from workorders.actions.moving import finish, turn_on
from workorders.models import WorkOrder
from workorders.states import Move


@transaction.atomic
def mark_supervised(order: WorkOrder | int, level: str, *, actor: User | None, number: str, now: dt.datetime) -> None:
    """Show the level of supervision on the order, or nothing when `level` is blank; one row in its history.

    `number` is the supervision order's. Whoever calls has checked that the person may; no state changes, and an order
    that has ended meanwhile may be marked too.
    """
    pk = order if isinstance(order, int) else order.pk
    locked = WorkOrder.objects.select_for_update(of=("self",)).select_related("category").get(pk=pk)
    turn = turn_on(locked, actor, standing_for(actor) if actor is not None else None, now)
    locked.supervision_level = level
    finish(turn, Move.SUPERVISE, note=number, details={"supervision_level": level})
