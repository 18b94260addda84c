"""What ends by itself: tiers whose time is over or whose resident has gone; a review is asked for seven days before.

A batch is claimed with `FOR UPDATE SKIP LOCKED`, so that any number of workers may sweep, and twice does nothing twice.
Nothing is ever renewed here (DOMAIN.md §4.4 rule 4).
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import notices
from accounts.notices import Draft
from care import people
from care.actions import tiers
from care.models import TierGrant, TierStep
from care.tiers import REVIEW_BEFORE, Act, End, GrantState

BATCH = 200


@dataclass
class Done:
    ended: int = 0
    warned: int = 0
    withdrawn: int = 0


def run(now: dt.datetime | None = None, *, batch: int = BATCH) -> Done:
    """End and warn of what is due by now; returns how many."""
    moment, done = now or timezone.now(), Done()
    while _end(moment, done, batch):
        pass
    while _warn(moment, done, batch):
        pass
    while _withdraw(moment, done, batch):
        pass
    return done


@transaction.atomic
def _end(now: dt.datetime, done: Done, size: int) -> bool:
    over = Q(ends_on__lt=timezone.localdate(now)) | ~Q(resident__gone="")
    rows = TierGrant.objects.in_force().filter(over).select_related("resident__house").order_by("pk")
    claimed = list(rows.select_for_update(of=("self",), skip_locked=True)[:size])
    workers = people.responsible((grant.resident for grant in claimed), now)
    drafts: list[Draft] = []
    for grant in claimed:
        tiers.end(grant, End.EXPIRED if grant.resident.is_here else End.GONE, now)
        told = dict.fromkeys([grant.proposed_by_id, *workers[grant.resident_id]])
        url = grant.resident.get_absolute_url()
        drafts += [Draft(user_id, "care_visits_change", {}, url) for user_id in told]
    notices.send_many(drafts, now=now)
    done.ended += len(claimed)
    return len(claimed) == size


@transaction.atomic
def _warn(now: dt.datetime, done: Done, size: int) -> bool:
    soon = timezone.localdate(now) + REVIEW_BEFORE
    rows = TierGrant.objects.ending_by(soon).filter(warned_at=None).order_by("pk")
    claimed = list(rows.select_for_update(of=("self",), skip_locked=True)[:size])
    for grant in claimed:
        grant.warned_at = now
    TierGrant.objects.bulk_update(claimed, ["warned_at"])
    TierStep.objects.bulk_create(TierStep(grant=grant, at=now, act=Act.REVIEW) for grant in claimed)
    drafts = [
        Draft(user_id, "care_ends_soon", {}, grant.get_absolute_url())
        for grant in claimed
        for user_id in dict.fromkeys([grant.proposed_by_id, grant.approved_by_id])
        if user_id is not None
    ]
    notices.send_many(drafts, now=now)
    done.warned += len(claimed)
    return len(claimed) == size


@transaction.atomic
def _withdraw(now: dt.datetime, done: Done, size: int) -> bool:
    """Take back proposals for residents who are no longer here."""
    rows = TierGrant.objects.filter(state=GrantState.PROPOSED).exclude(resident__gone="").order_by("pk")
    claimed = list(rows.select_for_update(of=("self",), skip_locked=True)[:size])
    for grant in claimed:
        tiers.withdraw(grant, actor=None, now=now)
    done.withdrawn += len(claimed)
    return len(claimed) == size
