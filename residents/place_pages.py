"""What the pages of places show: a building's homes by unit and floor; a house with everybody and everything in it.

Few queries each, whatever the register's size: each goes by the key of the building or the house.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from accounts.models import User
from residents.models import Building, Event, House, Membership, Organisation, Relocation, Resident
from residents.querysets import PlacedQuerySet

RECORD = 30
"""Lines of the record that a page shows."""
MOST_PEOPLE = 100
"""People of a house that its page shows; the lists of people have the others."""
MOST_HOMES = 2000
HEAVY = ("boundary", "duties")


@dataclass(frozen=True)
class Home:
    """One home in the plan of a building."""

    house: House
    people: int


@dataclass(frozen=True)
class Unit:
    """A unit with its floors, the highest first."""

    name: str
    floors: list[tuple[int | None, list[Home]]]


@dataclass(frozen=True)
class Family:
    """A household with its members, the head first."""

    pk: int
    number: str
    members: list[Membership]


def light(*names: str) -> list[str]:
    """Name the heavy columns of joined nodes, for `defer`."""
    return [f"{name}__{column}" for name in names for column in HEAVY]


def buildings_in_full(rows: PlacedQuerySet[Building]) -> PlacedQuerySet[Building]:
    return rows.select_related("estate", "head", "community", "grid", "micro").defer(
        *light("community", "grid", "micro")
    )


def houses_in_full(rows: PlacedQuerySet[House]) -> PlacedQuerySet[House]:
    nodes = ("street", "community", "grid", "micro")
    return rows.select_related("estate", "building__head", *nodes).defer(*light(*nodes))


def plan(building: Building, viewer: User) -> list[Unit]:
    """Return the homes of a building that this person sees, unit by unit: two queries."""
    seen = House.objects.visible_to(viewer).standing().filter(building=building)
    shown = ("unit_no", "floor", "room_no", "use")
    houses = sorted(seen.order_by(*shown[:3]).only("pk", *shown)[:MOST_HOMES], key=_door)
    living = Resident.objects.here().filter(house__building=building).values("house").annotate(n=Count("pk"))
    people = dict(living.values_list("house", "n"))
    return [
        Unit(name, [(floor, [Home(h, people.get(h.pk, 0)) for h in row]) for floor, row in groupby(rows, key=_floor)])
        for name, rows in _by_unit(houses)
    ]


def _by_unit(houses: list[House]) -> Iterator[tuple[str, list[House]]]:
    for name, rows in groupby(houses, key=lambda house: house.unit_no):
        yield name, list(rows)


def _door(house: House) -> tuple[tuple[int, str], int, tuple[int, str]]:
    """Sort homes by unit, from the top floor down, by door."""
    return rank(house.unit_no), -(house.floor or 0), rank(house.room_no)


def _floor(house: House) -> int | None:
    return house.floor


def rank(number: str) -> tuple[int, str]:
    """Sort 2 before 10, and what is no number last."""
    return (int(number), "") if number.isdigit() and number.isascii() else (10**6, number)


def living_in(house: House) -> list[Resident]:
    """Return who lives in the house: one query."""
    return list(Resident.objects.here().filter(house=house).order_by("pk")[:MOST_PEOPLE])


def registered_in(house: House, viewer: User) -> tuple[list[Resident], int]:
    """Return who is registered in the house and lives elsewhere: those whom the viewer sees, and how many others."""
    away = Resident.objects.here().filter(registered_house=house).exclude(house=F("registered_house"))
    rows = list(away.order_by("pk")[:MOST_PEOPLE])
    if not rows:
        return [], 0
    visible = Resident.objects.visible_to(viewer).filter(pk__in=[row.pk for row in rows])
    seen = set(visible.values_list("pk", flat=True))
    return [row for row in rows if row.pk in seen], sum(row.pk not in seen for row in rows)


def families(house: House) -> list[Family]:
    """Return the open households of a house with their members: one query."""
    rows = Membership.objects.filter(household__house=house, household__ended_on=None, ended_on=None)
    found: dict[int, list[Membership]] = defaultdict(list)
    for row in rows.select_related("resident", "household").order_by("household", "kinship", "pk")[:MOST_PEOPLE]:
        found[row.household_id].append(row)
    return [
        Family(pk, members[0].household.number, sorted(members, key=lambda m: m.resident_id != m.household.head_id))
        for pk, members in found.items()
    ]


def outside_families(people: Iterable[Resident], households: Iterable[Family]) -> list[Resident]:
    """Return who lives in the house and is in none of its households."""
    known = {member.resident_id for family in households for member in family.members}
    return [person for person in people if person.pk not in known]


def organisations_in(house: House) -> list[Organisation]:
    return list(Organisation.objects.open().filter(house=house).order_by("name", "pk")[:MOST_PEOPLE])


def record_of(house: House) -> list[Event]:
    return list(house.events.select_related("actor").order_by("-id")[:RECORD])


def passed(house: House) -> list[Relocation]:
    """Return the changes of its grid, newest first: one query."""
    rows = house.relocations.select_related("from_grid", "to_grid").defer(*light("from_grid", "to_grid"))
    return list(rows[:RECORD])


def possible_heads(building: Building) -> list[Resident]:
    """Return who may lead a building: grown-ups who live in it, by door."""
    rows = Resident.objects.here().filter(house__building=building, house__retired_on=None).select_related("house")
    return list(rows.order_by("house__unit_no", "house__floor", "house__room_no", "pk")[:MOST_HOMES])


def counted(buildings: PlacedQuerySet[Building]) -> QuerySet[Any]:
    """Add `homes`, how many houses of each building stand."""
    return buildings.annotate(homes=Count("houses", filter=Q(houses__retired_on=None)))
