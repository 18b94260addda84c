"""Whose an order becomes when the one who had it no longer holds a post that could handle it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q

from grids.models import Post
from grids.roles import Permission
from workorders import people
from workorders.models import WorkOrder
from workorders.querysets import OrderQuerySet
from workorders.states import OrderKind, State


@dataclass(frozen=True)
class Successor:
    """A person; or with `user_id` None the people of the order's unit, and without those whoever dispatches."""

    user_id: int | None
    is_pool: bool = False


def left_behind(now: dt.datetime) -> OrderQuerySet:
    """Return the open orders whose assignee holds no post any more that could handle them.

    A unit's order is handled by its people or by those posted at its place or above; any other also by people of
    the district's other units, and of the community's other grids.
    """
    posts = Post.objects.in_force(people.today(now)).filter(
        user=OuterRef("assignee"), role__in=people.giving(Permission.HANDLE)
    )
    path = Q(pk__in=())
    for column in ("district", "street", "community", "co_community", "grid"):
        path |= Q(node=OuterRef(column))
    own = posts.filter(path & Q(unit=None) | Q(unit=OuterRef("lead_unit")))
    near = Q(unit__node__tree_id=OuterRef("district__tree_id"))
    near |= Q(node__parent=OuterRef("community"), node__kind__in=people.GRIDS)
    others = Q(lead_unit=None) & Q(Exists(posts.filter(near)))
    orders: OrderQuerySet = WorkOrder.objects.open().filter(assignee__isnull=False)
    checks = Q(kind=OrderKind.ASSIST, state=State.PENDING_VERIFICATION)  # these follow the order that was assisted
    return orders.exclude(checks).exclude(Exists(own)).exclude(others)


def successor(order: WorkOrder, left_id: int, now: dt.datetime) -> Successor:
    """Choose who follows: the unit's people where the order is the unit's and the one who left was of it; else who
    holds the same role at the same node; else somebody who dispatches there or above."""
    if order.lead_unit_id is not None and Post.objects.filter(user_id=left_id, unit_id=order.lead_unit_id).exists():
        if people.of_units([order.lead_unit_id], now).get(order.lead_unit_id):
            return Successor(None, is_pool=True)
        return Successor(people.stand_in(order, order.dispatched_from_id or order.holder_id, now))
    held = Post.objects.filter(user_id=left_id, unit=None, node_id__in=order.path_ids)
    held = held.filter(role__in=people.giving(Permission.HANDLE)).order_by(F("ends_on").desc(nulls_first=True), "-pk")
    posts = list(held.values_list("node_id", "role"))
    same = people.owners(posts, now)
    found = next((same[post] for post in posts if same.get(post, left_id) != left_id), None)
    if found is None:
        start = posts[0][0] if posts else order.dispatched_from_id or order.holder_id
        found = people.stand_in(order, start, now)
    return Successor(found)


def who_takes_it_back(order: WorkOrder, now: dt.datetime) -> Successor:
    """Return who does an order's rework: who handled it, or their successor where they left."""
    left_id = order.handler_id
    if left_id is None or _is_still_there(order, left_id, now):
        return Successor(left_id)
    return successor(order, left_id, now)


def _is_still_there(order: WorkOrder, user_id: int, now: dt.datetime) -> bool:
    """Say of one person what `left_behind` denies of assignees."""
    if order.lead_unit_id is None:
        return people.may_handle(order, user_id, None, now)
    posts = Post.objects.in_force(people.today(now)).filter(user=user_id, role__in=people.giving(Permission.HANDLE))
    return posts.filter(Q(node__in=order.path_ids, unit=None) | Q(unit=order.lead_unit_id)).exists()
