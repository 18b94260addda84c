"""Who gets the reply of an order: all whose requests it settles, and those of orders that were merged into it."""

from hotline.models import Request
from hotline.states import RequestState
from workorders.models import WorkOrder

WAITING = frozenset({RequestState.DISPATCHED, RequestState.ANSWERED})
SHORTEST_NAME = 2
SHORTEST_PHONE = 7


def order_ids(order: WorkOrder) -> list[int]:
    """Return the order and those that were merged into it, however many steps away."""
    found, fresh = [order.pk], [order.pk]
    while fresh:
        rows = WorkOrder.objects.filter(merged_into__in=fresh).exclude(pk__in=found)
        fresh = list(rows.values_list("pk", flat=True))
        found += fresh
    return found


def of_order(order: WorkOrder) -> list[Request]:
    """Lock and return the requests that wait for this order's answer, or have one that a newer replaces."""
    rows = Request.objects.filter(order__in=order_ids(order), state__in=WAITING)
    return list(rows.select_for_update(of=("self",)).select_related("district").order_by("pk"))


def names_somebody(text: str, matters: list[Request]) -> bool:
    """Say whether a reply that several get tells them who one of the others is."""
    if len(matters) < 2:
        return any(matter.is_secret and _names(text, matter) for matter in matters)
    return any(_names(text, matter) for matter in matters)


def _names(text: str, matter: Request) -> bool:
    name, phone = matter.requester_name.strip(), matter.requester_phone.strip()
    return (len(name) >= SHORTEST_NAME and name in text) or (len(phone) >= SHORTEST_PHONE and phone in text)
