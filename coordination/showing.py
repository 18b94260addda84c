"""What this app puts on pages of work orders: panels on an order's page, tiles on the workbench."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coordination.models import Whistle
from coordination.querysets import WhistleTab
from coordination.workflow import calling_nodes
from grids.standing import Standing
from workorders import panels, tiles
from workorders.models import WorkOrder

SHOWN = 10


def register() -> None:
    panels.register(panels.Panel("whistles", "coordination/_order_whistles.html", whistles_of, place=40))
    tiles.register("coordination", bench_tiles)


def whistles_of(order: WorkOrder, who: Standing, now: dt.datetime) -> dict[str, Any] | None:
    """Show the whistles about an order, and offer to blow one where a post of the order's path allows it."""
    seen = Whistle.objects.seen_by(who).filter(order=order).with_parties().order_by("-id")[:SHOWN]
    may_blow = not order.is_final and any(node_id in order.path_ids for node_id in calling_nodes(who))
    found = list(seen)
    return {"whistles": found, "may_blow": may_blow} if found or may_blow else None


def bench_tiles(user: User, who: Standing, now: dt.datetime) -> Iterator[tiles.Tile]:
    """Count the open whistles that call one's units, and those that one's nodes blew."""
    for tab, label, tone in (
        (WhistleTab.CALLED, _("Whistles that call us"), "red"),
        (WhistleTab.BLOWN, _("Our open whistles"), "brand"),
    ):
        url = f"{reverse('coordination:whistles')}?tab={tab.value}"
        yield tiles.Tile(label, "speakerphone", tone, url, Whistle.objects.tab(tab, user))
