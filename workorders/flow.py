"""The flow record of an order, with the names of the units that a move was directed to."""

from typing import Any

from accounts.kept import Joined
from grids.models import Unit
from workorders.models import Event, WorkOrder

_EVENTS = Joined(
    lambda order: (
        Event.objects.filter(order=order)
        .select_related("actor", "node", "unit", "to_user")
        .defer("node__boundary", "node__duties")
        .order_by("-id")
    ),
    order=-1,
)


def record(order: WorkOrder, *, newest_first: bool = True) -> list[Event]:
    """Read the order's events; each with `to_unit`, the unit that it asked, shared with or proposed to.

    One query, and one more where an event names a unit.
    """
    found = _EVENTS.instances(order=order.pk)
    if not newest_first:
        found.reverse()
    asked = {event.details.get("unit") for event in found} - {None}
    names = dict(Unit.objects.filter(pk__in=asked).values_list("pk", "name")) if asked else {}
    for event in found:
        event.order = order
        extra: Any = event
        extra.to_unit = names.get(event.details.get("unit"), "")
    return found
