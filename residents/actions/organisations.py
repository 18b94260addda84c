"""Enter an organisation, change it, record a safety check, close and reopen it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from grids.models import Grid
from residents import organisation_details as rules
from residents import safety
from residents.actions import turns
from residents.errors import NotPossible
from residents.models import House, Organisation, Step
from residents.models.placed import PATH
from residents.querysets import path_of

ONCE = "organisation_credit_code_once"
CHECKS: dict[str, str] = {kind: column for kind, (column, _icon) in safety.KINDS.items()}


@transaction.atomic
def add_organisation(
    *,
    actor: User | None,
    details: Mapping[str, Any],
    house: House | int | None = None,
    grid: Grid | None = None,
    now: dt.datetime | None = None,
) -> Organisation:
    """Enter an organisation in a house, or at an address of a base, dedicated or micro-grid.

    `details` are those of residents/organisation_details.py. Raises NotPossible, PermissionDenied, or
    ValidationError by field.
    """
    moment = now or timezone.now()
    columns = rules.clean(details, today=turns.today(moment))
    row = Organisation(**columns, updated_at=moment)
    _place(row, house, grid, actor)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise _once(error) from error
    turns.note_edit(row, Step.ADD, {}, actor=actor, now=moment)
    return row


@transaction.atomic
def edit_organisation(
    organisation: Organisation | int,
    *,
    actor: User | None,
    details: Mapping[str, Any],
    house: House | int | None = None,
    grid: Grid | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Organisation:
    """Change what is given; with `house` or `grid` it stands there from now on. Raises as adding does, and Stale."""
    moment = now or timezone.now()
    row = _take(organisation, actor, version)
    columns = rules.clean(details, today=turns.today(moment), was=row)
    before: dict[str, Any] = {}
    also: list[str] = []
    if house is not None or grid is not None:
        before |= {"house": row.house_id, "grid_id": row.grid_id}
        _place(row, house, grid, actor)
        before = {name: value for name, value in before.items() if value != getattr(row, _ATTRIBUTE[name])}
        also = ["house", *PATH]
    try:
        with transaction.atomic():
            before |= turns.write(row, columns, moment, *also)
    except IntegrityError as error:
        raise _once(error) from error
    if before:
        turns.note_edit(row, Step.EDIT, before, actor=actor, now=moment)
    return row


@transaction.atomic
def record_check(
    organisation: Organisation | int,
    *,
    actor: User | None,
    kind: str,
    day: dt.date | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Organisation:
    """Record that fire safety, electricity or gas (`kind`) was checked on a day, not before the last one recorded."""
    moment = now or timezone.now()
    if kind not in CHECKS:
        raise NotPossible(_("Choose one of the list."), field="kind")
    row = _take(organisation, actor, version)
    on, last = day or turns.today(moment), getattr(row, CHECKS[kind])
    if on > turns.today(moment):
        raise NotPossible(_("This day has not come yet."), field="day")
    if last is not None and on < last:
        raise NotPossible(_("A later check is on record already."), field="day")
    before = turns.write(row, {CHECKS[kind]: on}, moment)
    if before:
        turns.note_edit(row, Step.EDIT, before, actor=actor, now=moment)
    return row


@transaction.atomic
def close_organisation(
    organisation: Organisation | int,
    *,
    actor: User | None,
    day: dt.date | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Organisation:
    """Say that an organisation has closed; it leaves the lists and keeps its record."""
    moment = now or timezone.now()
    row = _take(organisation, actor, version)
    on = day or turns.today(moment)
    if on > turns.today(moment):
        raise NotPossible(_("This day has not come yet."), field="day")
    turns.write(row, {"closed_on": on}, moment)
    turns.note_edit(row, Step.RETIRE, {}, actor=actor, now=moment)
    return row


@transaction.atomic
def reopen_organisation(
    organisation: Organisation | int,
    *,
    actor: User | None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Organisation:
    """Take back that an organisation closed. Raises NotPossible where its credit code is in use again."""
    moment = now or timezone.now()
    row = _take(organisation, actor, version, is_open=False)
    try:
        with transaction.atomic():
            before = turns.write(row, {"closed_on": None}, moment)
    except IntegrityError as error:
        raise _once(error) from error
    turns.note_edit(row, Step.RETURN, before, actor=actor, now=moment)
    return row


def _take(
    organisation: Organisation | int, actor: User | None, version: int | None, *, is_open: bool = True
) -> Organisation:
    pk = organisation if isinstance(organisation, int) else organisation.pk
    row = Organisation.objects.select_for_update(of=("self",)).get(pk=pk)
    turns.demand(actor, row)
    turns.compare(row, version)
    if (row.closed_on is None) != is_open:
        raise NotPossible(_("This organisation has closed.") if is_open else _("This organisation is open."))
    return row


def _place(row: Organisation, house: House | int | None, grid: Grid | None, actor: User | None) -> None:
    """Set house and path; both the old and the new place must be the actor's."""
    if house is not None:
        place = turns.standing_house(house, actor)
        row.house = place
        turns.put_into(row, place)
        return
    if grid is None:
        raise NotPossible(_("Say in which house or grid the organisation is."), field="grid")
    try:
        path = path_of(grid)
    except ValueError:
        raise NotPossible(_("Choose a base, dedicated or micro-grid."), field="grid") from None
    row.house = None
    for name, value in path.items():
        setattr(row, name, value)
    turns.demand(actor, row)


def _once(error: IntegrityError) -> Exception:
    if ONCE not in str(error):
        return error
    return NotPossible(
        _("An organisation with this credit code is in the register of the district already."), field="credit_code"
    )


_ATTRIBUTE = {"house": "house_id", "grid_id": "grid_id"}
