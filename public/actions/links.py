"""One-tap links of building leads: given, used, sent on, revoked. Whoever has the link is believed to be the lead."""

import datetime as dt
import hashlib
import secrets

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from messaging import actions as messaging
from messaging.states import Way
from public.models import LeadLink, LinkAct, LinkUse
from public.querysets import buildings_for_links
from residents.errors import NotPossible
from residents.models import Building

LASTS_DAYS = 180
SMS_PURPOSE = "public.lead_link"


def hash_of(token: str) -> str:
    """Return what is kept of a token: 192 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def give(building: Building, *, actor: User, now: dt.datetime | None = None) -> tuple[LeadLink, str]:
    """Give the lead of a building a link; returns it with its token, which nobody can read again afterwards.

    A link that the building had ends with this: it is renewed. Raises PermissionDenied; NotPossible without a lead.
    """
    row = buildings_for_links(actor).select_for_update(of=("self",)).filter(pk=building.pk).first()
    if row is None:
        raise PermissionDenied
    if row.head_id is None or row.retired_on is not None:
        raise NotPossible(_("Name the lead of the building first."))
    moment = now or timezone.now()
    LeadLink.objects.filter(building=row, revoked_at=None).update(revoked_at=moment, revoked_by=actor)
    token = secrets.token_urlsafe(24)
    link = LeadLink.objects.create(
        district_id=row.district_id,
        building=row,
        holder_id=row.head_id,
        token_hash=hash_of(token),
        given_by=actor,
        given_at=moment,
        expires_at=moment + dt.timedelta(days=LASTS_DAYS),
    )
    audit.record(actor, "public.give_link", link, {"building": row.pk})
    return link, token


@transaction.atomic
def revoke(link: LeadLink, *, actor: User, now: dt.datetime | None = None) -> LeadLink:
    """End a link; once more changes nothing. Raises PermissionDenied."""
    row = LeadLink.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=link.pk).first()
    if row is None:
        raise PermissionDenied
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by = now or timezone.now(), actor
        row.save(update_fields=["revoked_at", "revoked_by"])
        audit.record(actor, "public.revoke_link", row)
    return row


@transaction.atomic
def send_by_sms(link: LeadLink, token: str, address: str, *, actor: User, now: dt.datetime | None = None) -> None:
    """Send a link to its holder's telephone. Raises Refused without a mobile number, PermissionDenied."""
    moment = now or timezone.now()
    row = LeadLink.objects.visible_to(actor).usable(moment).filter(pk=link.pk, token_hash=hash_of(token)).first()
    if row is None:
        raise PermissionDenied
    holder = row.holder
    if holder is None or not holder.phone:
        raise NotPossible(_("No telephone of the lead is in the register. Show the code instead."))
    body = _("Your link to report something from your building: %(address)s It is yours alone; do not pass it on.")
    messaging.send(
        district=row.district,
        way=Way.SMS,
        address=holder.phone,
        body=body % {"address": address},
        purpose=SMS_PURPOSE,
        reference=row.pk,
        actor=actor,
        now=moment,
    )
    record_use(row, LinkAct.SENT, moment)


def find(token: str, now: dt.datetime) -> LeadLink | None:
    """Return the link of a token while it opens the form and its holder leads the building."""
    rows = LeadLink.objects.usable(now).select_related("building__estate", "building__grid", "building__micro")
    row = rows.select_related("holder", "district").filter(token_hash=hash_of(token)).first()
    return row if row is not None and row.holder_id and row.building.head_id == row.holder_id else None


@transaction.atomic
def use(token: str, *, now: dt.datetime | None = None) -> LeadLink | None:
    """Open a link: it is on record; None where it opens nothing."""
    moment = now or timezone.now()
    link = find(token, moment)
    if link is not None:
        record_use(link, LinkAct.OPENED, moment)
    return link


def record_use(link: LeadLink, act: LinkAct, moment: dt.datetime, matter_id: int | None = None) -> None:
    """Write one use of a link."""
    LinkUse.objects.create(link=link, at=moment, act=act, matter_id=matter_id)
    if act != LinkAct.SENT:
        LeadLink.objects.filter(pk=link.pk).update(last_used_at=moment)
