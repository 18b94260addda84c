"""The flow record of an order, with the names of the units that a move was directed to."""

from typing import Any

from grids.models import Unit
from workorders.models import Event, WorkOrder


def record(order: WorkOrder, *, newest_first: bool = True) -> list[Event]:
    """Read the order's events; each with `to_unit`, the unit that it asked, shared with or proposed to. Two queries."""
    events = order.events.select_related("actor", "node", "unit", "to_user").defer("node__boundary")
    found = list(events.order_by("-id" if newest_first else "id"))
    asked = {event.details.get("unit") for event in found} - {None}
    names = dict(Unit.objects.filter(pk__in=asked).values_list("pk", "name")) if asked else {}
    for event in found:
        extra: Any = event
        extra.to_unit = names.get(event.details.get("unit"), "")
    return found
