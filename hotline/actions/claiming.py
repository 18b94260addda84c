"""Who has a waiting request open: a hint for the other operators, so that two do not take the same one.

It forbids nothing, for the version of a request does that; it writes no history and lapses by itself.
"""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from grids.backends import standing_for
from grids.roles import Permission
from hotline.actions.acting import may
from hotline.models import Request
from hotline.querysets import in_area
from hotline.states import RequestState

LAPSES = dt.timedelta(minutes=10)


def is_free(actor: User, now: dt.datetime) -> Q:
    """Return the condition that nobody else has a request open."""
    return Q(claimed_by=None) | Q(claimed_by=actor) | Q(claimed_at__lt=now - LAPSES)


@transaction.atomic
def claim(matter: Request, *, actor: User, now: dt.datetime | None = None) -> bool:
    """Note that somebody opened a waiting request; False where another has it open already."""
    moment = now or timezone.now()
    if not may(standing_for(actor), Permission.INTAKE, matter):
        raise PermissionDenied(_("Your posts do not allow this with this request."))
    waiting = Request.objects.at_the_desk().filter(is_free(actor, moment), pk=matter.pk)
    return waiting.update(claimed_by=actor, claimed_at=moment) == 1


@transaction.atomic
def claim_next(*, actor: User, now: dt.datetime | None = None, after: int | None = None) -> Request | None:
    """Open the waiting request with the nearest deadline that nobody has open; `after` names one to pass over."""
    moment = now or timezone.now()
    free = Request.objects.at_the_desk().filter(in_area(standing_for(actor), Permission.INTAKE), is_free(actor, moment))
    if after is not None:
        free = free.exclude(pk=after)
    found = free.select_for_update(of=("self",), skip_locked=True).order_by("due_at", "id").first()
    if found is not None:
        Request.objects.filter(pk=found.pk).update(claimed_by=actor, claimed_at=moment)
    return found


def release(matter: Request, *, actor: User) -> None:
    """Let go of a request that is kept for later."""
    Request.objects.filter(pk=matter.pk, claimed_by=actor, state=RequestState.RECEIVED).update(
        claimed_by=None, claimed_at=None
    )
