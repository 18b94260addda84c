"""Handing the orders of somebody who left to who follows them; nothing stays with a person who cannot act.

A post ends, or an account is closed: right after that change, and each night for posts whose last day is over. Clocks
run on as they are, and each new owner gets one notice for all of it.
"""

import datetime as dt
from collections import Counter
from functools import partial

from django.db import transaction
from django.utils import timezone

from accounts import notices
from accounts.models import User
from grids.models import Post
from workorders import people
from workorders.actions.moving import finish, involve, turn_on
from workorders.models import WorkOrder
from workorders.states import Move, State
from workorders.succession import Successor, left_behind, successor

BATCH = 100
TO_DO = "/work-orders/?tab=todo"


def after_closing(user: User) -> None:
    """Once the closing of an account is committed, hand on what its owner had."""
    transaction.on_commit(partial(all_left_behind, user.pk), robust=True)


def after_a_post(post: Post) -> None:
    """Once the end of a post is committed, hand on what its holder can no longer handle."""
    transaction.on_commit(partial(all_left_behind, post.user_id), robust=True)


def all_left_behind(user_id: int | None = None, *, now: dt.datetime | None = None) -> int:
    """Hand over every open order of this person, or of anybody, who could no longer handle it; returns how many."""
    moment = now or timezone.now()
    done, last = 0, 0
    while True:
        waiting = left_behind(moment).filter(pk__gt=last)
        if user_id is not None:
            waiting = waiting.filter(assignee=user_id)
        ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not ids:
            return done
        done += _batch(ids, moment)
        last = ids[-1]


@transaction.atomic
def _batch(ids: list[int], now: dt.datetime) -> int:
    """Hand over those of these orders that are still left behind now that they are locked."""
    locked = WorkOrder.objects.select_for_update(of=("self",)).select_related("category").filter(pk__in=ids)
    orders = {order.pk: order for order in locked.order_by("pk")}
    still = set(left_behind(now).filter(pk__in=orders).values_list("pk", flat=True))
    told: Counter[int] = Counter()
    for order in orders.values():
        if order.pk in still:
            told.update(_hand_over(order, now))
    for user_id, count in sorted(told.items()):
        notices.send([user_id], "orders_handed_over", {"count": count}, TO_DO, now=now)
    return len(still)


def _hand_over(order: WorkOrder, now: dt.datetime) -> list[int]:
    """Give one locked order to who follows; returns whom to tell."""
    left_id = order.assignee_id
    if left_id is None:
        return []
    turn = turn_on(order, None, None, now)
    heir = successor(order, left_id, now)
    involve(order, user_id=left_id)
    if heir.user_id is not None:
        involve(order, user_id=heir.user_id)
    turn.hand_to(holder_id=order.holder_id, user_id=heir.user_id)
    if heir.user_id is None and not heir.is_pool:
        leave_to_dispatchers(order)
    details = {"from": left_id}
    finish(turn, Move.HAND_OVER, to_user=heir.user_id, details=details)
    return _whom_to_tell(order, heir, now)


def leave_to_dispatchers(order: WorkOrder) -> None:
    """Let an order that nobody could take wait at the district for whoever comes into post there."""
    order.holder_id = order.district_id
    order.lead_unit_id = None
    order.state = State.FILED


def _whom_to_tell(order: WorkOrder, heir: Successor, now: dt.datetime) -> list[int]:
    if heir.user_id is not None:
        return [heir.user_id]
    unit_id = order.lead_unit_id
    return people.of_units([unit_id], now).get(unit_id, []) if heir.is_pool and unit_id is not None else []
