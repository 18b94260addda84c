"""Units that can be called, and the people who hear of it."""

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from grids.models import Grid, Post, Unit
from grids.roles import Permission, Role
from workorders import people

MOST = 400


def callable_units(node: Grid, now: dt.datetime) -> QuerySet[Unit]:
    """Return the units that a node may call: at the nodes above it, at it and below it, with somebody in post there.

    A unit in which nobody holds a post today would not hear of it and be recorded as absent for nothing.
    """
    near = Q(node__lft__lte=node.lft, node__rght__gte=node.rght) | Q(node__lft__range=(node.lft, node.rght))
    held = Post.objects.in_force(people.today(now)).filter(
        unit=OuterRef("pk"), role__in=people.giving(Permission.HANDLE)
    )
    units = Unit.objects.active().filter(near, Exists(held), node__tree_id=node.tree_id)
    return units.select_related("node").order_by("node__lft", "name", "pk")


def leaders(unit_ids: Collection[int], now: dt.datetime) -> dict[int, list[int]]:
    """Map each unit to its leaders, or where it has none to everybody who handles its orders."""
    found = dict(people.of_units(unit_ids, now))
    led: dict[int, list[int]] = {}
    posts = Post.objects.in_force(people.today(now)).filter(unit_id__in=unit_ids, role=Role.DEPT_LEADER)
    for unit_id, user_id in posts.order_by("pk").values_list("unit_id", "user_id"):
        if unit_id is not None:
            led.setdefault(unit_id, []).append(user_id)
    return found | led


def everybody(of: dict[int, list[int]], unit_ids: Iterable[int]) -> list[int]:
    """Return the people of these units, each once."""
    return sorted({user_id for unit_id in unit_ids for user_id in of.get(unit_id, ())})
