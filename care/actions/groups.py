"""Entering somebody into a care group, and ending it."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from care.groups import ENTERED, GroupSource
from care.models import CareMembership
from grids.backends import standing_for
from grids.roles import Permission
from residents import history, sight
from residents.models import Resident, Step
from workorders.workflow import InvalidMove


@transaction.atomic
def enter_membership(
    resident: Resident,
    *,
    actor: User | None,
    group: str,
    source: str,
    started_on: dt.date | None = None,
    now: dt.datetime | None = None,
) -> CareMembership:
    """Enter a resident into a care group from a day on (today if none); `actor` None is a roster.

    Raises PermissionDenied, ValidationError naming the field, or InvalidMove where they are in it already.
    """
    moment = now or timezone.now()
    resident = Resident.objects.select_for_update(no_key=True, of=("self",)).get(pk=resident.pk)
    _check(resident, actor)
    today = timezone.localdate(moment)
    day = started_on or today
    wrong: dict[str, str] = {}
    if group not in ENTERED:
        wrong["group"] = _("Choose a group of the list.")
    if source not in GroupSource.values:
        wrong["source"] = _("Say where it is known from.")
    if day > today:
        wrong["started_on"] = _("Not a day to come.")
    if not resident.is_here:
        wrong["group"] = _("This resident is no longer here.")
    if wrong:
        raise ValidationError(wrong)
    if CareMembership.objects.present().filter(resident=resident, group=group).exists():
        raise InvalidMove(_("The resident is in this group already."))
    made = CareMembership.objects.create(
        district_id=resident.district_id,
        resident=resident,
        group=group,
        source=source,
        started_on=day,
        entered_by=actor,
        entered_at=moment,
    )
    history.note(resident, Step.EDIT, actor=actor, now=moment, words=_("Entered into a care group"))
    return made


@transaction.atomic
def end_membership(
    membership: CareMembership, *, actor: User | None, ended_on: dt.date | None = None, now: dt.datetime | None = None
) -> CareMembership:
    """End somebody's time in a care group with a day (today if none)."""
    moment = now or timezone.now()
    rows = CareMembership.objects.select_for_update(no_key=True, of=("self",)).select_related("resident")
    locked = rows.get(pk=membership.pk)
    _check(locked.resident, actor)
    day = ended_on or timezone.localdate(moment)
    if locked.ended_on is not None:
        raise InvalidMove(_("This has ended already."))
    if day < locked.started_on:
        raise ValidationError({"ended_on": _("It cannot end before it begins.")})
    locked.ended_on, locked.ended_by = day, actor
    locked.save(update_fields=["ended_on", "ended_by"])
    history.note(locked.resident, Step.EDIT, actor=actor, now=moment, words=_("Left a care group"))
    return locked


def _check(resident: Resident, actor: User | None) -> None:
    if actor is not None and not sight.may(standing_for(actor), Permission.EDIT_REGISTERS, resident.path_ids):
        raise PermissionDenied(_("Your posts do not let you change the registers here."))
