"""What work orders do not keep: who reported one that was closed long ago, and files that no row names."""

import datetime as dt
from collections.abc import Iterator
from itertools import chain

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import portraits, retention
from workorders import photos
from workorders.models import WorkOrder


def register() -> None:
    """Add the rules; called once, when the app is ready."""
    words = _("Names and phones of who reported orders that are closed")
    retention.register("order contacts", words, "ORDER_CONTACT_KEEP_DAYS", forget_contacts)
    retention.register("files", _("Photo files that nothing names"), "ORPHAN_FILE_KEEP_DAYS", _remove_orphans)


def forget_contacts(before: dt.datetime, is_trial: bool) -> int:
    """Empty name, phone and its hash of the orders that were finished before this moment."""
    known = ~Q(contact_hash="") | ~Q(contact_phone="") | ~Q(contact_name="")
    rows = WorkOrder.objects.filter(known, finished_at__lt=before).order_by()
    if is_trial:
        return rows.count()
    emptied = 0
    while keys := list(rows.values_list("pk", flat=True)[: retention.BATCH]):
        with transaction.atomic():
            emptied += WorkOrder.objects.filter(pk__in=keys).update(contact_name="", contact_phone="", contact_hash="")
    return emptied


def orphans(before: dt.datetime) -> Iterator[tuple[str, int]]:
    """Find the photo files, last written before this moment, that no order and no person names; with their bytes."""
    return chain(photos.orphans(before), portraits.orphans(before))


def _remove_orphans(before: dt.datetime, is_trial: bool) -> int:
    count = 0
    for name, _size in orphans(before):
        count += 1
        if not is_trial:
            default_storage.delete(name)
    return count
