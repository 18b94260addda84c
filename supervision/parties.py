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
from workorders.models import WorkOrder


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
    trust = people.trusted((item.order for item in many), now)
    found = {}
    for item in many:
        if item.unit_id is not None:
            addressees = of_units.get(item.unit_id, [])
            leaders = heads.get(item.unit_id) or leading.get(item.node_id, [])
        else:
            addressees, leaders = at_nodes.get(item.node_id, []), leading.get(above[item.pk], [])
        there = supervising[item.order_id]
        mine = [item.issuer_id] if item.issuer_id is not None and item.issuer_id in there.all else there.nearest
        groups = (people.only_trusted(group, item.order, trust) for group in (addressees, leaders, mine))
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
