"""Taking a list along: asked for with a purpose, written in the background, fetched by who asked until it expires.

A list that is not masked waits until somebody else has approved it; the database holds that too. The file lies
encrypted in the storage and goes when it expires.
"""

import base64
import datetime as dt
import logging
import secrets

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import audit, crypto, notices
from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid, Post
from grids.roles import PERMISSIONS, Permission
from grids.standing import Standing
from residents import export_sheets, private_numbers
from residents.errors import NotPossible
from residents.models import Export, ExportState

logger = logging.getLogger(__name__)
ROOT = "exports"
PAGE = "/registers/exports/"
DECIDE_WITHIN = dt.timedelta(days=7)
SHORTEST = 4


def may_at(who: Standing, permission: Permission, node: Grid) -> bool:
    """Say whether a post at this node or above gives the permission."""
    return any(
        post.tree_id == node.tree_id and post.lft <= node.lft and post.rght >= node.rght and post.unit_id is None
        for post in who.nodes(permission)
    )


def visible_to(user: User) -> "models.QuerySet[Export]":
    """Return one's own, and those of the areas in which one decides."""
    seen = Q(requested_by=user)
    for post in standing_for(user).nodes(Permission.APPROVE_EXPORT):
        if post.unit_id is None:
            seen |= Q(is_masked=False, node__tree_id=post.tree_id, node__lft__gte=post.lft, node__rght__lte=post.rght)
    return Export.objects.filter(seen)


@transaction.atomic
def ask(*, actor: User, node: Grid, what: str, is_masked: bool, purpose: str, now: dt.datetime | None = None) -> Export:
    """Ask for a list; masked ones are written at once, others wait for somebody else's decision.

    Raises PermissionDenied, ValidationError naming the input, or NotPossible where the list would be too long.
    """
    moment = now or timezone.now()
    if not may_at(standing_for(actor), Permission.EXPORT_REGISTERS, node):
        raise PermissionDenied(_("Your posts do not let you take lists of this area along."))
    words = purpose.strip()
    if len(words) < SHORTEST or private_numbers.has_any(words):
        raise ValidationError({"purpose": [_("Say in a few words what the list is for, without numbers of people.")]})
    state = ExportState.QUEUED if is_masked else ExportState.WAITING
    made = Export(node=node, what=what, is_masked=is_masked, purpose=words, state=state, requested_by=actor)
    made.requested_at, made.expires_at = moment, moment + DECIDE_WITHIN
    count = export_sheets.rows_of(made).order_by()[: settings.EXPORT_MAX_ROWS + 1].count()
    if count > settings.EXPORT_MAX_ROWS:
        raise NotPossible(
            _("The list would have more than %(count)s rows. Choose a smaller area.")
            % {"count": settings.EXPORT_MAX_ROWS}
        )
    made.save(force_insert=True)
    detail = {"list": what, "masked": is_masked, "area": node.code, "purpose": words}
    audit.record(actor, "residents.ask_export", made, detail)
    if not is_masked:
        deciders = [pk for pk in _deciders(node, moment) if pk != actor.pk]
        notices.send(deciders, "export_asked", {"area": node.name}, PAGE, now=moment)
    return made


def _deciders(node: Grid, now: dt.datetime) -> list[int]:
    roles = [role.value for role, given in PERMISSIONS.items() if Permission.APPROVE_EXPORT in given]
    above = Q(node__tree_id=node.tree_id, node__lft__lte=node.lft, node__rght__gte=node.rght)
    posts = Post.objects.in_force(timezone.localdate(now)).filter(above, role__in=roles, unit=None)
    return sorted(set(posts.values_list("user_id", flat=True)))


@transaction.atomic
def decide(export: Export, *, actor: User, approve: bool, note: str = "", now: dt.datetime | None = None) -> Export:
    """Approve or refuse that a list is not masked. Raises PermissionDenied, for who asked for it too; NotPossible."""
    moment = now or timezone.now()
    locked = Export.objects.select_for_update(of=("self",)).select_related("node").get(pk=export.pk)
    if locked.requested_by_id == actor.pk:
        raise PermissionDenied(_("Somebody else decides on what you asked for."))
    if not may_at(standing_for(actor), Permission.APPROVE_EXPORT, locked.node):
        raise PermissionDenied
    if locked.state != ExportState.WAITING or locked.expires_at <= moment:
        raise NotPossible(_("This request is not waiting for a decision any more."))
    if not approve and len(note.strip()) < SHORTEST:
        raise ValidationError({"note": [_("Say why not.")]})
    locked.state = ExportState.QUEUED if approve else ExportState.REFUSED
    locked.decided_by, locked.decided_at, locked.decision_note = actor, moment, note.strip()[:200]
    locked.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    audit.record(actor, "residents.approve_export" if approve else "residents.refuse_export", locked)
    if not approve:
        notices.send([locked.requested_by_id], "export_refused", {"area": locked.node.name}, PAGE, now=moment)
    return locked


@transaction.atomic
def write_next(now: dt.datetime) -> bool:
    """Write the oldest list that waits for it; False when none does. A killed worker leaves it waiting."""
    waiting = Export.objects.filter(state=ExportState.QUEUED).select_related("node", "requested_by")
    export = waiting.select_for_update(of=("self",), skip_locked=True).order_by("id").first()
    if export is None:
        return False
    export.state, export.expires_at = ExportState.READY, now + dt.timedelta(hours=settings.EXPORT_KEEP_HOURS)
    try:
        if not may_at(standing_for(export.requested_by), Permission.EXPORT_REGISTERS, export.node):
            raise PermissionDenied
        with translation.override(export.requested_by.language):
            file, export.rows = export_sheets.write(export, now)
        export.file = _keep(file.read())
        file.close()
    except (OSError, PermissionDenied) as error:
        logger.error("List %s could not be written: %s", export.pk, type(error).__name__)
        export.state = ExportState.FAILED
    export.save(update_fields=["state", "expires_at", "rows", "file"])
    kind = "export_ready" if export.state == ExportState.READY else "export_failed"
    notices.send([export.requested_by_id], kind, {"area": export.node.name}, PAGE, now=now)
    return True


def _keep(content: bytes) -> str:
    sealed = crypto.encrypt(base64.b64encode(content).decode())
    return default_storage.save(f"{ROOT}/{secrets.token_urlsafe(18)}", ContentFile(sealed.encode()))


@transaction.atomic
def fetch(export: Export, *, actor: User, request: HttpRequest | None = None, now: dt.datetime | None = None) -> bytes:
    """Return the workbook to who asked for it and may still take lists along; put it on record.

    Raises PermissionDenied, or NotPossible when it is not ready or has expired.
    """
    locked = Export.objects.select_for_update(of=("self",)).select_related("node").get(pk=export.pk)
    if locked.requested_by_id != actor.pk or not may_at(standing_for(actor), Permission.EXPORT_REGISTERS, locked.node):
        raise PermissionDenied
    if locked.state != ExportState.READY or locked.expires_at <= (now or timezone.now()):
        raise NotPossible(_("This list has expired. Ask for it again."))
    try:
        with default_storage.open(locked.file) as file:
            content = base64.b64decode(crypto.decrypt(file.read().decode()))
    except OSError:
        raise NotPossible(_("This list has expired. Ask for it again.")) from None
    Export.objects.filter(pk=locked.pk).update(fetched=F("fetched") + 1)
    detail = {"list": locked.what, "masked": locked.is_masked, "rows": locked.rows}
    audit.record(actor, "residents.fetch_export", locked, detail, request)
    return content


def expire(before: dt.datetime, is_trial: bool = False) -> int:
    """Remove the files whose time was over by this moment, and close requests that nobody decided."""
    over = Export.objects.filter(state__in=[ExportState.WAITING, ExportState.READY], expires_at__lte=before)
    if is_trial:
        return over.count()
    count = 0
    for pk in list(over.values_list("pk", flat=True)):
        with transaction.atomic():
            export = Export.objects.select_for_update().get(pk=pk)
            name, export.file, export.state = export.file, "", ExportState.EXPIRED
            export.save(update_fields=["file", "state"])
        if name:
            default_storage.delete(name)
        count += 1
    return count
