"""What an order's page says of its supervision (workorders/panels.py)."""

import datetime as dt
from typing import Any

from grids.standing import Standing
from supervision.forms import ACT_PAGES
from supervision.models import SupervisionOrder
from supervision.states import OPEN, Act, State
from supervision.workflow import acts_for, supervises
from workorders.models import WorkOrder
from workorders.panels import Panel, register

SHOWN_ENDED = 5


def answer(order: WorkOrder, who: Standing, now: dt.datetime) -> dict[str, Any] | None:
    """Give the open supervision order with what this person may do, and the ended ones; None where there is nothing."""
    mine = supervises(order, who)
    rows = SupervisionOrder.objects.filter(order=order).exclude(state=State.DROPPED).with_names().order_by("-id")
    items = [item for item in rows[: SHOWN_ENDED + 1] if mine or item.state != State.DRAFT]
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


def put_up() -> None:
    register(Panel("supervision", "supervision/panel.html", answer, place=50))
