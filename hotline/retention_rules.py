"""What the hotline does not keep: who asked what was closed long ago."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import retention
from hotline.models import Request


def register() -> None:
    """Add the rule; called once, when the app is ready."""
    words = _("Names, phones and addresses of who asked what is closed")
    retention.register("requesters", words, "REQUESTER_KEEP_DAYS", forget_requesters)


def forget_requesters(before: dt.datetime, is_trial: bool) -> int:
    """Empty name, phone, its fingerprint and the reply address of requests that were closed before this moment."""
    known = ~Q(requester_name="") | ~Q(requester_phone="") | ~Q(reply_address="") | Q(phone_hash__isnull=False)
    rows = Request.objects.filter(known, closed_at__lt=before).order_by()
    if is_trial:
        return rows.count()
    emptied = 0
    while keys := list(rows.values_list("pk", flat=True)[: retention.BATCH]):
        with transaction.atomic():
            emptied += Request.objects.filter(pk__in=keys).update(
                requester_name="", requester_phone="", reply_address="", phone_hash=None
            )
    return emptied
