"""The log of what people tell (民情日志), and the orders made of it."""

import datetime as dt
import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from residents import sight
from residents.models import House, Organisation, Resident
from residents.models.placed import PATH
from residents.querysets import path_of
from visits.models import LogEntry, Visit
from visits.states import EntryKind
from workorders import actions as orders
from workorders.models import Category, WorkOrder
from workorders.places import Place
from workorders.states import Source

MAX_TEXT = 1000


@transaction.atomic
def write_entry(
    subject: House | Resident | Organisation | Grid,
    *,
    actor: User,
    kind: str,
    text: str,
    client_uuid: uuid.UUID,
    place: str = "",
    visit: Visit | None = None,
    resident: Resident | None = None,
    heard_at: dt.datetime | None = None,
    now: dt.datetime | None = None,
) -> LogEntry:
    """Write down what somebody told or what was seen; the same `client_uuid` answers the same entry.

    `subject` is where: a grid, a house, a person or an organisation. Raises PermissionDenied, or ValidationError
    naming the field.
    """
    path = path_of(subject) if isinstance(subject, Grid) else {name: getattr(subject, name) for name in PATH}
    if not sight.may(standing_for(actor), Permission.VISIT, tuple(path.values())):
        raise PermissionDenied(_("None of your posts lets you keep the log here."))
    made_before = LogEntry.objects.filter(author=actor, client_uuid=client_uuid).first()
    if made_before is not None:
        return made_before
    if kind not in EntryKind.values:
        raise ValidationError({"kind": _("Choose what it is about.")})
    if not text.strip():
        raise ValidationError({"text": _("Say in a sentence what was said or seen.")})
    if len(text) > MAX_TEXT:
        raise ValidationError({"text": _("At most 1000 characters.")})
    moment = now or timezone.now()
    entry = LogEntry(
        **path,
        author=actor,
        client_uuid=client_uuid,
        kind=kind,
        text=text.strip(),
        place=place.strip()[:100],
        heard_at=min(heard_at or moment, moment),
        house=subject if isinstance(subject, House) else None,
        resident=subject if isinstance(subject, Resident) else resident,
        organisation=subject if isinstance(subject, Organisation) else None,
        visit=visit,
        recorded_at=moment,
    )
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError as error:
        if "logentry_once_per_uuid" not in str(error):
            raise
        return LogEntry.objects.get(author=actor, client_uuid=client_uuid)
    return entry


@transaction.atomic
def make_order(
    entry: LogEntry,
    *,
    actor: User,
    category: Category,
    description: str,
    address: str = "",
    urgency: str | None = None,
    is_confidential: bool | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Report an incident out of an entry and keep the link; an entry makes one order, whoever asks again gets it.

    Raises PermissionDenied, or ValidationError naming the field.
    """
    entry = (
        LogEntry.objects.select_for_update(of=("self",))
        .select_related("order", "grid", "house", "organisation")
        .get(pk=entry.pk)
    )
    if entry.order is not None:
        return entry.order
    if not sight.may(standing_for(actor), Permission.REPORT, entry.path_ids):
        raise PermissionDenied(_("None of your posts lets you report here."))
    order = orders.report(
        actor=actor,
        place=_place(entry),
        category=category,
        description=description,
        source=Source.GRID,
        client_uuid=entry.client_uuid,
        address=address,
        urgency=urgency,
        is_confidential=is_confidential,
        now=now,
    )
    entry.order = order
    entry.save(update_fields=["order"])
    return order


def _place(entry: LogEntry) -> Place:
    """Return the entry's grid, with the point of the house or organisation where it is known."""
    for spot in (entry.house, entry.organisation):
        if spot is not None and spot.lng is not None and spot.lat is not None:
            return Place(entry.grid, lng=spot.lng, lat=spot.lat)
    return Place(entry.grid)
