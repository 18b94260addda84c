"""Partners of the exchange: added, given a new key, revoked. Each deed is audited; a key is shown once."""

import datetime as dt
import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from grids.errors import Refused
from grids.models import Grid
from hotline.exchange.actions import may_exchange
from hotline.models import ExchangePartner

MOST = 10
"""Partners of one district in use."""
OVERLAP = dt.timedelta(days=7)
"""So long the former key is still taken after a new one was made."""


@transaction.atomic
def add(district: Grid, *, actor: User | None, name: str, now: dt.datetime) -> ExchangePartner:
    """Add a partner with a fresh code and key. Raises Refused for a name that is there, or where there are too many."""
    may_exchange(actor, district)
    here = ExchangePartner.objects.filter(district=district)
    if here.filter(name=name.strip()).exists():
        raise Refused(_("There is a partner of this name."), field="name")
    if here.filter(revoked_at=None).count() >= MOST:
        raise Refused(_("There are ten partners already. Revoke one that is no longer used."), field="name")
    partner = ExchangePartner.objects.create(
        district=district,
        name=name.strip(),
        code=f"p{secrets.token_hex(6)}",
        key=secrets.token_urlsafe(32),
        created_by=actor,
        created_at=now,
    )
    audit.record(actor, "hotline.add_partner", partner)
    return partner


@transaction.atomic
def change_key(partner: ExchangePartner, *, actor: User | None, at_once: bool, now: dt.datetime) -> ExchangePartner:
    """Make a new key; the former one is taken for a week more, or at once no longer. Raises Refused for a revoked."""
    partner = _locked(partner, actor)
    partner.former_key, partner.former_key_until = ("", None) if at_once else (partner.key, now + OVERLAP)
    partner.key = secrets.token_urlsafe(32)
    partner.save(update_fields=["key", "former_key", "former_key_until"])
    audit.record(actor, "hotline.change_partner_key", partner, {"at_once": at_once})
    return partner


@transaction.atomic
def revoke(partner: ExchangePartner, *, actor: User | None, now: dt.datetime) -> ExchangePartner:
    """Take nothing from this partner any more; its exchanges stay on record. Raises Refused for a revoked one."""
    partner = _locked(partner, actor)
    partner.revoked_at, partner.former_key, partner.former_key_until = now, "", None
    partner.save(update_fields=["revoked_at", "former_key", "former_key_until"])
    audit.record(actor, "hotline.revoke_partner", partner)
    return partner


def _locked(partner: ExchangePartner, actor: User | None) -> ExchangePartner:
    found = ExchangePartner.objects.select_for_update(of=("self",)).select_related("district").get(pk=partner.pk)
    may_exchange(actor, found.district)
    if found.revoked_at is not None:
        raise Refused(_("This partner was revoked."))
    return found
