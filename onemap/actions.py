"""Sharing one's position: agree, say where one is, take it back. Nobody can do it for somebody else."""

import datetime as dt
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from grids.calendar import load_calendar
from grids.errors import Refused
from onemap import duty, duty_hours
from onemap.models import Position, Sharing
from onemap.querysets import may_share

PLACES = Decimal("0.00001")
"""Positions are kept to about a metre."""


class NotShared(Refused):
    """The position cannot be taken: no consent holds (`is_over`), or it is no duty time."""

    def __init__(self, message: str, *, is_over: bool = False) -> None:
        super().__init__(message)
        self.is_over = is_over


@transaction.atomic
def begin_sharing(*, actor: User, now: dt.datetime | None = None) -> Sharing:
    """Record the person's consent until the duty that runs, or the next of today, ends; one that holds already is
    returned as it is."""
    moment = now or timezone.now()
    if not may_share(actor):
        raise PermissionDenied
    _lock(actor)
    _end(actor, moment, only_run_out=True)
    held = Sharing.objects.in_force(moment).filter(user=actor).first()
    if held is not None:
        return held
    ends_at = duty.closes_at(load_calendar(), moment, duty_hours.shifts_of(actor, moment))
    if ends_at is None:
        raise NotShared(_("Positions are shared in office hours and duty hours only."))
    sharing = Sharing.objects.create(user=actor, began_at=moment, ends_at=ends_at)
    audit.record(actor, "onemap.begin_sharing", sharing)
    return sharing


@transaction.atomic
def stop_sharing(*, actor: User, now: dt.datetime | None = None) -> None:
    """Take the consent back and forget the position; doing it twice changes nothing."""
    moment = now or timezone.now()
    _lock(actor)
    if _end(actor, moment, only_run_out=False):
        audit.record(actor, "onemap.stop_sharing", actor)
    Position.objects.filter(user=actor).delete()


@transaction.atomic
def put_position(
    *, actor: User, lng: float, lat: float, accuracy_m: int | None = None, now: dt.datetime | None = None
) -> Position:
    """Keep where the person is now in place of where they were; degrees in WGS-84.

    Raises NotShared without a consent that holds, outside office and duty hours, and for who works in no grid any more.
    """
    moment = now or timezone.now()
    held = Sharing.objects.in_force(moment).filter(user=actor).select_for_update().first()
    if held is None or not may_share(actor):
        raise NotShared(_("You do not share your position."), is_over=True)
    if not duty.is_on_duty(load_calendar(), moment, duty_hours.shifts_of(actor, moment)):
        raise NotShared(_("Positions are shared in office hours and duty hours only."))
    place = {"lng": Decimal(str(lng)).quantize(PLACES), "lat": Decimal(str(lat)).quantize(PLACES)}
    position, _made = Position.objects.update_or_create(
        user=actor, defaults={**place, "accuracy_m": accuracy_m, "at": moment}
    )
    return position


@transaction.atomic
def forget(now: dt.datetime) -> int:
    """End the consents that have run out, and delete every position without one; returns how many positions."""
    for sharing in Sharing.objects.run_out(now).select_for_update(skip_locked=True):
        sharing.ended_at = sharing.ends_at
        sharing.save(update_fields=["ended_at"])
    kept = Position.objects.shared(now).values("pk")
    return Position.objects.exclude(pk__in=kept).delete()[0]


def _lock(actor: User) -> None:
    User.objects.select_for_update(of=("self",)).only("pk").get(pk=actor.pk)


def _end(actor: User, now: dt.datetime, *, only_run_out: bool) -> bool:
    held = Sharing.objects.run_out(now) if only_run_out else Sharing.objects.filter(ended_at=None)
    sharing = held.filter(user=actor).select_for_update().first()
    if sharing is None:
        return False
    sharing.ended_at = min(now, sharing.ends_at)
    sharing.save(update_fields=["ended_at"])
    return True
