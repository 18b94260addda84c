"""Links for screens on a wall: given, opened, revoked. Why there are such links: docs/adr/0017-cockpit-display.md."""

import datetime as dt
import hashlib
import secrets

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.models import User
from grids.backends import require
from grids.models import Grid
from grids.roles import Permission
from insights.models import Display

LASTS = (7, 30, 90)
"""Days for which a link can be given."""
SEEN_EVERY = dt.timedelta(minutes=5)
"""The row is written at most this often, not with every refresh."""


def hash_of(token: str) -> str:
    """Return what is kept of a code: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def give(
    node: Grid, *, actor: User, name: str, days: int, has_ticker: bool = False, now: dt.datetime | None = None
) -> tuple[Display, str]:
    """Give a screen a link for so many days; returns it with its code, which nobody can read again afterwards.

    Raises PermissionDenied without the permission over the node, ValueError for another number of days.
    """
    if days not in LASTS:
        raise ValueError(days)
    require(actor, Permission.GIVE_DISPLAYS, node)
    moment, token = now or timezone.now(), secrets.token_urlsafe(32)
    display = Display.objects.create(
        **{"node": node, "name": name, "has_ticker": has_ticker, "token_hash": hash_of(token), "given_by": actor},
        given_at=moment,
        expires_at=moment + dt.timedelta(days=days),
    )
    audit.record(actor, "insights.give_display", display, {"node": node.code, "days": days, "ticker": has_ticker})
    return display, token


@transaction.atomic
def revoke(display: Display, *, actor: User, now: dt.datetime | None = None) -> Display:
    """End a link; once more changes nothing. Raises PermissionDenied."""
    row = Display.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=display.pk).first()
    if row is None:
        raise PermissionDenied
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by = now or timezone.now(), actor
        row.save(update_fields=["revoked_at", "revoked_by"])
        audit.record(actor, "insights.revoke_display", row)
    return row


def find(token: str, now: dt.datetime) -> Display | None:
    """Return the link of a code while it is valid: one query."""
    rows = Display.objects.usable(now).select_related("node").defer("node__boundary", "node__duties")
    return rows.filter(token_hash=hash_of(token)).first()


def seen(display: Display, now: dt.datetime, request: HttpRequest, *, is_new: bool) -> None:
    """Note that a screen shows it; opening the page (`is_new`) stays in the audit log with the address."""
    if is_new:
        audit.record(None, "insights.open_display", display, request=request)
    if display.last_seen_at is None or now - display.last_seen_at > SEEN_EVERY:
        Display.objects.filter(pk=display.pk).update(last_seen_at=now)
