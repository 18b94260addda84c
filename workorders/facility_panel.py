"""The orders about a facility, on its page: how many there were, and those that are open."""

import datetime as dt
from typing import Any

from facilities.models import Facility
from grids import panels
from grids.standing import Standing
from workorders import lists
from workorders.models import WorkOrder

SHOWN = 10


def register() -> None:
    panels.register(panels.Panel("orders", Facility, "workorders/panel_facility.html", of_facility, place=10))


def of_facility(facility: Facility, who: Standing, now: dt.datetime) -> dict[str, Any]:
    """Answer with the orders that the viewer sees: two queries."""
    seen = WorkOrder.objects.seen_by(who).filter(facility=facility)
    counts = lists.counts({"all": seen, "open": seen.open()})
    rows = list(lists.for_rows(seen).order_by("-reported_at", "-id")[:SHOWN])
    return {"counts": counts, "rows": rows, "more": counts["all"] > SHOWN}
