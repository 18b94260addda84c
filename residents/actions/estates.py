"""Estates and their buildings: added, changed, retired, and buildings that pass to another grid with their houses.

What changed of them stands in the audit log; of a house, in its own record.
"""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from grids.models import Grid, Kind
from residents import addresses
from residents.actions import relocations, turns
from residents.errors import NotPossible
from residents.models import Building, Estate, House, Resident
from residents.querysets import path_of

ESTATE_FIELDS = ("name", "road", "property_company", "property_phone")
BUILDING_FIELDS = ("number", "units", "floors", "lng", "lat")


@transaction.atomic
def add_estate(community: Grid, *, actor: User | None, now: dt.datetime | None = None, **facts: Any) -> Estate:
    """Add an estate of a community; `facts` are ESTATE_FIELDS. Raises NotPossible where the name is taken."""
    if community.kind != Kind.COMMUNITY:
        raise NotPossible(_("An estate lies in a community."), field="community")
    estate = Estate(
        district_id=community.get_root().pk, street_id=community.parent_id, community=community, **_estate_facts(facts)
    )
    _demand_community(actor, estate)
    _name_is_free(estate)
    estate.save()
    audit.record(actor, "residents.add_estate", estate)
    return estate


@transaction.atomic
def edit_estate(estate: Estate, *, actor: User | None, now: dt.datetime | None = None, **facts: Any) -> Estate:
    """Change facts of an estate; a new name is written into the addresses of its houses."""
    estate = _lock_estate(estate, actor)
    facts = _estate_facts(facts)
    changed = sorted(name for name, value in facts.items() if getattr(estate, name) != value)
    for name in changed:
        setattr(estate, name, facts[name])
    if changed:
        _name_is_free(estate)
        estate.save(update_fields=changed)
        audit.record(actor, "residents.edit_estate", estate, {"fields": changed})
    if "name" in changed:
        _write_addresses(House.objects.filter(estate=estate), now or timezone.now())
    return estate


@transaction.atomic
def retire_estate(estate: Estate, *, actor: User | None, now: dt.datetime | None = None) -> Estate:
    """Say that an estate is no longer there; its buildings and houses have to be retired first."""
    estate = _lock_estate(estate, actor)
    if estate.buildings.standing().exists() or estate.houses.standing().exists():
        raise NotPossible(_("Buildings or houses of this estate are still there; retire them first."))
    estate.retired_on = turns.today(now or timezone.now())
    estate.save(update_fields=["retired_on"])
    audit.record(actor, "residents.retire_estate", estate)
    return estate


@transaction.atomic
def add_building(
    grid: Grid, *, actor: User | None, estate: Estate, now: dt.datetime | None = None, **facts: Any
) -> Building:
    """Add a building of an estate, in a grid of the estate's community; `facts` are BUILDING_FIELDS."""
    estate = Estate.objects.select_for_update(of=("self",)).get(pk=estate.pk)
    building = Building(estate=estate, **_building_facts(facts), **path_in(grid))
    turns.demand(actor, building)
    if building.community_id != estate.community_id:
        raise NotPossible(_("The grid is not in the estate's community."), field="grid")
    if estate.retired_on is not None:
        raise NotPossible(_("This estate is no longer there."), field="estate")
    _number_is_free(building)
    building.save()
    audit.record(actor, "residents.add_building", building)
    return building


@transaction.atomic
def edit_building(
    building: Building,
    *,
    actor: User | None,
    grid: Grid | None = None,
    reason: str = "",
    now: dt.datetime | None = None,
    **facts: Any,
) -> Building:
    """Change facts of a building; with `grid` it passes there with its houses, whose record says so."""
    moment = now or timezone.now()
    building = lock_building(building, actor)
    facts = _building_facts(facts)
    changed = sorted(name for name, value in facts.items() if getattr(building, name) != value)
    for name in changed:
        setattr(building, name, facts[name])
    if changed:
        _number_is_free(building)
        building.save(update_fields=changed)
        audit.record(actor, "residents.edit_building", building, {"fields": changed})
    if "number" in changed:
        _write_addresses(House.objects.filter(building=building), moment)
    if grid is not None and grid.pk not in {building.grid_id, building.micro_id}:
        _pass(building, grid, actor=actor, reason=reason, now=moment)
    return building


@transaction.atomic
def name_head(building: Building, *, actor: User | None, head: Resident | None) -> Building:
    """Say who leads a building (楼长): somebody who lives in it, or nobody."""
    building = lock_building(building, actor)
    if head is not None and not Resident.objects.here().filter(pk=head.pk, house__building=building).exists():
        raise NotPossible(_("A building is led by somebody who lives in it."), field="head")
    building.head = head
    building.save(update_fields=["head"])
    audit.record(actor, "residents.name_head", building)
    return building


@transaction.atomic
def retire_building(building: Building, *, actor: User | None, now: dt.datetime | None = None) -> Building:
    """Say that a building is no longer there; its houses have to be retired first."""
    building = lock_building(building, actor)
    if building.houses.standing().exists():
        raise NotPossible(_("Houses of this building are still there; retire them first."))
    building.retired_on = turns.today(now or timezone.now())
    building.save(update_fields=["retired_on"])
    audit.record(actor, "residents.retire_building", building)
    return building


def _lock_estate(estate: Estate, actor: User | None) -> Estate:
    row = Estate.objects.select_for_update(of=("self",)).get(pk=estate.pk)
    _demand_community(actor, row)
    if row.retired_on is not None:
        raise NotPossible(_("This estate is no longer there."))
    return row


def lock_building(building: Building, actor: User | None) -> Building:
    """Lock a building that still stands and that the actor may change."""
    row = Building.objects.select_for_update(of=("self",)).select_related("estate").get(pk=building.pk)
    turns.demand(actor, row)
    if row.retired_on is not None:
        raise NotPossible(_("This building is no longer there."))
    return row


def _demand_community(actor: User | None, estate: Estate) -> None:
    """Raise PermissionDenied unless the actor may edit the registers somewhere in the estate's community."""
    if actor is None:
        return
    mine = Grid.objects.filter(pk=estate.community_id).filter(relocations.community_condition(actor))
    if not mine.exists():
        raise PermissionDenied(_("Your posts do not let you change the register there."))


def _estate_facts(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value.strip() for name, value in facts.items() if name in ESTATE_FIELDS}


def _building_facts(facts: dict[str, Any]) -> dict[str, Any]:
    found = {name: value for name, value in facts.items() if name in BUILDING_FIELDS}
    if "number" in found:
        found["number"] = addresses.label(found["number"])
        if not found["number"]:
            raise NotPossible(_("A building needs a number."), field="number")
    return found


def _name_is_free(estate: Estate) -> None:
    same = Estate.objects.standing().filter(community=estate.community_id, name=estate.name).exclude(pk=estate.pk)
    if same.exists():
        raise NotPossible(_("The community has an estate of this name already."), field="name")


def _number_is_free(building: Building) -> None:
    same = Building.objects.standing().filter(estate=building.estate_id, number=building.number)
    if same.exclude(pk=building.pk).exists():
        raise NotPossible(_("The estate has a building of this number already."), field="number")


def path_in(grid: Grid) -> dict[str, Any]:
    """Return the path of a grid in which houses may lie; raises NotPossible for nodes above."""
    try:
        return path_of(grid)
    except ValueError:
        raise NotPossible(_("Choose a base, dedicated or micro-grid."), field="grid") from None


def _pass(building: Building, grid: Grid, *, actor: User | None, reason: str, now: dt.datetime) -> None:
    place = Building(**path_in(grid))
    turns.demand(actor, place)
    if place.community_id != building.estate.community_id:
        raise NotPossible(_("The grid is not in the estate's community."), field="grid")
    houses = building.houses.filter(grid_id=building.grid_id, micro_id=building.micro_id).order_by("pk")
    building.save(update_fields=turns.put_into(building, place))
    audit.record(actor, "residents.move_building", building, {"grid": grid.pk})
    for house in houses.select_for_update(of=("self",)):
        relocations.relocate(house, place, actor=actor, reason=reason, now=now)


def _write_addresses(houses: Any, now: dt.datetime) -> None:
    """Write the address anew of every house whose estate or building is called otherwise now."""
    rows = list(houses.select_related("estate", "building").select_for_update(of=("self",)).order_by("pk"))
    for house in rows:
        house.address, house.address_key = addresses.of_house(
            house.estate.name, house.building.number if house.building else "", house.unit_no, house.room_no
        )
        house.version += 1
        house.updated_at = now
    House.objects.bulk_update(rows, ["address", "address_key", "version", "updated_at"], batch_size=500)
