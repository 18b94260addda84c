"""What every change of a register begins and ends with: lock, compare, ask the posts; count the version, write down.

Whoever locks several rows takes people first, then households, each by rising key, so that two changes wait for each
other and never in a ring.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from grids.backends import standing_for
from grids.roles import Permission
from residents import history, sight
from residents.errors import NotPossible, Stale
from residents.models import House, Household, Organisation, Resident, Step
from residents.models.placed import PATH, Placed

Row = TypeVar("Row", Resident, Organisation, Household)


def demand(actor: User | None, place: Placed) -> None:
    """Raise PermissionDenied unless a post over this row's grid lets the actor change the registers."""
    if actor is not None and not sight.may(standing_for(actor), Permission.EDIT_REGISTERS, place.path_ids):
        raise PermissionDenied(_("Your posts do not let you change the register there."))


def compare(row: Resident | Organisation | Household | House, version: int | None) -> None:
    """Raise Stale where the form was filled from an older state of the row; None asks for no comparison."""
    if version is not None and row.version != version:
        message = _("Somebody changed this meanwhile. Look at what stands there now, then decide again.")
        raise Stale(message, version=row.version)


def lock_people(keys: Iterable[int | None]) -> dict[int, Resident]:
    """Lock these people by rising key; raises DoesNotExist where one is not there."""
    wanted = sorted({key for key in keys if key is not None})
    rows = Resident.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    found = {row.pk: row for row in rows}
    if len(found) < len(wanted):
        raise Resident.DoesNotExist
    return found


def take_person(
    resident: Resident | int, *, actor: User | None, version: int | None, is_here: bool | None = True
) -> Resident:
    """Lock a person whom the actor may change; `is_here` says in which state they must be, None in any."""
    pk = resident if isinstance(resident, int) else resident.pk
    row = lock_people([pk])[pk]
    demand(actor, row)
    compare(row, version)
    if row.anonymised_at is not None:
        raise NotPossible(_("This entry was made anonymous; it cannot be changed any more."))
    if is_here is not None and row.is_here != is_here:
        raise NotPossible(_("This person is no longer here.") if is_here else _("This person is in the register."))
    return row


def lock_household(household: Household | int) -> Household:
    """Lock an open household with its house; people whom the change touches were locked before."""
    pk = household if isinstance(household, int) else household.pk
    row = Household.objects.select_for_update(of=("self",)).select_related("house").get(pk=pk)
    if row.ended_on is not None:
        raise NotPossible(_("This household has ended."))
    return row


def standing_house(house: House | int, actor: User | None) -> House:
    """Return a house that still stands and in whose grid the actor may change the register."""
    row = House.objects.get(pk=house if isinstance(house, int) else house.pk)
    demand(actor, row)
    if row.retired_on is not None:
        raise NotPossible(_("This house is no longer there."))
    return row


def put_into(row: Placed, place: Placed) -> list[str]:
    """Give a row the path of another; returns the columns."""
    for name in PATH:
        setattr(row, name, getattr(place, name))
    return list(PATH)


def write(row: Row, values: Mapping[str, Any], now: dt.datetime, *also: str) -> dict[str, Any]:
    """Set and save what differs, `also` saving columns set before; returns the old values of what changed."""
    before: dict[str, Any] = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    changes: dict[str, Any] = {name: values[name] for name in before} | {"version": row.version + 1}
    if hasattr(row, "updated_at"):
        changes["updated_at"] = now
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=[*changes, *also])
    return before


def told(before: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out of the record what follows from other fields: fingerprints, ends of numbers, initials."""
    return {name: value for name, value in before.items() if name not in _DERIVED}


def note_edit(
    row: Row, step: Step, before: Mapping[str, Any], *, actor: User | None, now: dt.datetime, words: str = ""
) -> None:
    history.note(row, step, actor=actor, now=now, before=told(before), words=words)


def today(now: dt.datetime) -> dt.date:
    return timezone.localdate(now)


_DERIVED = frozenset({"identity_hash", "identity_last4", "phone_hash", "phone_last4", "initials"})
