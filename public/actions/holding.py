"""The desk decides on a report that is held: to the desk with it, or it was a robot's."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from accounts.pictures import CleanPhoto
from hotline import actions as hotline
from hotline.models import Request
from public.actions.sending import Report
from public.models import Held
from public.places import Place
from residents.errors import NotPossible
from workorders import photos as files

EMPTIED = {"text": "", "address": "", "requester_name": "", "requester_phone": "", "lng": None, "lat": None}


@transaction.atomic
def let_in(held: Held | int, *, actor: User, now: dt.datetime | None = None) -> Request:
    """Make a held report a request, received when it came. Raises NotPossible once decided, PermissionDenied."""
    row = _locked(held, actor)
    report = Report(
        row.source,
        row.text,
        row.client_uuid,
        Place(row.grid, None, row.address, row.is_located, row.lng, row.lat),
        row.topic,
        row.requester_phone,
        row.requester_name,
        row.is_secret,
    )
    moment = now or timezone.now()
    matter = hotline.receive(
        row.district,
        report.asked,
        actor=None,
        client_uuid=row.client_uuid,
        photos=_photos(row),
        received_at=row.received_at,
        now=moment,
    )
    row.matter = matter
    _decide(row, actor, moment, ["text", "address", "requester_name", "lng", "lat"])
    audit.record(actor, "public.let_in", row, {"matter": matter.pk})
    return matter


@transaction.atomic
def discard(held: Held | int, *, actor: User, now: dt.datetime | None = None) -> Held:
    """Say that a held report was a robot's: what it said goes. Raises NotPossible once decided, PermissionDenied."""
    row = _locked(held, actor)
    _decide(row, actor, now or timezone.now(), list(EMPTIED))
    audit.record(actor, "public.discard", row)
    return row


def _locked(held: Held | int, actor: User) -> Held:
    pk = held if isinstance(held, int) else held.pk
    rows = Held.objects.visible_to(actor).select_related("district", "grid").select_for_update(of=("self",))
    row = rows.filter(pk=pk).first()
    if row is None:
        raise PermissionDenied
    if row.decided_at is not None:
        raise NotPossible(_("Somebody decided on this report meanwhile."))
    return row


def _decide(row: Held, actor: User, moment: dt.datetime, emptied: list[str]) -> None:
    """Mark the row as decided and empty these of its columns; what was let in keeps the phone, to be looked up by."""
    for name in emptied:
        setattr(row, name, EMPTIED[name])
    row.decided_at, row.decided_by = moment, actor
    row.save(update_fields=["matter", "decided_at", "decided_by", *emptied])
    names = [str(file.name) for photo in row.photos.all() for file in (photo.image, photo.thumbnail)]
    row.photos.all().delete()
    transaction.on_commit(lambda: files.remove(names))


def _photos(row: Held) -> list[CleanPhoto]:
    """Read the pictures again as they were cleaned, to be kept with the request."""
    return [
        CleanPhoto(photo.image.read(), photo.thumbnail.read(), photo.width, photo.height, photo.sha256)
        for photo in row.photos.all()
    ]
