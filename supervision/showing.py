"""What this app puts on pages of work orders: a panel on an order's page, tiles on the workbench."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids import panels
from grids.standing import Standing
from supervision.access import SUPERVISES
from supervision.forms import ACT_PAGES
from supervision.models import SupervisionOrder
from supervision.querysets import Tab
from supervision.states import OPEN, Act, State
from supervision.workflow import acts_for, supervises
from workorders import tiles
from workorders.models import WorkOrder

SHOWN_ENDED = 5


def register() -> None:
    panels.register(panels.Panel("supervision", WorkOrder, "supervision/panel.html", panel_of, place=50))
    tiles.register("supervision", bench_tiles)


def panel_of(order: WorkOrder, who: Standing, now: dt.datetime) -> dict[str, Any] | None:
    """Give the open supervision order with what this person may do, and the ended ones; None where there is nothing."""
    mine = supervises(order, who)
    rows = SupervisionOrder.objects.filter(order=order).exclude(state=State.DROPPED).with_names().order_by("-id")
    there = SupervisionOrder.objects.filter(order=order).exists()  # mostly not: then the long query is not even planned
    items = [item for item in rows[: SHOWN_ENDED + 1] if mine or item.state != State.DRAFT] if there else []
    item = next((item for item in items if item.state in OPEN), None)
    acts = acts_for(item, who) if item is not None else []
    may_issue = mine and not order.is_final and (item is None or Act.ISSUE in acts)
    if not items and not may_issue:
        return None
    return {
        "item": item,
        "ended": [one for one in items if one.state == State.CLOSED][:SHOWN_ENDED],
        "may_issue": may_issue,
        "acts": [(act, ACT_PAGES[act]) for act in acts if act in ACT_PAGES],
    }


def bench_tiles(user: User, who: Standing, now: dt.datetime) -> Iterator[tiles.Tile]:
    """Count what waits for this person: replies to write; for supervisors replies to judge, and drafts."""
    mine = [(Tab.REPLY, _("Supervision to answer"), "red")]
    if who.has(SUPERVISES):
        mine += [(Tab.JUDGE, _("Replies to judge"), "brand"), (Tab.DRAFTS, _("Supervision drafts"), "yellow")]
    for tab, label, tone in mine:
        url = f"{reverse('supervision:list')}?tab={tab.value}"
        yield tiles.Tile(label, "urgent", tone, url, SupervisionOrder.objects.tab(tab, user))
