"""What the ground itself removes: old audit lines, read notices, and sign-ins that ended."""

import datetime as dt

from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit_chain, retention
from accounts.models import ApiToken, AuditAnchor, AuditLink, AuditRecord, Notification


def register() -> None:
    """Add the rules; called once, when the app is ready."""
    retention.register("audit", _("Lines of the audit log"), "AUDIT_KEEP_DAYS", cut_audit)
    retention.register("notices", _("Read notices"), "NOTICE_KEEP_DAYS", _notices)
    retention.register("sessions", _("Sign-ins that ended"), "SESSION_KEEP_DAYS", _sessions)
    retention.register("tokens", _("Tokens that ran out"), "SESSION_KEEP_DAYS", _tokens)


def cut_audit(before: dt.datetime, is_trial: bool) -> int:
    """Remove the lines of before this moment from the chain's old end, and leave a stamped cut where it begins then."""
    place = _last_place(before)
    start = AuditAnchor.objects.filter(is_cut=True).order_by("-position").values_list("position", flat=True).first()
    found = AuditLink.objects.filter(position__gt=start or 0, position__lte=place).count()
    if is_trial:
        return found
    if found:
        link = AuditLink.objects.get(position=place)
        cut = AuditAnchor(at=timezone.now(), position=place, digest=link.digest, is_cut=True)
        cut.stamp = audit_chain.anchor_stamp(cut)
        cut.save(force_insert=True)
    _remove_cut(max(place, start or 0))
    return found


def _last_place(before: dt.datetime) -> int:
    """Return the last place before which every line is old: lines commit in a little other order than they are made."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(l.position) - 1 FROM accounts_auditrecord r JOIN accounts_auditlink l ON l.record_id = r.id "
            "WHERE r.at >= %s",
            [before],
        )
        first_kept = cursor.fetchone()[0]
        if first_kept is not None:
            return int(first_kept)
        cursor.execute("SELECT coalesce(max(position), 0) FROM accounts_auditlink")
        return int(cursor.fetchone()[0])


def _remove_cut(place: int) -> None:
    """Remove line and link together, so that a killed run goes on where it was: the database allows it up to a cut."""
    while True:
        links = AuditLink.objects.filter(position__lte=place).order_by("position")
        keys = list(links.values_list("pk", flat=True)[: retention.BATCH])
        if not keys:
            return
        with transaction.atomic():
            AuditRecord.objects.filter(pk__in=keys).delete()
            AuditLink.objects.filter(pk__in=keys).delete()


def _notices(before: dt.datetime, is_trial: bool) -> int:
    return retention.delete(Notification.objects.filter(read_at__lt=before), is_trial)


def _sessions(before: dt.datetime, is_trial: bool) -> int:
    return retention.delete(Session.objects.filter(expire_date__lt=before), is_trial)


def _tokens(before: dt.datetime, is_trial: bool) -> int:
    return retention.delete(ApiToken.objects.filter(expires_at__lt=before), is_trial)
