"""Who is concerned by supervision orders: addressees, their leaders, supervisors; read for a whole batch at once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from grids.models import Post
from grids.roles import Permission, Role
from supervision.access import ANSWERS, SUPERVISES
from supervision.models import SupervisionOrder
from workorders import people
from workorders.models import Involvement, WorkOrder


@dataclass(frozen=True)
class Parties:
    addressees: list[int]
    leaders: list[int]
    supervisors: list[int]


def of(items: Iterable[SupervisionOrder], now: dt.datetime) -> dict[int, Parties]:
    """Map each supervision order to its people, in a fixed number of queries; `order` must be joined.

    Only those count who may see the work order. The supervisor is the issuer while in post, else whoever supervises
    nearest to the order's place.
    """
    many = list(items)
    units = {item.unit_id for item in many if item.unit_id is not None}
    nodes = {item.node_id for item in many}
    above = {item.pk: people.above(item.order, item.node_id) for item in many}
    of_units, heads = people.of_units(units, now), _heads(units, now)
    at_nodes = people.at_nodes(nodes, ANSWERS, now)
    leading = people.at_nodes(nodes | set(above.values()), Permission.DISPATCH, now)
    supervising = supervisors([item.order for item in many], now)
    trusted = _trusted([item.order for item in many if item.order.is_confidential], now)
    found = {}
    for item in many:
        if item.unit_id is not None:
            addressees = of_units.get(item.unit_id, [])
            leaders = heads.get(item.unit_id) or leading.get(item.node_id, [])
        else:
            addressees, leaders = at_nodes.get(item.node_id, []), leading.get(above[item.pk], [])
        there = supervising[item.order_id]
        mine = [item.issuer_id] if item.issuer_id is not None and item.issuer_id in there.all else there.nearest
        groups = [addressees, leaders, mine]
        if item.order.is_confidential:
            groups = [[user_id for user_id in group if user_id in trusted[item.order_id]] for group in groups]
        found[item.pk] = Parties(*groups)
    return found


@dataclass(frozen=True)
class Supervisors:
    """Those over an order's place: all of them, and those at the lowest level that has any."""

    all: frozenset[int]
    nearest: list[int]


def supervisors(orders: Iterable[WorkOrder], now: dt.datetime) -> dict[int, Supervisors]:
    """Map each order to who supervises it: one query."""
    many = list(orders)
    there = people.at_nodes({node_id for order in many for node_id in order.path_ids}, SUPERVISES, now)
    return {
        order.pk: Supervisors(
            frozenset(user_id for node_id in order.path_ids for user_id in there.get(node_id, [])),
            next((there[node_id] for node_id in reversed(order.path_ids) if there.get(node_id)), []),
        )
        for order in many
    }


def _heads(unit_ids: Iterable[int], now: dt.datetime) -> dict[int, list[int]]:
    """Map each unit to its leaders: one query."""
    found: dict[int, list[int]] = defaultdict(list)
    posts = Post.objects.in_force(people.today(now)).filter(unit_id__in=list(unit_ids), role=Role.DEPT_LEADER)
    for unit_id, user_id in posts.order_by("unit_id", "pk").values_list("unit_id", "user_id"):
        if unit_id is not None:
            found[unit_id].append(user_id)
    return found


def _trusted(orders: list[WorkOrder], now: dt.datetime) -> dict[int, set[int]]:
    """Map confidential orders to who may see them: by a post on the path, by a part, or in a unit with a part."""
    found: dict[int, set[int]] = {order.pk: set() for order in orders}
    if not orders:
        return found
    levels = people.at_nodes(
        {node_id for order in orders for node_id in order.path_ids}, Permission.VIEW_CONFIDENTIAL, now
    )
    parts = list(Involvement.objects.filter(order__in=orders).values_list("order_id", "user_id", "unit_id"))
    leads = [(order.pk, order.lead_unit_id) for order in orders if order.lead_unit_id is not None]
    units = leads + [(order_id, unit_id) for order_id, _user, unit_id in parts if unit_id is not None]
    staff = people.of_units({unit_id for _order, unit_id in units}, now)
    for order in orders:
        found[order.pk] |= {user_id for node_id in order.path_ids for user_id in levels.get(node_id, [])}
        found[order.pk] |= {pk for pk in (order.reporter_id, order.assignee_id) if pk is not None}
    for order_id, user_id, _unit in parts:
        if user_id is not None:
            found[order_id].add(user_id)
    for order_id, unit_id in units:
        found[order_id] |= set(staff.get(unit_id, []))
    return found
