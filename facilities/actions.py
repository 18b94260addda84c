"""What is done with facilities: enter one, change it, change its state. Each leaves one row in its history."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from facilities import rules
from facilities.models import Facility, FacilityEvent, FacilityKind
from facilities.states import FacilityState, FacilityStep
from grids import locate
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from residents import sight
from residents.errors import NotPossible, Stale
from residents.querysets import path_of

SIX_PLACES = Decimal("0.000001")


@transaction.atomic
def add(
    *,
    actor: User | None,
    kind: FacilityKind,
    lng: float | Decimal,
    lat: float | Decimal,
    code: str = "",
    details: Mapping[str, Any] | None = None,
    now: dt.datetime | None = None,
) -> Facility:
    """Enter a facility at a point (degrees, WGS-84); without a code it gets its kind's next number.

    `details` are of `rules.FIELDS`. Raises ValidationError by field, PermissionDenied outside one's area.
    """
    moment = now or timezone.now()
    row = Facility(kind=kind, updated_at=moment)
    _fill(row, {"lng": lng, "lat": lat} | dict(details or {}), moment)
    _demand(actor, row)
    district = Grid.objects.select_for_update(of=("self",), no_key=True).get(pk=row.district_id)  # numbers, one by one
    row.code = code.strip() or next_code(district, kind)
    wrong = rules.problem_of(row.code, district.code)
    if not wrong and rules.kind_of(row.code) != kind.code:
        wrong = _("The code belongs to another kind.")
    if not wrong and Facility.objects.filter(code=row.code).exists():
        wrong = _("This code is in the register already.")
    if wrong:
        raise ValidationError({"code": wrong})
    row.save(force_insert=True)
    FacilityEvent.objects.create(facility=row, step=FacilityStep.ADD, actor=actor, at=moment)
    return row


def next_code(district: Grid, kind: FacilityKind) -> str:
    """Return the first free code of a kind in the district; the caller holds the district's lock.

    Raises ValidationError where every number is given.
    """
    first, last = (rules.made(district.code, kind.code, number) for number in (1, rules.HIGHEST))
    number = Facility.objects.filter(code__range=(first, last)).without_a_gap() + 1
    if number > rules.HIGHEST:
        raise ValidationError({"code": _("Every number of this kind is given in the district.")})
    return rules.made(district.code, kind.code, number)


@transaction.atomic
def edit(
    facility: Facility,
    *,
    actor: User | None,
    details: Mapping[str, Any],
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Facility:
    """Change an entry; a new point may bring it into another grid. Nothing changed leaves nothing behind."""
    moment = now or timezone.now()
    row = _locked(facility, actor, version)
    before = columns(row)
    _fill(row, details, moment)
    _demand(actor, row)
    note_change(row, before, FacilityStep.EDIT, actor=actor, now=moment)
    return row


@transaction.atomic
def change_state(
    facility: Facility,
    *,
    actor: User | None,
    state: str,
    note: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Facility:
    """Say that it is damaged, in use again, or removed; one that was removed may turn out to stand there still."""
    moment = now or timezone.now()
    row = _locked(facility, actor, version)
    if state not in FacilityState.values:
        raise ValidationError({"state": _("Choose a state from the list.")})
    if row.state == state:
        raise NotPossible(_("It has this state already."))
    if state == FacilityState.REMOVED and not note.strip():
        raise ValidationError({"note": _("Give the reason.")})
    before = columns(row)
    row.state = state
    note_change(row, before, FacilityStep.STATE, actor=actor, now=moment, note=note.strip())
    return row


def columns(row: Facility) -> dict[str, str]:
    """Return what the history compares, as texts."""
    shown = {name: rules.said(getattr(row, name)) for name in ("name", "owner", "note", "installed_on", "state")}
    point = f"{Decimal(row.lng):.6f}, {Decimal(row.lat):.6f}"
    return shown | {"unit": rules.said(row.unit_id), "point": point, "grid": rules.said(row.grid_id)}


def note_change(
    row: Facility,
    before: Mapping[str, str],
    step: FacilityStep,
    *,
    actor: User | None,
    now: dt.datetime,
    note: str = "",
) -> None:
    """Store the row with what changed; nothing where nothing did."""
    after = columns(row)
    changes = {name: [old, after[name]] for name, old in before.items() if old != after[name]}
    if not changes:
        return
    row.version += 1
    row.updated_at = now
    row.save()
    FacilityEvent.objects.create(facility=row, step=step, changes=changes, note=note, actor=actor, at=now)


def _fill(row: Facility, values: Mapping[str, Any], now: dt.datetime) -> None:
    rules.check(values, timezone.localdate(now))
    for name in ("name", "owner", "note"):
        if name in values:
            setattr(row, name, (values[name] or "").strip())
    for name in ("unit", "installed_on"):
        if name in values:
            setattr(row, name, values[name])
    if values.get("lng") is None or values.get("lat") is None:
        return
    lng, lat = (Decimal(values[name]).quantize(SIX_PLACES) for name in ("lng", "lat"))
    if (lng, lat) != (row.lng, row.lat):
        _put(row, lng, lat)


def _put(row: Facility, lng: Decimal, lat: Decimal) -> None:
    grid = locate.locate(float(lng), float(lat))
    if grid is None:
        raise ValidationError({"lng": _("This point lies in no grid of the district; choose the place on the map.")})
    row.lng, row.lat = lng, lat
    if grid.pk != row.grid_id:
        for name, value in path_of(grid).items():
            setattr(row, name, value)


def _locked(facility: Facility, actor: User | None, version: int | None) -> Facility:
    row = Facility.objects.select_for_update(of=("self",)).select_related("kind").get(pk=facility.pk)
    _demand(actor, row)
    if version is not None and version != row.version:
        raise Stale(_("Somebody changed this since you opened it."), version=row.version)
    return row


def _demand(actor: User | None, row: Facility) -> None:
    if actor is not None and not sight.may(standing_for(actor), Permission.MANAGE_FACILITIES, row.path_ids):
        raise PermissionDenied(_("Your posts do not let you change the register there."))
