"""Who is there to act: the people behind a node, a unit or a step of the ladder, read for many orders at once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Q
from django.utils import timezone

from grids.models import Employment, Grid, Kind, Post, Unit
from grids.roles import PERMISSIONS, Permission, Role
from workorders.models import Involvement, WorkOrder

GRIDS = (Kind.BASE, Kind.DEDICATED)


def giving(permission: Permission) -> list[str]:
    """Return the roles that give a permission."""
    return sorted(role for role, permissions in PERMISSIONS.items() if permission in permissions)


def today(now: dt.datetime) -> dt.date:
    return timezone.localdate(now)


def at_nodes(node_ids: Collection[int], permission: Permission, now: dt.datetime) -> dict[int, list[int]]:
    """Map each node to the people whose post at exactly that node gives the permission: one query."""
    found: dict[int, list[int]] = defaultdict(list)
    posts = Post.objects.in_force(today(now)).filter(node_id__in=node_ids, role__in=giving(permission))
    for node_id, user_id in posts.order_by("node_id", "pk").values_list("node_id", "user_id"):
        if user_id not in found[node_id]:
            found[node_id].append(user_id)
    return found


def of_units(unit_ids: Collection[int], now: dt.datetime) -> dict[int, list[int]]:
    """Map each unit to the people who handle its orders: one query."""
    found: dict[int, list[int]] = defaultdict(list)
    posts = Post.objects.in_force(today(now)).filter(unit_id__in=unit_ids, role__in=giving(Permission.HANDLE))
    for unit_id, user_id in posts.order_by("unit_id", "pk").values_list("unit_id", "user_id"):
        if unit_id is not None and user_id not in found[unit_id]:
            found[unit_id].append(user_id)
    return found


def owners(pairs: Iterable[tuple[int, str]], now: dt.datetime) -> dict[tuple[int, str], int]:
    """Map (node, role) to the one person who holds it: the primary one first, then full-time, then longest in post."""
    wanted = set(pairs)
    posts = Post.objects.in_force(today(now)).filter(
        node_id__in={node_id for node_id, _ in wanted}, role__in={role for _, role in wanted}
    )
    ranked = sorted(
        posts.values_list("node_id", "role", "user_id", "is_primary", "employment", "starts_on", "pk"),
        key=lambda row: (not row[3], row[4] != Employment.FULL_TIME, row[5], row[6]),
    )
    found: dict[tuple[int, str], int] = {}
    for node_id, role, user_id, *_ in ranked:
        if (node_id, role) in wanted:
            found.setdefault((node_id, role), user_id)
    return found


def owner(node_id: int, role: Role | str, now: dt.datetime) -> int | None:
    return owners([(node_id, str(role))], now).get((node_id, str(role)))


def nearest(
    order: WorkOrder, from_node_id: int, permission: Permission, now: dt.datetime, *, except_user: int | None = None
) -> tuple[int, list[int]]:
    """Return the lowest node, from this one upwards, where somebody else than `except_user` may act, and who.

    The district when nobody is found anywhere: an order is never without a holder. With a confidential order only
    those count who may see it.
    """
    upward = _upward(order, from_node_id)
    there = at_nodes(upward, permission, now)
    trust = trusted([order], now)
    for node_id in upward:
        able = [pk for pk in only_trusted(there.get(node_id, []), order, trust) if pk != except_user]
        if able:
            return node_id, able
    return order.district_id, []


def _upward(order: WorkOrder, node_id: int) -> list[int]:
    """List the node and what lies above it on the order's path, lowest first.

    Where two communities share a dedicated grid, its own one comes before the one that co-manages it.
    """
    levels = [(order.grid_id,), (order.community_id, order.co_community_id), (order.street_id,), (order.district_id,)]
    start = next((n for n, level in enumerate(levels) if node_id in level), len(levels) - 1)
    first = node_id if node_id in levels[start] else order.district_id
    found = [first, *(other for level in levels[start:] for other in level)]
    return list(dict.fromkeys(other for other in found if other is not None))


def stand_in(order: WorkOrder, node_id: int, now: dt.datetime) -> int | None:
    """Return who takes an order at a level where nobody is in post: somebody who dispatches at the nearest above."""
    _node_id, able = nearest(order, node_id, Permission.DISPATCH, now)
    return able[0] if able else None


def trusted(orders: Iterable[WorkOrder], now: dt.datetime) -> dict[int, set[int]]:
    """Map each confidential order among these to the people who may see it, by a post or by a part in it.

    At most three queries for any number of orders; none where no order is confidential.
    """
    secret = [order for order in orders if order.is_confidential]
    if not secret:
        return {}
    levels = at_nodes({node_id for o in secret for node_id in o.path_ids}, Permission.VIEW_CONFIDENTIAL, now)
    parts = Involvement.objects.filter(order__in=[o.pk for o in secret]).values_list("order_id", "user_id", "unit_id")
    found: dict[int, set[int | None]] = {o.pk: {o.reporter_id, o.assignee_id} for o in secret}
    unit_ids: dict[int, set[int | None]] = {o.pk: {o.lead_unit_id, o.transfer_unit_id} for o in secret}
    for order_id, user_id, unit_id in parts:
        found[order_id].add(user_id)
        unit_ids[order_id].add(unit_id)
    staff = of_units({pk for ids in unit_ids.values() for pk in ids if pk is not None}, now)
    for order in secret:
        for node_id in order.path_ids:
            found[order.pk].update(levels.get(node_id, ()))
        for pk in unit_ids[order.pk]:
            found[order.pk].update(staff.get(pk, ()) if pk is not None else ())
    return {pk: {user_id for user_id in ids if user_id is not None} for pk, ids in found.items()}


def only_trusted(user_ids: Iterable[int], order: WorkOrder, trusted_people: Mapping[int, Collection[int]]) -> list[int]:
    """Leave out who may not see the order, by the answer of `trusted`; all may see one that is not confidential."""
    if not order.is_confidential:
        return list(user_ids)
    return [user_id for user_id in user_ids if user_id in trusted_people.get(order.pk, ())]


def in_district(order: WorkOrder, unit: Unit) -> bool:
    """Say whether a unit belongs to the order's district."""
    district: Grid = Grid.objects.get(pk=order.district_id)
    return bool(unit.node.tree_id == district.tree_id)


def may_handle(order: WorkOrder, user_id: int, unit: Unit | None, now: dt.datetime) -> bool:
    """Say whether a person could handle the order: by a post of the unit, or by one at its place or above it, in a
    unit of its district or, where its place is a grid, in another grid of its community."""
    posts = Post.objects.in_force(today(now)).filter(user_id=user_id, role__in=giving(Permission.HANDLE))
    if unit is not None:
        return posts.filter(unit=unit).exists()
    district = Grid.objects.get(pk=order.district_id)
    near = Q(node_id__in=order.path_ids) | Q(unit__node__tree_id=district.tree_id)
    if order.community_id is not None:
        near |= Q(node__parent_id=order.community_id, node__kind__in=GRIDS)
    return posts.filter(near).exists()


def is_of_district(order: WorkOrder, user_id: int, now: dt.datetime) -> bool:
    """Say whether a person holds any post in the order's district."""
    district = Grid.objects.get(pk=order.district_id)
    return Post.objects.in_force(today(now)).filter(user_id=user_id, node__tree_id=district.tree_id).exists()


def assignable(order: WorkOrder, now: dt.datetime) -> list[int]:
    """Return who can be named to handle an order without its leaving the unit; where no unit has it, the node that
    dispatched it."""
    if order.lead_unit_id is not None:
        return of_units([order.lead_unit_id], now).get(order.lead_unit_id, [])
    node_id = order.dispatched_from_id or order.holder_id
    return at_nodes([node_id], Permission.HANDLE, now).get(node_id, [])


def above(order: WorkOrder, node_id: int) -> int:
    """Return the node one level above this one on the order's path; the district stays the district."""
    levels = [i for i in (order.district_id, order.street_id, order.community_id, order.grid_id) if i is not None]
    levels = list(dict.fromkeys(levels))
    if node_id == order.co_community_id and order.community_id is not None:
        node_id = order.community_id
    return levels[max(0, levels.index(node_id) - 1)] if node_id in levels else order.district_id
