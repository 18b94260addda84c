"""A building lead reports by their link: to the desk, as from their building."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.pictures import CleanPhoto
from hotline import actions as hotline
from hotline.models import Request
from hotline.states import RequestSource
from public.actions import links
from public.actions.sending import Report
from public.models import LeadLink, LinkAct, LinkUse
from public.places import of_building


@transaction.atomic
def report(
    link: LeadLink,
    *,
    text: str,
    client_uuid: uuid.UUID,
    topic: str = "",
    photos: Sequence[CleanPhoto] = (),
    now: dt.datetime | None = None,
) -> Request:
    """Take in what a lead reports; the same `client_uuid` answers the same request. The answer goes to the lead.

    Raises ValidationError naming the field.
    """
    moment = now or timezone.now()
    holder = link.holder
    asked = Report(
        source=RequestSource.LEAD,
        text=text,
        client_uuid=client_uuid,
        place=of_building(link.building),
        topic=topic,
        phone=holder.phone if holder is not None else "",
        name=holder.name if holder is not None else "",
    ).asked
    matter = hotline.receive(
        link.district, asked, actor=None, client_uuid=client_uuid, photos=photos, received_at=moment, now=moment
    )
    if not LinkUse.objects.filter(link=link, matter=matter).exists():
        links.record_use(link, LinkAct.REPORTED, moment, matter.pk)
    return matter
