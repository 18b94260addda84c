"""The orders about a facility, on its page: how many there were, and those that are open."""

import datetime as dt
from typing import Any

from accounts.models import User
from facilities import panels
from facilities.models import Facility
from workorders import lists
from workorders.models import WorkOrder

SHOWN = 10


def register() -> None:
    panels.register(panels.Panel("orders", "workorders/panel_facility.html", of_facility, place=10))


def of_facility(facility: Facility, user: User, now: dt.datetime) -> dict[str, Any]:
    """Answer with the orders that the viewer sees: two queries."""
    seen = WorkOrder.objects.visible_to(user).filter(facility=facility)
    counts = lists.counts({"all": seen, "open": seen.open()})
    rows = list(lists.for_rows(seen).order_by("-reported_at", "-id")[:SHOWN])
    return {"counts": counts, "rows": rows, "more": counts["all"] > SHOWN}
