"""The record of who did what to which record: written in the transaction of the deed, never changed."""

import ipaddress
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import audit_chain
from accounts.models import AuditRecord, User

ACTIONS: dict[str, Promise] = {
    "accounts.sign_in": _("Signed in"),
    "accounts.sign_in_failed": _("Failed to sign in"),
    "accounts.sign_out": _("Signed out"),
    "accounts.change_password": _("Changed the password"),
    "accounts.reset_password": _("Gave a new first password"),
    "accounts.add_user": _("Added an account"),
    "accounts.edit_user": _("Changed an account"),
    "accounts.deactivate_user": _("Closed an account"),
    "accounts.activate_user": _("Reopened an account"),
    "accounts.purge": _("Removed what was kept long enough"),
    "accounts.audit_broken": _("Found the audit log changed"),
}


def register(action: str, label: Promise) -> None:
    """Name an action in words for the audit page; called from an app's `AppConfig.ready()`."""
    ACTIONS[action] = label


def record(
    actor: object,
    action: str,
    subject: models.Model | None = None,
    detail: Mapping[str, Any] | None = None,
    request: HttpRequest | None = None,
) -> AuditRecord:
    """Write one line. `actor` is a user, or None (or a visitor) for the system; `detail` holds no resident's data."""
    line = AuditRecord(
        actor=actor if isinstance(actor, User) else None,
        action=action,
        subject_type=subject._meta.label_lower if subject else "",
        subject_id=str(subject.pk) if subject else "",
        detail=dict(detail or {}),
        ip_address=client_ip(request) if request else None,
    )
    line.stamp = audit_chain.stamp(line)
    line.save(force_insert=True)
    return line


def client_ip(request: HttpRequest) -> str | None:
    """Return the address one came from; X-Forwarded-For counts as far as our own proxies wrote it."""
    address = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    if settings.TRUSTED_PROXY_COUNT and len(hops) >= settings.TRUSTED_PROXY_COUNT:
        address = hops[-settings.TRUSTED_PROXY_COUNT]
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None
