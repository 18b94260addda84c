"""Automatic dispatch: who gets an accepted order, by which rule, and why the rules before it did not apply.

The order of the rules: a meeting's precedent, the category's leading unit, the base grid's primary worker, its
leader, the default unit of the nearest node. The answer is kept on the order (`WorkOrder.routing`) and shown on its
page.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import Grid, Unit
from grids.roles import Role
from workorders import people
from workorders.models import Category, Precedent, WorkOrder


class RuleName(models.TextChoices):
    PRECEDENT = "precedent", _("a meeting's precedent")
    CATEGORY = "category", _("the category's leading unit")
    PRIMARY_WORKER = "primary_worker", _("the grid's worker")
    GRID_LEADER = "grid_leader", _("the grid's leader")
    DEFAULT_UNIT = "default_unit", _("the default unit of the area")
    DISTRICT = "district", _("the district, for want of anybody else")


class WhyNot(models.TextChoices):
    NO_PRECEDENT = "no_precedent", _("no meeting decided on this category in this area")
    UNIT_INACTIVE = "unit_inactive", _("the unit that the meeting named takes no orders any more")
    DISPATCH_IS_FINAL = "dispatch_is_final", _("a final decision on this very order stands")
    NOT_STRAIGHT = "not_straight", _("orders of this category are not sent straight to a unit")
    NO_UNIT = "no_unit", _("no unit in this area has the category's function")
    NOT_IN_A_GRID = "not_in_a_grid", _("the place lies in no base grid")
    NOBODY_IN_POST = "nobody_in_post", _("nobody holds this post today")
    NO_DEFAULT_UNIT = "no_default_unit", _("no node above has a default unit")


@dataclass
class Route:
    """Where an order goes. With a person or a handling unit it is dispatched; else it waits at `holder_id`."""

    rule: RuleName
    holder_id: int
    user_id: int | None = None
    unit_id: int | None = None
    is_dispatched: bool = True
    precedent_id: int | None = None
    skipped: list[tuple[RuleName, WhyNot]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "rule": self.rule.value,
            "skipped": [{"rule": rule.value, "why": why.value} for rule, why in self.skipped],
        }
        return said | ({"precedent": self.precedent_id} if self.precedent_id is not None else {})


def leading_function(category: Category) -> str:
    """Return the function that leads this category, its own or the nearest ancestor's."""
    node: Category | None = category
    while node is not None:
        if node.lead_function:
            return node.lead_function
        node = node.parent
    return ""


def leading_unit(order: WorkOrder) -> Unit | None:
    """Return the unit with the category's function that is attached nearest to the order's place."""
    function = leading_function(order.category)
    if not function:
        return None
    units = {u.node_id: u for u in Unit.objects.active().filter(function=function, node_id__in=order.path_ids)}
    return next((units[node_id] for node_id in reversed(order.path_ids) if node_id in units), None)


def choose(order: WorkOrder, now: dt.datetime) -> Route:
    """Go through the rules and return the first that answers."""
    skipped: list[tuple[RuleName, WhyNot]] = []
    route = (
        _by_precedent(order, skipped)
        or _by_category(order, skipped)
        or _by_person(order, RuleName.PRIMARY_WORKER, Role.GRID_WORKER, skipped, now)
        or _by_person(order, RuleName.GRID_LEADER, Role.GRID_LEADER, skipped, now)
        or _by_default_unit(order, skipped)
        or Route(RuleName.DISTRICT, order.district_id, is_dispatched=False)
    )
    route.skipped = skipped
    return route


def precedent_for(order: WorkOrder) -> Precedent | None:
    """Return the precedent that holds for an order: of its own category before those above it, and of the lowest
    node on its path before those above."""
    line = lineage(order.category)
    held = Precedent.objects.in_force().filter(node_id__in=order.path_ids, category_id__in=line)
    path = list(order.path_ids)
    ranked = sorted(held.select_related("lead_unit"), key=lambda p: (line.index(p.category_id), -path.index(p.node_id)))
    return ranked[0] if ranked else None


def lineage(category: Category) -> list[int]:
    """Return the keys of a category and its ancestors, its own first."""
    found: list[int] = []
    node: Category | None = category
    while node is not None:
        found.append(node.pk)
        node = node.parent
    return found


def _by_precedent(order: WorkOrder, skipped: list[tuple[RuleName, WhyNot]]) -> Route | None:
    precedent = precedent_for(order)
    if precedent is None:
        skipped.append((RuleName.PRECEDENT, WhyNot.NO_PRECEDENT))
    elif order.is_dispatch_final:
        skipped.append((RuleName.PRECEDENT, WhyNot.DISPATCH_IS_FINAL))
    elif not precedent.lead_unit.is_active:
        skipped.append((RuleName.PRECEDENT, WhyNot.UNIT_INACTIVE))
    else:
        return Route(RuleName.PRECEDENT, order.grid_id, unit_id=precedent.lead_unit_id, precedent_id=precedent.pk)
    return None


def _by_category(order: WorkOrder, skipped: list[tuple[RuleName, WhyNot]]) -> Route | None:
    if not order.category.goes_straight_to_unit:
        skipped.append((RuleName.CATEGORY, WhyNot.NOT_STRAIGHT))
        return None
    unit = leading_unit(order)
    if unit is None:
        skipped.append((RuleName.CATEGORY, WhyNot.NO_UNIT))
        return None
    return Route(RuleName.CATEGORY, order.grid_id, unit_id=unit.pk)


def _by_person(
    order: WorkOrder, rule: RuleName, role: Role, skipped: list[tuple[RuleName, WhyNot]], now: dt.datetime
) -> Route | None:
    if order.grid_id in {order.community_id, order.street_id, order.district_id}:
        skipped.append((rule, WhyNot.NOT_IN_A_GRID))
        return None
    user_id = people.owner(order.grid_id, role, now)
    if user_id is None:
        skipped.append((rule, WhyNot.NOBODY_IN_POST))
        return None
    return Route(rule, order.grid_id, user_id=user_id)


def _by_default_unit(order: WorkOrder, skipped: list[tuple[RuleName, WhyNot]]) -> Route | None:
    nodes = Grid.objects.filter(pk__in=order.path_ids, default_unit__is_active=True).in_bulk()
    for node_id in reversed(order.path_ids):
        if node_id in nodes:
            return Route(RuleName.DEFAULT_UNIT, node_id, unit_id=nodes[node_id].default_unit_id, is_dispatched=False)
    skipped.append((RuleName.DEFAULT_UNIT, WhyNot.NO_DEFAULT_UNIT))
    return None
