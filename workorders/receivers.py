"""Whom an order can be handed to: the units and people of its area, the likeliest first."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from grids.models import Kind, Post, Unit
from grids.roles import Permission
from workorders import people
from workorders.models import WorkOrder
from workorders.routing import leading_function

MOST = 300


@dataclass
class Receivers:
    """Choices for one order or several; keys are `unit-5` and `user-9`."""

    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    choices: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)


def offered(order: WorkOrder, actor: User, now: dt.datetime) -> Receivers:
    """Offer the actor if they may handle it, units with the category's function, then other units, then people.

    Units stand at the nodes of the order's path; people are posted there, or in the grids of its community.
    """
    return offered_for([order], actor, now)


def offered_for(orders: Iterable[WorkOrder], actor: User, now: dt.datetime) -> Receivers:
    """Offer whoever could take any of these orders; whether one takes each, its dispatch decides."""
    found = Receivers()
    chosen = list(orders)
    node_ids = {node_id for order in chosen for node_id in order.path_ids}
    communities = {order.community_id for order in chosen if order.community_id is not None}
    categories = {order.category_id: order.category for order in chosen}
    functions = {leading_function(category) for category in categories.values()} - {""}
    units = list(
        Unit.objects.active()
        .filter(node_id__in=node_ids)
        .select_related("node")
        .defer("node__boundary")
        .order_by("-node__lft", "name")
    )
    posts = list(_posts(node_ids, communities, now))
    mine = [post for post in posts if post.user_id == actor.pk]
    if mine:
        found.people[f"user-{actor.pk}"] = actor
        found.choices.append((_("Myself"), [(f"user-{actor.pk}", _("%(name)s (signs at once)") % {"name": actor})]))
    found.units = {f"unit-{unit.pk}": unit for unit in units}
    leading = [unit for unit in units if unit.function in functions]
    _group(found, _("Suggested for this category"), leading)
    _group(found, _("Units"), [unit for unit in units if unit not in leading])
    rows: list[tuple[str, str]] = []
    for post in posts:
        key = f"user-{post.user_id}"
        if key in found.people:
            continue
        found.people[key] = post.user
        rows.append((key, f"{post.user} · {post.get_role_display()} · {post.node.name}"))
    if rows:
        found.choices.append((_("People in post"), rows))
    return found


def others(order: WorkOrder, actor: User, now: dt.datetime) -> Receivers:
    """Offer the units and people of the order's area with whom it can be shared: all but the actor and who has it."""
    found = Receivers(units=other_units(order))
    _group(found, _("Units"), found.units.values())
    rows: list[tuple[str, str]] = []
    for post in _posts(order.path_ids, [order.community_id] if order.community_id else [], now):
        key = f"user-{post.user_id}"
        if key not in found.people and post.user_id not in {actor.pk, order.assignee_id}:
            found.people[key] = post.user
            rows.append((key, f"{post.user} · {post.get_role_display()} · {post.node.name}"))
    if rows:
        found.choices.append((_("People in post"), rows))
    return found


def other_units(order: WorkOrder) -> dict[str, Unit]:
    """Map the keys of the active units of the order's area to them, without the one that leads."""
    units = Unit.objects.active().filter(node_id__in=order.path_ids).select_related("node")
    rows = [unit for unit in units.order_by("-node__lft", "name") if unit.pk != order.lead_unit_id]
    return {f"unit-{unit.pk}": unit for unit in rows}


def _group(found: Receivers, words: str, units: Iterable[Unit]) -> None:
    rows = [(f"unit-{unit.pk}", f"{unit.name} · {unit.node.name}") for unit in units]
    if rows:
        found.choices.append((words, rows))


def _posts(node_ids: Collection[int], communities: Collection[int], now: dt.datetime) -> Iterable[Post]:
    area = Q(node_id__in=node_ids)
    if communities:
        area |= Q(node__parent_id__in=communities, node__kind__in=[Kind.BASE, Kind.DEDICATED])
    posts = Post.objects.in_force(people.today(now)).filter(area, role__in=people.giving(Permission.HANDLE), unit=None)
    return posts.select_related("user", "node").defer("node__boundary").order_by("-node__lft", "role", "pk")[:MOST]
