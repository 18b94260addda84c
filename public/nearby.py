"""Was this reported already? Says when and how far it is, and nothing that others wrote or photographed."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from hotline.models import Request
from hotline.states import RequestState
from public.places import Place
from workorders.nearby import box, metres

RADIUS_M = 100
DAYS = 7
MOST = 50


@dataclass(frozen=True)
class Nearby:
    """How many were reported near a place of late and are open, when the last one was, whether it is worked on."""

    count: int
    at: dt.datetime
    is_worked_on: bool


def reported(place: Place, now: dt.datetime) -> Nearby | None:
    """Return what was reported within a hundred metres, or at the same building, within a week: one query.

    Requests that want secrecy, and orders that are confidential, are as if they were not there.
    """
    near = _near(place)
    if near is None or place.grid is None:
        return None
    node = place.grid if place.grid.parent_id is None or place.grid.kind != "micro" else place.grid.parent
    rows = Request.objects.without_private().filter(near, grid=node, received_at__gt=now - dt.timedelta(days=DAYS))
    rows = rows.filter(state__in=[RequestState.RECEIVED, RequestState.DISPATCHED], is_secret=False)
    rows = rows.exclude(order__is_confidential=True).order_by("-received_at", "-id")
    found = [row for row in rows[:MOST] if _is_near(row, place)]
    if not found:
        return None
    return Nearby(len(found), found[0].received_at, any(row.state == RequestState.DISPATCHED for row in found))


def _near(place: Place) -> Q | None:
    condition: Q | None = None
    if place.lng is not None and place.lat is not None:
        condition = box(place.lng, place.lat, RADIUS_M)
    if place.building is not None:
        same = Q(address=place.address)
        condition = same if condition is None else condition | same
    return condition


def _is_near(row: Request, place: Place) -> bool:
    if place.building is not None and row.address == place.address:
        return True
    distance = metres(_point(row.lng, row.lat), _point(place.lng, place.lat))
    return distance is not None and distance <= RADIUS_M


def _point(lng: Decimal | None, lat: Decimal | None) -> tuple[Decimal, Decimal] | None:
    return (lng, lat) if lng is not None and lat is not None else None
