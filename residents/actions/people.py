"""Enter a person and change their entry; nobody stands in a district's register twice by the same identity number."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from grids.backends import standing_for
from grids.roles import Permission
from residents import details as rules
from residents import facts, fingerprints, sight
from residents.actions import households, turns
from residents.errors import AlreadyThere, NotPossible
from residents.models import Gone, House, Household, Resident, ResidentKind, Step
from residents.models.placed import PATH

ONCE = "resident_identity_once"


@transaction.atomic
def add_resident(
    *,
    actor: User | None,
    details: Mapping[str, Any],
    house: House | int | None = None,
    registered_house: House | int | None = None,
    household: Household | int | None = None,
    kinship: str = "99",
    heads: bool = False,
    now: dt.datetime | None = None,
) -> Resident:
    """Enter somebody who lives in `house`, is registered in `registered_house`, or both.

    `details` are those of residents/details.py and residents/facts.py. With `household` they join it as `kinship`;
    with `heads` they head a new one there. Who moved away from elsewhere in the district comes back into their old
    entry, if number and name agree. Raises AlreadyThere, NotPossible, PermissionDenied, or ValidationError by field.
    """
    moment = now or timezone.now()
    day = turns.today(moment)
    lives, registered = (turns.standing_house(h, actor) if h is not None else None for h in (house, registered_house))
    place = lives or registered
    if place is None:
        raise NotPossible(_("Say in which house this person lives or is registered."), field="house")
    columns = {"kind": ResidentKind.REGISTERED, **rules.clean(details, today=day)}
    beside = facts.clean(columns["kind"], details)
    homes = {"house": lives, "registered_house": registered}
    returning = _entry_with(columns, place.district_id, actor)
    if returning is not None:
        row = _bring_back(returning, columns, homes, place, actor=actor, now=moment)
        before = facts.write(row, beside, old_kind=returning.kind)
        turns.note_edit(row, Step.RETURN, before, actor=actor, now=moment)
    else:
        path = {name: getattr(place, name) for name in PATH}
        try:
            with transaction.atomic():
                row = Resident.objects.create(**path, **homes, **columns, created_at=moment, updated_at=moment)
        except IntegrityError as error:
            raise _once(error, columns, place.district_id, actor) from error
        facts.write(row, beside, old_kind=row.kind)
        turns.note_edit(row, Step.ADD, {}, actor=actor, now=moment)
    if household is not None:
        households.add_member(household, actor=actor, resident=row, kinship=kinship, day=day, now=moment)
    elif heads and lives is not None:
        households.form_household(lives, actor=actor, head=row, day=day, now=moment)
    return row


@transaction.atomic
def edit_resident(
    resident: Resident | int,
    *,
    actor: User | None,
    details: Mapping[str, Any],
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Resident:
    """Change what is given of an entry; a kind that is left loses its facts. Raises as `add_resident`, and Stale."""
    moment = now or timezone.now()
    row = turns.take_person(resident, actor=actor, version=version)
    old_kind = row.kind
    columns = rules.clean(details, today=turns.today(moment), was=row)
    kind = columns.get("kind", row.kind)
    beside = facts.clean(kind, details, was=facts.of(row) if kind == old_kind else None)
    if columns.get("identity_hash") not in {None, row.identity_hash}:
        existing = same_number(columns["identity_number"], row.district_id).exclude(pk=row.pk).first()
        if existing is not None:
            raise _already(existing, actor)
    try:
        with transaction.atomic():
            before = turns.write(row, columns, moment)
    except IntegrityError as error:
        raise _once(error, columns, row.district_id, actor) from error
    before |= facts.write(row, beside, old_kind=old_kind)
    if before:
        turns.note_edit(row, Step.EDIT, before, actor=actor, now=moment)
    return row


@transaction.atomic
def set_registered_house(
    resident: Resident | int,
    *,
    actor: User | None,
    house: House | int | None,
    address: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Resident:
    """Say in which house a person is registered, None for elsewhere, at `address`; their home does not change.

    Raises NotPossible, Stale, PermissionDenied, or ValidationError for the address.
    """
    moment = now or timezone.now()
    row = turns.take_person(resident, actor=actor, version=version)
    registered = None if house is None else turns.standing_house(house, actor)
    if registered is not None and registered.district_id != row.district_id:
        raise NotPossible(_("This house lies in another district."), field="house")
    if registered is None and row.house_id is None:
        raise NotPossible(_("Say in which house this person lives or is registered."), field="house")
    given = {"registered_address": "" if registered is not None else address}
    columns = rules.clean(given, today=turns.today(moment), was=row)
    before: dict[str, Any] = {"registered_house": row.registered_house_id}
    row.registered_house = registered
    also = ["registered_house"]
    if row.house_id is None and registered is not None:
        also += turns.put_into(row, registered)
    before |= turns.write(row, columns, moment, *also)
    turns.note_edit(row, Step.EDIT, before, actor=actor, now=moment)
    return row


def same_number(number: str, district_id: int) -> Any:
    """Return the entry of the district with this number, as a queryset of one row at most."""
    found: list[uuid.UUID] = fingerprints.of_identity(number)
    return Resident.objects.filter(district_id=district_id, identity_hash__in=found).exclude(gone=Gone.DOUBLE)


def _entry_with(columns: Mapping[str, Any], district_id: int, actor: User | None) -> Resident | None:
    """Return the entry of who moved away and comes back now; None where the number is new; raises AlreadyThere."""
    if not columns.get("identity_number"):
        return None
    existing = same_number(columns["identity_number"], district_id).select_for_update(of=("self",)).first()
    if existing is None:
        return None
    if existing.gone == Gone.MOVED and existing.name == columns["name"]:
        row: Resident = existing
        return row
    raise _already(existing, actor)


def _already(existing: Resident, actor: User | None) -> AlreadyThere:
    """Say that the person is there; where, only to whoever may see it."""
    if actor is None or sight.may(standing_for(actor), Permission.VIEW_REGISTERS, existing.path_ids):
        words = _("This person is in the register already.")
        return AlreadyThere(words, resident_id=existing.pk)
    elsewhere = _("This person is in the register of the district already, in an area that you do not see.")
    words = f"{elsewhere} {_('Ask its community to hand the registration over.')}"
    return AlreadyThere(words, is_elsewhere=True)


def _once(error: IntegrityError, columns: Mapping[str, Any], district_id: int, actor: User | None) -> Exception:
    """Say the same where somebody entered the number between our look and our writing."""
    if ONCE not in str(error):
        return error
    existing = same_number(columns["identity_number"], district_id).first()
    return error if existing is None else _already(existing, actor)


def _bring_back(
    existing: Resident,
    columns: Mapping[str, Any],
    homes: Mapping[str, House | None],
    place: House,
    *,
    actor: User | None,
    now: dt.datetime,
) -> Resident:
    """Let the old entry hold what was typed now; what was not typed stays as it was."""
    row = Resident.objects.get(pk=existing.pk)
    path = turns.put_into(row, place)
    row.gone, row.gone_on = "", None
    typed = {name: value for name, value in columns.items() if value not in {None, "", "0"}} | dict(homes)
    before = turns.write(row, typed, now, *path, "gone", "gone_on")
    before = {name: getattr(value, "pk", value) for name, value in before.items()}
    turns.note_edit(row, Step.EDIT, before, actor=actor, now=now)
    return row


def check_given(details: Mapping[str, Any]) -> None:
    """Raise ValidationError for a field that no entry has: a misspelt name would otherwise change nothing unsaid."""
    unknown = sorted(set(details) - set(rules.FIELDS) - set(facts.FIELDS))
    if unknown:
        raise ValidationError({name: [_("There is no such field.")] for name in unknown})
