"""Turning orange and red on (two people, a stated basis) and off (one), and which reasons of the list are used."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.models import User
from care import switches
from care.actions import tiers
from care.models import ReasonSwitch, TierGrant, TierSwitch
from care.tiers import HEIGHTENED, End, GrantState, reasons
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from workorders import people
from workorders.workflow import InvalidMove

MAX_TEXT = 1000


@transaction.atomic
def ask_to_turn_on(district: Grid, tier: str, *, actor: User, basis: str, now: dt.datetime | None = None) -> TierSwitch:
    """Ask to use orange or red in the district, on a stated basis; another person has to confirm it."""
    moment = now or timezone.now()
    _locked(district, actor)
    if tier not in HEIGHTENED:
        raise ValidationError({"tier": _("Only orange and red are turned on.")})
    if not basis.strip():
        raise ValidationError({"basis": _("State the basis.")})
    if len(basis) > MAX_TEXT:
        raise ValidationError({"basis": _("Keep the text within 1,000 characters.")})
    if TierSwitch.objects.filter(district=district, tier=tier, ended_at=None).exists():
        raise InvalidMove(_("This is on already, or waits for the second person."))
    made = TierSwitch.objects.create(district=district, tier=tier, basis=basis.strip(), asked_by=actor, asked_at=moment)
    audit.record(actor, "care.ask_to_turn_on", made, {"tier": tier})
    staff = people.at_nodes([district.pk], Permission.MANAGE_CARE, moment).get(district.pk, [])
    told = [pk for pk in staff if pk != actor.pk]
    notices.send(told, "care_switch_asked", {}, "/care/settings/", now=moment)
    return made


@transaction.atomic
def confirm_turning_on(switch: TierSwitch, *, actor: User, now: dt.datetime | None = None) -> TierSwitch:
    """Confirm as the second person; the tier may be granted from now on. Raises PermissionDenied, InvalidMove."""
    moment = now or timezone.now()
    _locked(switch.district, actor)
    locked = TierSwitch.objects.select_for_update().get(pk=switch.pk)
    if locked.asked_by_id == actor.pk:
        raise PermissionDenied(_("Somebody else than who asked has to confirm."))
    if locked.confirmed_at is not None or locked.ended_at is not None:
        raise InvalidMove(_("This has been decided already."))
    locked.confirmed_by, locked.confirmed_at = actor, moment
    locked.save(update_fields=["confirmed_by", "confirmed_at"])
    audit.record(actor, "care.turn_on", locked, {"tier": locked.tier})
    return locked


@transaction.atomic
def turn_off(switch: TierSwitch, *, actor: User, now: dt.datetime | None = None) -> TierSwitch:
    """Turn a tier off, or take back what was asked: what is in force ends, what waits is withdrawn."""
    moment = now or timezone.now()
    _locked(switch.district, actor)
    locked = TierSwitch.objects.select_for_update().get(pk=switch.pk)
    if locked.ended_at is not None:
        raise InvalidMove(_("This has been decided already."))
    was_on = locked.is_on
    locked.ended_by, locked.ended_at = actor, moment
    locked.save(update_fields=["ended_by", "ended_at"])
    audit.record(actor, "care.turn_off", locked, {"tier": locked.tier})
    if was_on:
        open_ones = TierGrant.objects.filter(district=locked.district_id, tier=locked.tier, closed_at=None)
        for grant in open_ones.select_for_update(of=("self",)).select_related("resident").order_by("pk"):
            if grant.state == GrantState.IN_FORCE:
                tiers.end(grant, End.TURNED_OFF, moment, actor=actor)
            else:
                tiers.withdraw(grant, actor=None, now=moment)
    return locked


@transaction.atomic
def switch_reason(
    district: Grid, reason_code: str, *, actor: User, is_used: bool, now: dt.datetime | None = None
) -> None:
    """Let a reason of the closed list be used in the district, or not; the list itself nobody changes."""
    moment = now or timezone.now()
    _locked(district, actor)
    if reason_code not in reasons():
        raise ValidationError({"reason_code": _("Choose a reason of the list.")})
    if is_used == (reason_code not in switches.unused_reasons(district.pk)):
        return
    if is_used:
        ReasonSwitch.objects.filter(district=district, reason_code=reason_code, valid_to=None).update(valid_to=moment)
    else:
        ReasonSwitch.objects.create(district=district, reason_code=reason_code, valid_from=moment, changed_by=actor)
    audit.record(actor, "care.switch_reason", district, {"reason": reason_code, "is_used": is_used})


def _locked(district: Grid, actor: User) -> None:
    """Let one person at a time change a district's rules."""
    if not any(post.tree_id == district.tree_id for post in standing_for(actor).nodes(Permission.MANAGE_CARE)):
        raise PermissionDenied(_("Your posts do not let you change the rules of this district."))
    Grid.objects.select_for_update().get(pk=district.pk)
