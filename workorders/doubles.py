"""Reports of the same thing: which open orders may be one, and how merged orders hang together.

A merged order points at the one it was merged into, which may be merged itself later: `head_of` follows the chain, so
that taking one out again leaves what was merged into it with it.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from grids.standing import Standing
from workorders import lists, nearby, sight
from workorders.models import Category, WorkOrder
from workorders.querysets import OrderQuerySet
from workorders.states import OrderKind, State
from workorders.workflow.rule import StaleOrder

SHOWN = 5
LOOKED_AT = 60
"""So many nearby orders are measured; the newest first."""
TRIES = 4


@dataclass(frozen=True)
class Spot:
    """What is known of a report: enough to look for others like it. The point is (lng, lat) in WGS-84 degrees."""

    district_id: int
    grid_id: int
    category: Category
    point: tuple[Decimal, Decimal] | None = None
    address: str = ""
    reporter_id: int | None = None
    contact_hashes: tuple[str, ...] = ()
    order_id: int | None = None


def spot_of(order: WorkOrder) -> Spot:
    """Return what to look for around an existing order."""
    hashes = (order.contact_hash,) if order.contact_hash else ()
    return Spot(
        order.district_id,
        order.grid_id,
        order.category,
        order.point,
        order.address,
        order.reporter_id,
        hashes,
        order.pk,
    )


@dataclass(frozen=True)
class Double:
    """An open order that may report the same."""

    order: WorkOrder
    metres: int | None
    """How far from the place asked about; None where one of the two has no point."""
    is_own: bool
    """From the same reporter or the same phone."""


def candidates(spot: Spot, who: Standing, now: dt.datetime) -> list[Double]:
    """Return open incidents that this person may see and that may be the same, the nearest first, at most `SHOWN`.

    Those with the category, or one of the same parent, within DUPLICATE_RADIUS_M (of the same grid where there is no
    point, or where the same person reported it), and those of the same phone wherever they are; all reported in the
    last DUPLICATE_DAYS days. Two queries at most.
    """
    open_ones = (
        seen_by(who)
        .open()
        .filter(
            kind=OrderKind.INCIDENT,
            district_id=spot.district_id,
            reported_at__gte=now - dt.timedelta(days=settings.DUPLICATE_DAYS),
        )
    )
    if spot.order_id is not None:
        open_ones = open_ones.exclude(pk=spot.order_id)
    rows = lists.for_rows(open_ones).newest_first()
    found = {order.pk: _measured(spot, order) for order in rows.filter(_around(spot), _alike(spot))[:LOOKED_AT]}
    if spot.contact_hashes:
        same_phone = rows.filter(contact_hash__in=spot.contact_hashes)[:SHOWN]
        found |= {order.pk: _measured(spot, order) for order in same_phone}
    near = [one for one in found.values() if _is_near(spot, one)]
    return sorted(near, key=lambda one: (one.metres is None, one.metres or 0, -one.order.pk))[:SHOWN]


def seen_by(who: Standing) -> OrderQuerySet:
    """Return the orders that a person with these posts may see."""
    return WorkOrder.objects.filter(sight.open_area(who) | sight.part(who))


def _around(spot: Spot) -> Q:
    if spot.point is None:
        return Q(grid_id=spot.grid_id)
    around = nearby.box(*spot.point, settings.DUPLICATE_RADIUS_M) | Q(grid_id=spot.grid_id, lat=None)
    return around | Q(grid_id=spot.grid_id, reporter_id=spot.reporter_id) if spot.reporter_id else around


def _alike(spot: Spot) -> Q:
    alike = Q(category=spot.category)
    return alike | Q(category__parent_id=spot.category.parent_id) if spot.category.parent_id else alike


def _measured(spot: Spot, order: WorkOrder) -> Double:
    """Two residents whose calls one clerk wrote down are two: where there is a phone, it tells who reported."""
    if order.contact_hash or spot.contact_hashes:
        is_own = order.contact_hash in spot.contact_hashes
    else:
        is_own = order.reporter_id is not None and order.reporter_id == spot.reporter_id
    return Double(order, nearby.metres(spot.point, order.point), is_own)


def _is_near(spot: Spot, one: Double) -> bool:
    return one.is_own or one.metres is None or one.metres <= settings.DUPLICATE_RADIUS_M


def head_of(order_id: int) -> int:
    """Return the key of the order at which a chain of mergers ends: the order itself where it is not merged."""
    seen = {order_id}
    while True:
        into = WorkOrder.objects.filter(pk=order_id, state=State.MERGED).values_list("merged_into", flat=True).first()
        if into is None or into in seen:
            return order_id
        seen.add(into)
        order_id = into


def merged_below(order_id: int) -> list[WorkOrder]:
    """Return all orders that were merged into this one, directly or by a chain, the oldest first; one query a level."""
    found: dict[int, WorkOrder] = {}
    level = [order_id]
    while level:
        rows = WorkOrder.objects.filter(merged_into__in=level, state=State.MERGED).defer(*lists.NOT_SHOWN)
        fresh = {order.pk: order for order in rows if order.pk not in found}
        found |= fresh
        level = list(fresh)
    return sorted(found.values(), key=lambda order: order.pk)


def lock(find: Callable[[], Iterable[int]]) -> None:
    """Lock the orders that `find` names, in the order of their keys, so that two who lock several never wait for each
    other. Where it names others once they are locked, they are let go and all is tried again. Inside a transaction.

    Raises StaleOrder where they keep changing.
    """
    for _attempt in range(TRIES):
        mark = transaction.savepoint()
        wanted = set(find())
        list(WorkOrder.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk").values_list("pk"))
        if set(find()) <= wanted:
            transaction.savepoint_commit(mark)
            return
        transaction.savepoint_rollback(mark)
    raise StaleOrder(_("Somebody moved this order meanwhile. Look at its present state, then decide again."))
