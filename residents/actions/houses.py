"""Houses: added one by one or a building's at once, changed, passed to another grid, retired."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from grids.models import Grid
from residents import addresses, history
from residents.actions import relocations, turns
from residents.actions.estates import lock_building, path_in
from residents.errors import NotPossible
from residents.models import Building, Estate, Event, House, Household, Organisation, Resident, Step
from residents.models.placed import PATH

FACTS = ("use", "nature", "area", "owner_name", "owner_phone", "lng", "lat")
NAMED = ("unit_no", "floor", "room_no")
MOST_AT_ONCE = 1000
"""So many houses of a building are made at once at most."""


@transaction.atomic
def add_house(
    grid: Grid,
    *,
    actor: User | None,
    room_no: str,
    estate: Estate | None = None,
    building: Building | None = None,
    unit_no: str = "",
    floor: int | None = None,
    now: dt.datetime | None = None,
    **facts: Any,
) -> House:
    """Add a house: of a building, or one by its number of an estate or village. Raises NotPossible, PermissionDenied.

    `facts` are FACTS. The grid of a house may be another than its building's, but lies in the same community.
    """
    estate = building.estate if building is not None else estate
    house = House(estate=estate, building=building, floor=floor, **path_in(grid), **_facts(facts))
    turns.demand(actor, house)
    if estate is None or estate.community_id != house.community_id:
        raise NotPossible(_("The grid is not in the estate's community."), field="grid")
    _name(house, unit_no, room_no)
    _address_is_free(house)
    house.updated_at = now or timezone.now()
    house.save()
    history.note(house, Step.ADD, actor=actor, now=house.updated_at)
    return house


@transaction.atomic
def add_houses(
    building: Building,
    *,
    actor: User | None,
    units: Iterable[str],
    floors: Iterable[int],
    rooms: int,
    now: dt.datetime | None = None,
) -> int:
    """Make the houses of a building that are not there yet: in each unit, on each floor, `rooms` of them.

    Their numbers are the floor and two digits (301, 302). Returns how many were made; MOST_AT_ONCE at most.
    """
    moment = now or timezone.now()
    building = lock_building(building, actor)
    wanted = [(unit, floor, room) for unit in units for floor in floors for room in range(1, rooms + 1)]
    if len(wanted) > MOST_AT_ONCE:
        words = ngettext("At most %(n)d house is made at once.", "At most %(n)d houses are made at once.", MOST_AT_ONCE)
        raise NotPossible(words % {"n": MOST_AT_ONCE}, field="rooms")
    path = {name: getattr(building, name) for name in PATH}
    made = []
    for unit, floor, room in wanted:
        house = House(building=building, estate=building.estate, floor=floor, updated_at=moment, **path)
        _name(house, unit, f"{floor}{room:02}")
        made.append(house)
    keys = [house.address_key for house in made]
    there = set(
        House.objects.standing()
        .filter(community=building.community_id, address_key__in=keys)
        .values_list("address_key", flat=True)
    )
    added = House.objects.bulk_create([house for house in made if house.address_key not in there])
    Event.objects.bulk_create(
        Event(district_id=house.district_id, house=house, at=moment, actor=actor, step=Step.ADD) for house in added
    )
    return len(added)


@transaction.atomic
def edit_house(
    house: House | int,
    *,
    actor: User | None,
    version: int | None = None,
    grid: Grid | None = None,
    reason: str = "",
    now: dt.datetime | None = None,
    **facts: Any,
) -> House:
    """Change what is known of a house (FACTS, NAMED); with `grid` it passes there and its record says so."""
    moment = now or timezone.now()
    row = _lock(house, actor, version)
    values = _facts(facts)
    before: dict[str, Any] = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    for name in before:
        setattr(row, name, values[name])
    if facts.keys() & set(NAMED):
        was = {name: getattr(row, name) for name in (*NAMED, "address")}
        row.floor = facts.get("floor", row.floor)
        _name(row, facts.get("unit_no", row.unit_no), facts.get("room_no", row.room_no))
        _address_is_free(row)
        before |= {name: value for name, value in was.items() if getattr(row, name) != value}
    if before:
        row.version += 1
        row.updated_at = moment
        row.save()
        history.note(row, Step.EDIT, actor=actor, now=moment, before=before)
    if grid is not None and grid.pk not in {row.grid_id, row.micro_id}:
        place = House(**path_in(grid))
        turns.demand(actor, place)
        if row.estate is not None and row.estate.community_id != place.community_id:
            raise NotPossible(_("The grid is not in the estate's community."), field="grid")
        relocations.relocate(row, place, actor=actor, reason=reason, now=moment)
    return row


@transaction.atomic
def retire_house(
    house: House | int,
    *,
    actor: User | None,
    version: int | None = None,
    reason: str = "",
    now: dt.datetime | None = None,
) -> House:
    """Strike a house from the register; nobody may live or be registered there, nor an organisation be open there."""
    moment = now or timezone.now()
    row = _lock(house, actor, version)
    if Resident.objects.here().filter(Q(house=row) | Q(registered_house=row)).exists():
        raise NotPossible(_("Somebody lives here or is registered here; let them move first."))
    if Household.objects.open().filter(house=row).exists() or Organisation.objects.open().filter(house=row).exists():
        raise NotPossible(_("A household or an organisation is still here."))
    row.retired_on = turns.today(moment)
    row.version += 1
    row.updated_at = moment
    row.save(update_fields=["retired_on", "version", "updated_at"])
    history.note(row, Step.RETIRE, actor=actor, now=moment, words=reason)
    return row


def _lock(house: House | int, actor: User | None, version: int | None) -> House:
    pk = house if isinstance(house, int) else house.pk
    row = House.objects.select_for_update(of=("self",)).select_related("estate", "building").get(pk=pk)
    turns.demand(actor, row)
    turns.compare(row, version)
    if row.retired_on is not None:
        raise NotPossible(_("This house is no longer there."))
    return row


def _facts(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name in FACTS}


def _name(house: House, unit_no: str, room_no: str) -> None:
    """Give a house its unit, number and floor in one form, and its address."""
    house.unit_no, house.room_no = addresses.label(unit_no), addresses.label(room_no)
    if not house.room_no:
        raise NotPossible(_("A house needs its number."), field="room_no")
    if house.floor is None:
        floor = addresses.floor_of(house.room_no) if house.building_id else ""
        house.floor = int(floor) if floor else None
    assert house.estate is not None  # noqa: S101 - every house that is entered here has one
    number = house.building.number if house.building else ""
    house.address, house.address_key = addresses.of_house(house.estate.name, number, house.unit_no, house.room_no)
    if len(house.address) > 200 or len(house.unit_no) > 10 or len(house.room_no) > 20:
        raise NotPossible(_("The number is too long."), field="room_no")


def _address_is_free(house: House) -> None:
    same = House.objects.standing().filter(community=house.community_id, address_key=house.address_key)
    if same.exclude(pk=house.pk).exists():
        raise NotPossible(_("The community has a house of this address already."), field="room_no")
