"""Cards and key cases on the page of an order, key cases on the workbench."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids import panels
from grids.roles import Permission
from grids.standing import Standing
from hotline import key_lists
from hotline.key_lists import LedgerTab
from hotline.models import Card, KeyCase
from workorders import tiles
from workorders.models import WorkOrder

SHOWN = 5


def register() -> None:
    panels.register(panels.Panel("hotline.key", WorkOrder, "hotline/_order_cards.html", panel_of, place=45))
    tiles.register("hotline.key", bench_tiles)


def panel_of(order: WorkOrder, who: Standing, now: dt.datetime) -> dict[str, Any] | None:
    """Show an order's cards and key cases; None where there are none, without a query for grid work."""
    if not order.profile:
        return None
    cards = list(Card.objects.filter(order=order).select_related("unit", "node").order_by("id"))
    cases = list(KeyCase.objects.filter(matter__order=order, lifted_at=None).order_by("id")[:SHOWN])
    return {"cards": cards, "cases": cases} if cards or cases else None


def bench_tiles(user: User, who: Standing, now: dt.datetime) -> Iterator[tiles.Tile]:
    """Count the open key cases for whoever supervises."""
    if who.has(Permission.SUPERVISE):
        rows = key_lists.tab(LedgerTab.OPEN, who)
        yield tiles.Tile(_("Key cases of the hotline"), "urgent", "red", reverse("hotline:ledger"), rows)
