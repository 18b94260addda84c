"""A report of the public: to the desk as a request, or held apart until somebody looked at it."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.pictures import CleanPhoto
from grids.models import Grid
from hotline import actions as hotline
from hotline.models import Request
from hotline.states import ReplyWay
from public import topics
from public.guard.verdict import Reason
from public.models import Held, HeldPhoto
from public.places import Place
from workorders import numbers
from workorders import photos as files

_LETTER = "H"


@dataclass(frozen=True)
class Report:
    """What a resident sent. `phone` is empty or in its one form."""

    source: str
    text: str
    client_uuid: uuid.UUID
    place: Place
    topic: str = ""
    phone: str = ""
    name: str = ""
    is_secret: bool = False

    @property
    def asked(self) -> hotline.Asked:
        return hotline.Asked(
            source=self.source,
            kind=topics.kind_of(self.topic),
            text=self.text,
            title=topics.title(self.topic, self.text),
            requester_name=self.name,
            requester_phone=self.phone,
            is_secret=self.is_secret,
            reply_way=ReplyWay.PHONE if self.phone else ReplyWay.NONE,
            address=self.place.address,
            grid=self.place.grid,
            is_located=self.place.is_sure,
            lng=self.place.lng,
            lat=self.place.lat,
        )


def sent_before(client_uuid: uuid.UUID) -> Request | Held | None:
    """Return what a report that is sent again became the first time."""
    held = Held.objects.select_related("matter").filter(client_uuid=client_uuid).first()
    return held or Request.objects.without_private().filter(client_uuid=client_uuid).first()


@transaction.atomic
def send(
    district: Grid,
    report: Report,
    *,
    reasons: Sequence[Reason] = (),
    photos: Sequence[CleanPhoto] = (),
    now: dt.datetime | None = None,
) -> Request | Held:
    """Take a report in; with reasons it is held. The same `client_uuid` answers the same row.

    Raises ValidationError naming the field, NotStored.
    """
    moment = now or timezone.now()
    if not reasons:
        return hotline.receive(
            district, report.asked, actor=None, client_uuid=report.client_uuid, photos=photos, now=moment
        )
    prefix = f"{district.code[:6]}{timezone.localdate(moment):%Y%m%d}{_LETTER}"
    held, is_new = Held.objects.get_or_create(
        client_uuid=report.client_uuid,
        defaults={
            "district": district,
            "number": numbers.take_many(prefix, 1)[0],
            "source": report.source,
            "received_at": moment,
            "reasons": [reason.value for reason in reasons],
            "topic": report.topic,
            "text": report.text,
            "address": report.place.address,
            "grid": report.place.grid,
            "is_located": report.place.is_sure,
            "lng": report.place.lng,
            "lat": report.place.lat,
            "requester_name": report.name,
            "requester_phone": report.phone,
            "is_secret": report.is_secret,
        },
    )
    if is_new:
        _keep_photos(held, photos, moment)
    return held


def _keep_photos(held: Held, photos: Sequence[CleanPhoto], now: dt.datetime) -> None:
    names = files.keep_files("held", photos, now, HeldPhoto)
    HeldPhoto.objects.bulk_create(
        HeldPhoto(
            held=held,
            image=image,
            thumbnail=thumbnail,
            width=photo.width,
            height=photo.height,
            sha256=photo.sha256,
            uploaded_at=now,
        )
        for photo, (image, thumbnail) in zip(photos, names, strict=True)
    )
