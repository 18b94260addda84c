"""What the hotline shows elsewhere: the requests of an order on its page, and the desk's tiles on the workbench."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids import panels
from grids.roles import Permission
from grids.standing import Standing
from hotline.models import Request
from hotline.request_lists import Tab, rows_of
from workorders import tiles
from workorders.models import WorkOrder

MOST = 20


def register() -> None:
    """Put them there; called once, when the app is ready."""
    panels.register(panels.Panel("requests", WorkOrder, "hotline/_order_requests.html", of_order, place=4))
    tiles.register("hotline desk", desk_tiles)


def of_order(order: WorkOrder, who: Standing, now: dt.datetime) -> dict[str, Any] | None:
    """List the requests that an order serves: number, kind, deadline; who asks is not shown here."""
    if not (order.profile or order.is_reply_due or order.answer):
        return None
    rows = list(Request.objects.filter(order=order).without_private().order_by("received_at", "id")[: MOST + 1])
    return {"requests": rows[:MOST], "has_more": len(rows) > MOST} if rows else None


def desk_tiles(user: User, who: Standing, now: dt.datetime) -> Iterator[tiles.Tile]:
    """Count what waits at the desk, what is due soon and what is overdue, for who works there."""
    if not who.has(Permission.INTAKE):
        return
    page = reverse("hotline:requests")
    for tab, label, symbol, tone in (
        (Tab.DESK, _("Waiting at the desk"), "headset", "blue"),
        (Tab.SOON, _("Requests due soon"), "clock", "yellow"),
        (Tab.OVERDUE, _("Requests overdue"), "alert-triangle", "red"),
    ):
        yield tiles.Tile(label, symbol, tone, f"{page}?tab={tab}", rows_of(tab, who, now))
