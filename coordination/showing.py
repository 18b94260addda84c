"""What this app puts on pages of work orders: panels on an order's page, tiles on the workbench."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coordination.models import JointReview, Whistle
from coordination.querysets import ReviewTab, WhistleTab
from coordination.workflow import calling_nodes, may_convene, why_not_convene
from grids import panels
from grids.roles import Permission
from grids.standing import Standing
from workorders import tiles
from workorders.models import WorkOrder

SHOWN = 10


def register() -> None:
    panels.register(panels.Panel("whistles", WorkOrder, "coordination/_order_whistles.html", whistles_of, place=40))
    panels.register(panels.Panel("reviews", WorkOrder, "coordination/_order_reviews.html", reviews_of, place=30))
    tiles.register("coordination", bench_tiles)


def whistles_of(order: WorkOrder, who: Standing, now: dt.datetime) -> dict[str, Any] | None:
    """Show the whistles about an order, and offer to blow one where a post of the order's path allows it."""
    seen = Whistle.objects.seen_by(who).filter(order=order).with_parties().order_by("-id")[:SHOWN]
    may_blow = not order.is_final and any(node_id in order.path_ids for node_id in calling_nodes(who))
    found = list(seen)
    return {"whistles": found, "may_blow": may_blow} if found or may_blow else None


def reviews_of(order: WorkOrder, who: Standing, now: dt.datetime) -> dict[str, Any] | None:
    """Show the meetings about an order to whoever sees it, and offer one to the level that has it."""
    rows = JointReview.objects.filter(order=order)
    found = list(rows.with_parties().order_by("-id")[:SHOWN]) if rows.exists() else []  # else it is not even planned
    may = may_convene(order, who) and why_not_convene(order) is None and all(review.is_final for review in found)
    return {"reviews": found, "may_convene": may} if found or may else None


def whistles_waiting(who: Standing, now: dt.datetime) -> "QuerySet[Any] | None":
    """Return the whistles to which one's units are still to come, for the navigation; None for whoever has none."""
    return Whistle.objects.awaiting(who) if who.unit_ids else None


def bench_tiles(user: User, who: Standing, now: dt.datetime) -> Iterator[tiles.Tile]:
    """Count the open whistles that call one's units, and those that one's nodes blew."""
    for tab, label, tone in (
        (WhistleTab.CALLED, _("Whistles that call us"), "red"),
        (WhistleTab.BLOWN, _("Our open whistles"), "brand"),
    ):
        url = f"{reverse('coordination:whistles')}?tab={tab.value}"
        yield tiles.Tile(label, "speakerphone", tone, url, Whistle.objects.tab(tab, user))
    url = f"{reverse('coordination:reviews')}?tab={ReviewTab.WAITING.value}"
    waiting = JointReview.objects.tab(ReviewTab.WAITING, user) if who.has(Permission.REVIEW) or who.unit_ids else None
    if waiting is not None:
        yield tiles.Tile(_("Joint reviews waiting"), "users-group", "brand", url, waiting)
