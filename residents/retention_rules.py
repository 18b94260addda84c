"""What the registers do not keep: who somebody was, half a year after they have gone (DOMAIN.md §4.4).

The row stays for the counts, with its grid, kind, sex and year of birth; nothing of it names anybody any more. Whoever
has an open request of their own is left alone until it is answered.
"""

import datetime as dt
from collections.abc import Callable, Sequence

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import TruncYear
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import retention
from residents import exports
from residents.models import (
    Event,
    FloatingFacts,
    ForeignFacts,
    FormerValues,
    LeftBehindFacts,
    OwnRequest,
    Resident,
    Step,
)

BATCH = 500
EMPTIED = (
    *("name", "initials", "identity_number", "identity_last4", "phone", "phone_last4", "ethnicity", "marital"),
    *("education", "political", "occupation", "employer", "registered_address", "note"),
)
Forget = Callable[[Sequence[int]], object]
_forgetters: list[Forget] = []


def on_anonymise(forget: Forget) -> None:
    """Have this called with the keys of residents who become anonymous, in that transaction; from `ready()`."""
    if forget not in _forgetters:
        _forgetters.append(forget)


def register() -> None:
    """Add the rules; called once, when the app is ready."""
    words = _("Who somebody was that has moved away or died")
    retention.register("residents", words, "GONE_RESIDENT_KEEP_DAYS", anonymise)
    retention.register("own requests", _("Residents' own requests"), "OWN_REQUEST_KEEP_DAYS", _requests)
    retention.register("lists", _("Lists taken along, where the sweep left any"), "LIST_KEEP_DAYS", exports.expire)


def anonymise(before: dt.datetime, is_trial: bool) -> int:
    """Empty the entries of those who were gone by this day; returns how many."""
    rows = Resident.objects.exclude(gone="").filter(anonymised_at=None, gone_on__lte=timezone.localdate(before))
    rows = rows.exclude(Exists(OwnRequest.objects.filter(resident=OuterRef("pk"), answered_at=None))).order_by("pk")
    if is_trial:
        return rows.count()
    count = 0
    while True:
        with transaction.atomic():
            keys = list(rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:BATCH])
            _forget(keys)
        if not keys:
            return count
        count += len(keys)


def _forget(keys: list[int]) -> None:
    now = timezone.now()
    Resident.objects.filter(pk__in=keys).update(
        **dict.fromkeys(EMPTIED, ""),
        identity_hash=None,
        phone_hash=None,
        born_on=TruncYear("born_on"),
        house=None,
        registered_house=None,
        anonymised_at=now,
        updated_at=now,
        version=F("version") + 1,
    )
    for facts in (FloatingFacts, ForeignFacts, LeftBehindFacts):
        facts._base_manager.filter(resident__in=keys).delete()
    FormerValues.objects.filter(event__resident__in=keys).delete()
    for forget in _forgetters:
        forget(keys)
    districts = Resident.objects.filter(pk__in=keys).values_list("pk", "district_id")
    Event.objects.bulk_create(
        Event(resident_id=pk, district_id=district_id, at=now, actor=None, step=Step.ANONYMISE)
        for pk, district_id in districts
    )


def _requests(before: dt.datetime, is_trial: bool) -> int:
    return retention.delete(OwnRequest.objects.filter(answered_at__lt=before), is_trial)
