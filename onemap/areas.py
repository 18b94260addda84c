"""Areas on the map: the card of a node, and the table of a level's figures."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts import keyset
from accounts.models import User
from accounts.requests import UserRequest
from grids.models import Grid, Kind, Post
from grids.roles import Role
from insights import figures
from insights.measures import Measure
from onemap import colouring
from onemap.choosing import Chosen
from onemap.layers import UNPLACED
from onemap.outlines import LEVELS
from onemap.querysets import SHARERS
from workorders import lists
from workorders.lights import having
from workorders.models import WorkOrder
from workorders.states import Light, OrderKind

SHOWN = 5
PEOPLE = 12
BELOW = 20
LIGHTS = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)
NAMED = ("pk", "name", "tree_id", "lft", "rght")
ON_DUTY = {
    Kind.STREET.value: (Role.STREET_LEADER, Role.STREET_OPERATOR),
    Kind.COMMUNITY.value: (Role.COMMUNITY_SECRETARY, Role.GRID_LEADER),
    Kind.DISTRICT.value: (Role.DUTY_CHIEF, Role.DISPATCHER),
}
"""Whose names stand on a node's card; in a grid those who work and lead there."""


def card(user: User, chosen: Chosen, now: dt.datetime) -> dict[str, Any]:
    """Return what the card of a node says."""
    node, today = chosen.within, timezone.localdate(now)
    roles = ON_DUTY.get(node.kind, (*SHARERS, Role.MICRO_LEAD))
    posts = Post.objects.in_force(today).filter(node=node, role__in=roles, unit=None).select_related("user")
    place = node.parent if node.kind == Kind.MICRO else node
    opened = WorkOrder.objects.visible_to(user).within(place).open().filter(kind=OrderKind.INCIDENT)
    lights = {light.value: opened.filter(having(light, now)) for light in LIGHTS}
    counts = lists.counts(lights | {"all": opened, "unplaced": opened.filter(UNPLACED)})
    rows = list(lists.for_rows(opened).order_by(*lists.MOST_URGENT_FIRST)[:SHOWN])
    return {
        "node": node,
        "path": Grid.objects.on_path_to(node).exclude(pk=node.pk).only(*NAMED),
        "posts": list(posts.order_by("-is_primary", "pk")[:PEOPLE]),
        "figures": _figures(user, chosen),
        "chosen": chosen,
        "lights": [(light, lists.said(counts[light])) for light in lights],
        "open": lists.said(counts["all"]),
        "unplaced": lists.said(counts["unplaced"]) if counts["unplaced"] else "",
        "rows": rows,
        "now": now,
        "children": list(node.children.in_force(today).only(*NAMED).order_by("lft")[:BELOW]),
    }


def _figures(user: User, chosen: Chosen) -> list[tuple[Any, str, str]]:
    """Return (label, figure, parts) of what counts most, where the person sees the node's figures."""
    node = chosen.within
    if not colouring.sees_figures(user, node):
        return []
    wanted = colouring.choices()
    keys = [Measure.FOUND, Measure.ENDED, Measure.FELL_DUE, Measure.ESCALATED, figures.Rate.ON_TIME]
    sums = figures.of_nodes([node.pk], chosen.period)[node.pk]
    found = []
    for key in keys:
        figure = wanted[key].of(sums)
        found.append((wanted[key].label, colouring.said(figure), colouring.parts(figure)))
    return found


def table(request: UserRequest, chosen: Chosen) -> dict[str, Any]:
    """Return the level's areas within the chosen node, page by page, each with its figure and class."""
    nodes = Grid.objects.filter(
        tree_id=chosen.within.tree_id,
        lft__gte=chosen.within.lft,
        rght__lte=chosen.within.rght,
        kind__in=LEVELS[chosen.level],
    )
    listed: QuerySet[Any] = nodes.in_force(timezone.localdate()).select_related("parent")
    page = keyset.page(request, listed.defer("boundary", "duties", "parent__boundary", "parent__duties"), ("lft", "id"))
    if chosen.choice is None:
        return {"page": page, "areas": [(node, None) for node in page.rows], "classes": []}
    seen = colouring.nodes_seen(request.user, chosen.district, chosen.level).only("pk", "tree_id", "lft", "rght")
    shown, classes = colouring.coloured(seen, chosen.choice, chosen.period)
    by_node = {area.node.pk: area for area in shown}
    return {"page": page, "areas": [(node, by_node.get(node.pk)) for node in page.rows], "classes": classes}
