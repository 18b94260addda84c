"""A request comes in: by the desk, by the city platform, by the public's page."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.pictures import CleanPhoto
from grids.backends import standing_for
from grids.models import Grid, Kind
from grids.roles import Permission
from hotline import identity, limits
from hotline.actions.acting import record
from hotline.models import LONGEST_TEXT, Request, RequestPhoto
from hotline.states import Act, ReplyWay, RequestKind, RequestSource, RequestState
from workorders import numbers
from workorders import photos as files
from workorders.models import Category
from workorders.states import Urgency

_LETTER = "R"
TITLE_FROM_TEXT = 40


@dataclass(frozen=True)
class Asked:
    """What a form, a row or a call says. Degrees are WGS-84."""

    source: str
    kind: str
    text: str
    title: str = ""
    requester_name: str = ""
    requester_phone: str = ""
    is_secret: bool = False
    reply_way: str = ReplyWay.PHONE
    reply_address: str = ""
    urgency: str = Urgency.ORDINARY
    category: Category | None = None
    suggestion_rank: int | None = None
    address: str = ""
    grid: Grid | None = None
    is_located: bool = False
    lng: Decimal | None = None
    lat: Decimal | None = None
    platform_no: str = ""


@transaction.atomic
def receive(
    district: Grid,
    asked: Asked,
    *,
    actor: User | None,
    client_uuid: uuid.UUID,
    photos: Sequence[CleanPhoto] = (),
    received_at: dt.datetime | None = None,
    now: dt.datetime | None = None,
) -> Request:
    """Take in a request; the same `client_uuid` answers the same request. It then waits at the desk.

    `actor` None is the requester or the city platform. Raises ValidationError naming the field; PermissionDenied.
    """
    moment = now or timezone.now()
    if actor is not None and not standing_for(actor).has(Permission.INTAKE):
        raise PermissionDenied(_("Your posts do not let you take in requests."))
    check(asked)
    made_before = Request.objects.filter(client_uuid=client_uuid).first()
    if made_before is not None:
        return made_before
    matter = new(district, asked, client_uuid, received_at or moment)
    matter.received_by = actor
    try:
        with transaction.atomic():
            matter.save(force_insert=True)
    except IntegrityError as error:
        if "client_uuid" not in str(error):
            raise
        return Request.objects.get(client_uuid=client_uuid)
    attach(matter, photos)
    record(matter, Act.RECEIVE, actor=actor, now=moment, from_state="", details={"source": matter.source})
    return matter


def check(asked: Asked) -> None:
    """Raise ValidationError naming the field that a request cannot do without or that is out of bounds."""
    if not asked.text.strip():
        raise ValidationError({"text": _("Say what is asked.")})
    if len(asked.text) > LONGEST_TEXT:
        raise ValidationError({"text": _("Keep the text within 10,000 characters.")})
    if asked.source not in RequestSource.values:
        raise ValidationError({"source": _("Choose where the request comes from.")})
    if asked.kind not in RequestKind.values:
        raise ValidationError({"kind": _("Choose what the request wants.")})
    if asked.reply_way in {ReplyWay.EMAIL, ReplyWay.WECOM, ReplyWay.LETTER} and not asked.reply_address.strip():
        raise ValidationError({"reply_address": _("Say where the answer is to be sent.")})
    if asked.reply_way in {ReplyWay.PHONE, ReplyWay.SMS} and not (
        asked.requester_phone.strip() or asked.reply_address.strip()
    ):
        raise ValidationError({"requester_phone": _("An answer by phone needs a phone number.")})


def new(district: Grid, asked: Asked, client_uuid: uuid.UUID, received_at: dt.datetime) -> Request:
    """Build an unsaved request with its number, deadline and path."""

    phone = identity.normal_phone(asked.requester_phone)
    matter = Request(
        district=district,
        client_uuid=client_uuid,
        source=asked.source,
        kind=asked.kind,
        state=RequestState.RECEIVED,
        urgency=asked.urgency,
        requester_name=asked.requester_name.strip(),
        requester_phone=phone,
        phone_hash=identity.hash_to_keep(phone),
        is_secret=asked.is_secret,
        reply_way=asked.reply_way,
        reply_address=asked.reply_address.strip(),
        title=asked.title.strip()[:200] or short(asked.text),
        text=asked.text.strip(),
        category=asked.category,
        suggestion_rank=asked.suggestion_rank,
        address=asked.address.strip(),
        lng=asked.lng,
        lat=asked.lat,
        platform_no=asked.platform_no,
        received_at=received_at,
    )
    locate_in(matter, asked.grid, is_sure=asked.is_located)
    matter.due_at = limits.due_at(
        district.pk, matter.kind, matter.urgency, received_at, asked.category.pk if asked.category else None
    )
    prefix = f"{district.code[:6]}{timezone.localdate(received_at):%Y%m%d}{_LETTER}"
    matter.number = numbers.take_many(prefix, 1)[0]
    return matter


def short(text: str) -> str:
    """Return a subject for a request that came without one: the beginning of its text in one line."""
    line = " ".join(text.split())
    return line if len(line) <= TITLE_FROM_TEXT else f"{line[:TITLE_FROM_TEXT]}…"


def locate_in(matter: Request, grid: Grid | None, *, is_sure: bool) -> None:
    """Put a request into a node: any from the street down; None takes it out of all. The caller saves."""
    path = {node.kind: node for node in Grid.objects.on_path_to(grid)} if grid is not None else {}
    matter.micro = path.get(Kind.MICRO)
    matter.grid = path.get(Kind.BASE) or path.get(Kind.DEDICATED)
    matter.community, matter.street = path.get(Kind.COMMUNITY), path.get(Kind.STREET)
    matter.is_located = is_sure and bool(path)


def attach(matter: Request, photos: Sequence[CleanPhoto]) -> None:
    """Keep these photos with a request, in the transaction that makes it. Raises NotStored; then no file stays."""
    if not photos:
        return
    fresh = list({photo.sha256: photo for photo in photos}.values())
    now = timezone.now()
    names = files.keep_files("requests", fresh, now, RequestPhoto)
    RequestPhoto.objects.bulk_create(
        RequestPhoto(
            matter=matter,
            image=image,
            thumbnail=thumbnail,
            width=photo.width,
            height=photo.height,
            sha256=photo.sha256,
            uploaded_at=now,
        )
        for photo, (image, thumbnail) in zip(fresh, names, strict=True)
    )
