"""Showing what is masked: one field of one row, for a reason of a closed list, counted and on record (DOMAIN.md §4.3).

The record is written in the transaction of the look; where it cannot be written nothing is shown.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.models import User
from grids.backends import standing_for
from grids.roles import Permission
from grids.standing import Standing
from residents import private_numbers, sight
from residents.errors import NotPossible
from residents.models import House, Look, LookReason, Organisation, Resident

Subject = Resident | Organisation | House
_KINDS = {Resident: "resident", Organisation: "organisation", House: "house"}
HOUR = dt.timedelta(hours=1)
SHORTEST = 4
WHOLE = "copy"
"""What the copy for a resident's own request is recorded as."""


@dataclass(frozen=True)
class Field:
    """Something that is masked until asked for. `read` returns its plain text, empty where there is none."""

    name: str
    label: Promise | str
    of: type[Subject]
    read: Callable[[Subject], str]


_fields: dict[tuple[type[Subject], str], Field] = {}


def register(field: Field) -> None:
    """Let a field be looked at; a higher app does so for its own, from `AppConfig.ready()`."""
    _fields[field.of, field.name] = field


def _column(name: str, label: Promise, of: type[Subject]) -> Field:
    return Field(name, label, of, lambda row: str(getattr(row, name)))


for _own in (
    _column("identity_number", gettext_lazy("identity number"), Resident),
    _column("phone", gettext_lazy("phone"), Resident),
    _column("registered_address", gettext_lazy("address of registration elsewhere"), Resident),
    _column("manager_phone", gettext_lazy("telephone of the person in charge"), Organisation),
    _column("safety_phone", gettext_lazy("telephone of the safety contact"), Organisation),
    _column("owner_phone", gettext_lazy("telephone of the owner"), House),
):
    register(_own)


def label_of(name: str) -> Promise | str:
    """Name a field in words, for the record of looks."""
    if name == WHOLE:
        return _("the whole entry, for its owner")
    return next((field.label for field in _fields.values() if field.name == name), name)


def fields_of(row: Subject) -> list[Field]:
    """Return what of this row is filled and may be asked for."""
    return [field for field in _fields.values() if isinstance(row, field.of) and field.read(row)]


def may_look(who: Standing, row: Subject) -> bool:
    return sight.may(who, Permission.REVEAL, row.path_ids)


Opening = Callable[[User, Subject], frozenset[str]]
"""Returns the names of the fields that a task at hand opens to this person, of this row."""
_openings: dict[str, Opening] = {}


def open_by(name: str, opening: Opening) -> None:
    """Let a task of a higher app open single fields to whoever does it; the same name again replaces it."""
    _openings[name] = opening


def _is_opened(actor: User, row: Subject, field: str) -> bool:
    return any(field in opening(actor, row) for opening in _openings.values())


def left_this_hour(actor: User, now: dt.datetime) -> int:
    """Return how many looks this person has left within the hour."""
    used = Look.objects.filter(actor=actor, at__gt=now - HOUR).count()
    return max(0, int(settings.REVEALS_PER_HOUR) - used)


@transaction.atomic
def reveal(
    row: Subject,
    *,
    actor: User,
    field: str,
    reason: str,
    reference: str,
    request: HttpRequest | None = None,
    now: dt.datetime | None = None,
) -> str:
    """Return one field of one row in full, and put the look on record; posts open it, or a task at hand (`open_by`).

    `reference` is the work order's number, or the circumstances in a few words. Raises PermissionDenied,
    ValidationError naming the input, or NotPossible when the hour's looks are used up or the field is empty.
    """
    moment = now or timezone.now()
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)  # one look after the other, so that the count holds
    if not may_look(standing_for(actor), row) and not _is_opened(actor, row, field):
        raise PermissionDenied(_("Your posts do not let you see numbers in full here."))
    asked = _fields.get((type(row), field))
    if asked is None:
        raise ValidationError({"field": _("Choose what you need to see.")})
    _check_reason(reason, reference)
    if not left_this_hour(actor, moment):
        raise NotPossible(
            _("You have looked at %(count)s numbers within the hour; more are not shown before it is over.")
            % {"count": settings.REVEALS_PER_HOUR}
        )
    value = asked.read(row)
    if not value:
        raise NotPossible(_("Nothing is entered there."))
    record(row, actor=actor, field=field, reason=reason, reference=reference, now=moment, request=request)
    return value


def record(
    row: Subject,
    *,
    actor: User,
    field: str,
    reason: str,
    reference: str,
    now: dt.datetime,
    request: HttpRequest | None = None,
) -> Look:
    """Write a look down, in the register's own record and in the chained log, in the caller's transaction."""
    path = {"district_id": row.district_id, "street_id": row.street_id, "community_id": row.community_id}
    look = Look.objects.create(
        **path,
        grid_id=row.grid_id,
        micro_id=row.micro_id,
        field=field,
        reason=reason,
        reference=reference.strip(),
        actor=actor,
        at=now,
        **{_KINDS[type(row)]: row},
    )
    detail = {"field": field, "reason": reason, "reference": reference.strip()}
    audit.record(actor, "residents.reveal", row, detail, request)
    return look


def _check_reason(reason: str, reference: str) -> None:
    wrong: dict[str, str] = {}
    if reason not in LookReason.values:
        wrong["reason"] = _("Choose a reason.")
    text = reference.strip()
    if len(text) < SHORTEST:
        wrong["reference"] = _("Give the work order's number, or say in a few words what it is about.")
    elif len(text) > 100:
        wrong["reference"] = _("At most 100 characters.")
    elif private_numbers.has_any(text):
        wrong["reference"] = _("Leave identity numbers and phones out of this: it is kept in the log.")
    if wrong:
        raise ValidationError({name: [words] for name, words in wrong.items()})
