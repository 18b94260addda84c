"""Telling residents something, and having it tried again. Content and address stay in the row, encrypted."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from grids.errors import Refused
from grids.models import Grid
from messaging import addressees, purposes
from messaging.models import Message, WayHealth
from messaging.states import MessageState, Way

LONGEST = 5000


def send(
    *,
    district: Grid,
    way: str,
    address: str,
    body: str,
    purpose: str,
    reference: int | None = None,
    subject: str = "",
    actor: User | None,
    now: dt.datetime | None = None,
) -> Message:
    """Write a message to a resident, in the caller's transaction; a sweep delivers it once that is committed.

    Raises Refused when the address does not fit the way, or there is nothing to say. A way that is down, or not set
    up yet, loses nothing: the message waits. Whoever calls has checked that `actor` may do what is told of.
    """
    if way not in Way.values or not purposes.is_known(purpose):
        message = f"No such way or purpose: {way}, {purpose}"
        raise ValueError(message)
    if not body.strip():
        raise Refused(_("There is nothing to say in this message."), field="body")
    moment = now or timezone.now()
    return Message.objects.create(
        district=district,
        way=way,
        address=addressees.clean(way, address),
        subject=subject.strip(),
        body=body.strip()[:LONGEST],
        purpose=purpose,
        reference=reference,
        created_by=actor,
        created_at=moment,
        next_at=moment,
    )


@transaction.atomic
def try_again(message: Message, *, actor: User | None, now: dt.datetime | None = None) -> Message:
    """Have a message that failed or was given up tried now, with the same uuid; raises Refused for any other."""
    seen = Message.objects.all() if actor is None else Message.objects.visible_to(actor)
    kept = seen.without_content().select_for_update(of=("self",)).filter(pk=message.pk).first()
    if kept is None:
        raise PermissionDenied
    if kept.state not in {MessageState.FAILED, MessageState.GIVEN_UP}:
        raise Refused(_("Only what failed is tried again."))
    moment = now or timezone.now()
    kept.state, kept.attempts, kept.next_at = MessageState.WAITING, 0, moment
    kept.save(update_fields=["state", "attempts", "next_at"])
    WayHealth.objects.filter(way=kept.way).update(next_at=moment)
    audit.record(actor, "messaging.try_again", kept, {"way": kept.way, "purpose": kept.purpose})
    return kept


@transaction.atomic
def try_all_again(district: Grid, way: str, *, actor: User, now: dt.datetime | None = None) -> int:
    """Have everything of one way tried now that waits between tries or was given up; returns how many."""
    moment = now or timezone.now()
    rows = Message.objects.visible_to(actor).filter(district=district, way=way)
    if not rows.exists():
        return 0
    count = rows.filter(state__in=[MessageState.FAILED, MessageState.GIVEN_UP]).update(
        state=MessageState.WAITING, attempts=0, next_at=moment
    )
    count += rows.filter(state=MessageState.WAITING, next_at__gt=moment).update(next_at=moment)
    WayHealth.objects.filter(way=way).update(next_at=moment)
    audit.record(actor, "messaging.try_again", None, {"way": way, "count": count})
    return count
