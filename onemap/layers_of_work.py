"""The layers of people and their work: open orders by their light, and workers who share where they are."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid, Post
from onemap import layers
from onemap.layers import Cell, Layer, Sign
from onemap.models import Position
from onemap.querysets import SHARERS
from workorders import lists
from workorders.categories import name_of
from workorders.lights import light_of
from workorders.models import WorkOrder
from workorders.offers import moves_offered
from workorders.states import Light, Move, OrderKind, State
from workorders.workflow import moves_for

STALE = dt.timedelta(minutes=15)
"""After this a position is shown grey, with its age."""
HANDED = (Move.DISPATCH, Move.REASSIGN, Move.ASSIGN)
"""Moves by which an order comes to somebody."""
OFFERED = 8
LIGHTS = (Light.GREY, Light.GREEN, Light.YELLOW, Light.RED)
"""By gravity: the number is the sign's."""
ORDER_SIGNS = (
    Sign(Light.GREY.label, "player-pause", "grey", "square"),
    Sign(Light.GREEN.label, "circle-check", "green", "round"),
    Sign(Light.YELLOW.label, "clock", "yellow", "diamond"),
    Sign(Light.RED.label, "alert-triangle", "red", "triangle"),
)
WORKER_SIGNS = (
    Sign(_("on duty"), "walk", "brand"),
    Sign(_("not heard of for over 15 minutes"), "walk", "grey", "square"),
)


def register() -> None:
    """Add the layers; called once, when the app is ready."""
    layers.register(ORDERS, place=10)
    layers.register(WORKERS, place=20)


def _orders(user: User, district: Grid, now: dt.datetime) -> QuerySet[Any]:
    return WorkOrder.objects.visible_to(user).open().filter(kind=OrderKind.INCIDENT, district=district)


class _Facts:
    """The columns of an order that its light needs."""

    def __init__(self, state: str, due_at: dt.datetime | None, warn_at: dt.datetime | None) -> None:
        self.state, self.due_at, self.warn_at = state, due_at, warn_at


def _light(columns: tuple[Any, ...], now: dt.datetime) -> int:
    light = light_of(_Facts(*columns), now)  # type: ignore[arg-type]  # it reads these three alone
    return LIGHTS.index(light) if light is not None else LIGHTS.index(Light.GREEN)


def _order_cells(order: WorkOrder, now: dt.datetime) -> list[Cell]:
    sign = ORDER_SIGNS[_light((order.state, order.due_at, order.warn_at), now)]
    due = f"{timezone.localtime(order.due_at):%Y-%m-%d %H:%M}" if order.due_at else "–"
    return [
        Cell(order.number, order.get_absolute_url()),
        Cell(name_of(order.category)),
        Cell(order.grid.name),
        Cell(str(sign.label), tone=sign.tone, symbol=sign.symbol),
        Cell(due),
        Cell(str(State(order.state).label)),
    ]


def _order_card(order: WorkOrder, user: User, now: dt.datetime) -> dict[str, Any]:
    return {"moves": moves_offered(order, standing_for(user))[:3]}


ORDERS = Layer(
    key="orders",
    label=_("Open orders"),
    symbol="clipboard-list",
    rows=_orders,
    within=lambda rows, node: rows.within(node),  # type: ignore[attr-defined]
    signs=ORDER_SIGNS,
    columns=("state", "due_at", "warn_at"),
    sign_of=_light,
    card="onemap/card_order.html",
    card_of=_order_card,
    heads=(_("Number"), _("Category"), _("Grid"), _("Light"), _("Due"), _("State")),
    cells=_order_cells,
    order_by=("-reported_at", "-id"),
    list_rows=lists.for_rows,  # type: ignore[arg-type]
    refresh_s=60,
    is_ranked=True,
    may_lack_place=True,
    starts_on=True,
)


def _workers(user: User, district: Grid, now: dt.datetime) -> QuerySet[Any]:
    return _posted(Position.objects.visible_to(user, now), district)


def _posted(rows: QuerySet[Any], node: Grid) -> QuerySet[Any]:
    """Narrow positions to people with a post in a grid of this node."""
    held = Post.objects.in_force(timezone.localdate()).filter(
        role__in=SHARERS, node__tree_id=node.tree_id, node__lft__gte=node.lft, node__lft__lte=node.rght
    )
    return rows.filter(Exists(held.filter(user=OuterRef("user"))))


def _freshness(columns: tuple[Any, ...], now: dt.datetime) -> int:
    return int(now - columns[0] > STALE)


def posts_of(user: User) -> list[Post]:
    """Return where somebody works outdoors, the primary grid first: what a card and a list say of them."""
    held = Post.objects.in_force(timezone.localdate()).filter(user=user, role__in=SHARERS)
    return list(held.select_related("node").defer("node__boundary").order_by("-is_primary", "pk"))


def _worker_cells(position: Position, now: dt.datetime) -> list[Cell]:
    person, sign = position.user, WORKER_SIGNS[_freshness((position.at,), now)]
    phone = person.phone if person.is_phone_published else ""
    return [
        Cell(person.display_name),
        Cell(", ".join(post.node.name for post in person.outdoors)),  # type: ignore[attr-defined]  # `_with_posts`
        Cell(phone or "–", f"tel:{phone}" if phone else ""),
        Cell(str(_("%(ago)s ago") % {"ago": timesince(position.at, now)})),
        Cell(str(sign.label), tone=sign.tone, symbol=sign.symbol),
        Cell(str(_("Card")), reverse("onemap:card", args=["workers", position.pk])),
    ]


def _worker_card(position: Position, user: User, now: dt.datetime) -> dict[str, Any]:
    """Say who it is, how to call them, and which orders of their grid this person may hand to them now."""
    posts, who = posts_of(position.user), standing_for(user)
    grids = [post.node_id for post in posts]
    waiting = WorkOrder.objects.visible_to(user).open().filter(kind=OrderKind.INCIDENT, grid__in=grids)
    rows = list(lists.for_rows(waiting).order_by(*lists.MOST_URGENT_FIRST)[: OFFERED * 4])
    offers = [(order, move) for order in rows for move in moves_for(order, who) if move in HANDED]
    return {
        "posts": posts,
        "is_stale": now - position.at > STALE,
        "offers": offers[:OFFERED],
        "held": [order for order in rows if order.assignee_id == position.pk][:OFFERED],
    }


def _with_posts(rows: QuerySet[Any]) -> QuerySet[Any]:
    held = Post.objects.in_force(timezone.localdate()).filter(role__in=SHARERS).select_related("node")
    prefetch = Prefetch("user__posts", held.defer("node__boundary"), to_attr="outdoors")
    return rows.select_related("user").prefetch_related(prefetch)


WORKERS = Layer(
    key="workers",
    label=_("Workers on duty"),
    symbol="walk",
    rows=_workers,
    within=_posted,
    signs=WORKER_SIGNS,
    columns=("at",),
    sign_of=_freshness,
    card="onemap/card_worker.html",
    card_of=_worker_card,
    heads=(_("Name"), _("Grid"), _("Phone"), _("Heard of"), _("Sign"), _("Card")),
    cells=_worker_cells,
    order_by=("-at", "user_id"),
    list_rows=_with_posts,
    refresh_s=60,
    starts_on=True,
)
