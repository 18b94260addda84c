"""Repeated cases: earlier orders of the same place and category, or of the same resident's phone.

A phone is found by its keyed hash alone (accounts/crypto.py); nothing here reads or shows one.
"""

import datetime as dt

from django.conf import settings
from django.db.models import Q

from accounts import crypto
from workorders import nearby
from workorders.models import WorkOrder
from workorders.querysets import OrderQuerySet
from workorders.states import OrderKind

MOST = 99
"""Counting stops here."""
SHORTEST_PHONE = 7


def contact_hashes(phone: str) -> list[str]:
    """Return the hashes under which a phone is found, the one to keep first; none for what is no phone number."""
    digits = "".join(sign for sign in phone if sign.isascii() and sign.isdigit()).removeprefix("00")
    if len(digits) > 11:
        digits = digits.removeprefix("86")
    return crypto.fingerprints(digits) if len(digits) >= SHORTEST_PHONE else []


def hash_to_keep(phone: str) -> str:
    """Return the hash that an order keeps of its contact's phone; empty for what is no phone number."""
    return next(iter(contact_hashes(phone)), "")


def earlier(order: WorkOrder, hashes: list[str] | None = None) -> OrderQuerySet:
    """Return the incidents like this one of the last REPEAT_DAYS days before it: same category and place (same grid,
    and within REPEAT_RADIUS_M or the same address), or the same phone. `hashes` default to the order's own."""
    since = order.reported_at - dt.timedelta(days=settings.REPEAT_DAYS)
    found = WorkOrder.objects.filter(
        district_id=order.district_id,
        kind=OrderKind.INCIDENT,
        reported_at__gte=since,
        reported_at__lt=order.reported_at,
    ).exclude(pk=order.pk)
    if not order.is_confidential:  # a number alone would tell that there was a confidential one
        found = found.filter(is_confidential=False)
    return found.filter(_same_place(order) | _same_phone(order, hashes))


def count(order: WorkOrder, hashes: list[str] | None = None) -> int:
    """Count them, up to `MOST`: two queries, each on an index of its own."""
    rows = earlier(order, hashes)
    found = set(rows.filter(_same_place(order)).order_by().values_list("pk", flat=True)[:MOST])
    if hashes or order.contact_hash:
        found |= set(rows.filter(_same_phone(order, hashes)).order_by().values_list("pk", flat=True)[:MOST])
    return min(MOST, len(found))


def _same_place(order: WorkOrder) -> Q:
    close = Q(pk__in=[])
    if order.point is not None:
        close |= nearby.box(*order.point, settings.REPEAT_RADIUS_M)
    if order.address:
        close |= Q(address=order.address)
    return Q(grid_id=order.grid_id, category_id=order.category_id) & close


def _same_phone(order: WorkOrder, hashes: list[str] | None) -> Q:
    known = hashes if hashes is not None else [order.contact_hash] if order.contact_hash else []
    return Q(contact_hash__in=known) if known else Q(pk__in=[])
