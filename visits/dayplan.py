"""The day plan of a grid: who is due, bundled by home, the pressing ones first, then by the shortest way; or in the
order that its viewer set by hand for the day.

A worker's plan is one grid's: a few hundred residents, read in three queries, ordered in memory.
"""

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone
from shapely.geometry import shape

from care import sight as care_sight
from grids.models import Grid
from grids.standing import Standing
from residents import masking
from visits import rules
from visits.models import Due, PlanOrder, Visit
from visits.querysets import DueQuerySet

SHOWN = 40
"""Homes on a plan: more than a worker reaches in a day."""
METRES_PER_DEGREE = 111_320
MOST_PRESSING = 3


@dataclass(frozen=True)
class Person:
    """Somebody of a home who is due; the day is the one that the viewer may know."""

    resident_id: int
    name: str
    due_on: dt.date
    basis: str
    tries: int
    last_outcome: str
    next_try: str
    score: int


@dataclass
class Stop:
    """A home on the way, or somebody who is registered here without one."""

    house_id: int | None
    resident_id: int
    address: str
    building: tuple[str, str]
    """Estate and building, as addresses are sorted where no position is known."""
    point: tuple[float, float] | None
    people: list[Person] = field(default_factory=list)
    metres: int | None = None
    """From the stop before; None where either position is not known."""

    @property
    def key(self) -> int:
        """What the stop is known by within a grid's plan: its house, or below zero the person without one."""
        return self.house_id or -self.resident_id

    @property
    def score(self) -> int:
        return max(person.score for person in self.people)

    @property
    def due_on(self) -> dt.date:
        return min(person.due_on for person in self.people)

    @property
    def is_contact(self) -> bool:
        return any(person.basis == "contact" for person in self.people)

    @property
    def next_try(self) -> str:
        return next((person.next_try for person in self.people if person.next_try), "")

    @property
    def tries(self) -> int:
        return max(person.tries for person in self.people)


@dataclass(frozen=True)
class Plan:
    """What is due in a grid today; `stops` are those of the day, `waiting` how many homes beyond them."""

    grid: Grid
    stops: list[Stop]
    people: int
    overdue: int
    waiting: int
    is_by_hand: bool = False
    """The viewer set the order for today."""


def due_in(grid: Grid, who: Standing, today: dt.date) -> DueQuerySet:
    """Return who is due in a grid as far as this person may know: one query's worth of rows."""
    knows = grid.pk in care_sight.primary_grids(who)
    rows = Due.objects.within(grid)
    if knows:
        return rows.open(today, knowing=True)
    contact = Q(discreet_opens_on__lte=today) & care_sight.contact_of(who.user_id, "resident__house")
    return rows.here().filter(Q(opens_on__lte=today) | contact)


def make(grid: Grid, who: Standing, today: dt.date) -> Plan:
    """Draw up the plan of a grid: at most five queries."""
    knows_all = grid.pk in care_sight.primary_grids(who)
    rows = list(due_in(grid, who, today).select_related("resident__house__building__estate"))
    known = {row.pk for row in rows} if knows_all else _contacts_of(rows, who)
    stops = _bundled(rows, known, today)
    chosen = sorted(stops, key=lambda stop: (-stop.score, stop.due_on, stop.address))[:SHOWN]
    people = [person for stop in stops for person in stop.people]
    start = _start(grid, who, today)
    way, order = _walked(chosen, start), PlanOrder.objects.filter(user=who.user_id, grid=grid, day=today).first()
    return Plan(
        grid,
        _by_hand(way, order.stops, start) if order is not None else way,
        people=len(people),
        overdue=sum(person.due_on < today for person in people),
        waiting=len(stops) - len(chosen),
        is_by_hand=order is not None,
    )


def _contacts_of(rows: list[Due], who: Standing) -> set[int]:
    """Return whose discreet visits this person may know of as the contact worker of their house."""
    discreet = [row.pk for row in rows if row.discreet_due_on is not None]
    if not discreet:
        return set()
    mine = Due.objects.filter(care_sight.contact_of(who.user_id, "resident__house"), pk__in=discreet)
    return set(mine.values_list("pk", flat=True))


def _bundled(rows: Iterable[Due], known: set[int], today: dt.date) -> list[Stop]:
    stops: dict[int, Stop] = {}
    for row in rows:
        resident, house = row.resident, row.resident.house
        if house is None:
            stop = Stop(None, resident.pk, resident.registered_address, ("~", ""), None)
            stops[-resident.pk] = stop
        elif house.pk not in stops:
            stop = stops[house.pk] = Stop(house.pk, resident.pk, house.address, _building(row), _point(row))
        else:
            stop = stops[house.pk]
        stop.people.append(_person(row, row.pk in known, today))
    for stop in stops.values():
        stop.people.sort(key=lambda person: (-person.score, person.resident_id))
    return list(stops.values())


def _person(row: Due, knows: bool, today: dt.date) -> Person:
    is_discreet = knows and row.discreet_opens_on is not None and row.discreet_opens_on <= today
    due_on = row.discreet_due_on if is_discreet and row.discreet_due_on is not None else row.due_on
    pressing = rules.Pressing(due_on, row.basis, is_discreet, row.tries, row.last_outcome)
    return Person(
        row.pk,
        masking.name(row.resident.name),
        due_on,
        "care" if is_discreet else row.basis,
        row.tries,
        row.last_outcome,
        row.next_try,
        rules.score(pressing, today),
    )


def _building(row: Due) -> tuple[str, str]:
    building = row.resident.house.building if row.resident.house else None
    return (building.estate.name, building.number) if building else ("", "")


def _point(row: Due) -> tuple[float, float] | None:
    house = row.resident.house
    for place in (house, house.building if house else None):
        if place is not None and place.lng is not None and place.lat is not None:
            return float(place.lng), float(place.lat)
    return None


def _start(grid: Grid, who: Standing, today: dt.date) -> tuple[float, float] | None:
    """Return where the worker was last today, else the middle of the grid."""
    begin = timezone.make_aware(dt.datetime.combine(today, dt.time()))
    last = (
        Visit.objects.valid()
        .filter(visitor=who.user_id, visited_at__gte=begin, house__isnull=False)
        .order_by("-visited_at", "-id")
        .values_list("house__lng", "house__lat", "house__building__lng", "house__building__lat")
        .first()
    )
    if last is not None:
        for lng, lat in ((last[0], last[1]), (last[2], last[3])):
            if isinstance(lng, Decimal) and isinstance(lat, Decimal):
                return float(lng), float(lat)
    if not grid.boundary:
        return None
    middle = shape(grid.boundary).centroid
    return middle.x, middle.y


def _walked(stops: list[Stop], start: tuple[float, float] | None) -> list[Stop]:
    """Order the stops: each degree of urgency in turn, within it the nearest next; without positions by building."""
    bands: dict[int, list[Stop]] = {}
    for stop in stops:
        bands.setdefault(_band(stop), []).append(stop)
    way: list[Stop] = []
    here = start
    for _number, band in sorted(bands.items(), reverse=True):
        left = sorted(band, key=lambda stop: (stop.building, stop.address, stop.resident_id))
        while left:
            following = _nearest(left, here)
            left.remove(following)
            following.metres = _metres(here, following.point)
            here = following.point or here
            way.append(following)
    return way


def _by_hand(way: list[Stop], keys: list[int], start: tuple[float, float] | None) -> list[Stop]:
    """Put the stops into the order of these keys. What fell due since goes first where it is most pressing, else last:
    nothing is hidden by an order that was set before."""
    places = {key: place for place, key in enumerate(keys)}
    usual = {stop.key: -1 if _band(stop) == MOST_PRESSING else len(keys) for stop in way}
    ordered = sorted(way, key=lambda stop: places.get(stop.key, usual[stop.key]))
    here = start
    for stop in ordered:
        stop.metres = _metres(here, stop.point)
        here = stop.point or here
    return ordered


def _band(stop: Stop) -> int:
    """Discreet, contact, care, the rest: an urgency of one degree is worth a detour, days of delay are not."""
    return MOST_PRESSING if stop.score >= 900 else 2 if stop.is_contact else 1 if stop.score >= 200 else 0


def _nearest(left: list[Stop], here: tuple[float, float] | None) -> Stop:
    """Return the nearest stop; one in the building where one stands is 0 m away. Without a position the first."""
    if here is None:
        return left[0]
    return min(left, key=lambda stop: math.inf if stop.point is None else _distance(here, stop.point))


def _metres(a: tuple[float, float] | None, b: tuple[float, float] | None) -> int | None:
    return None if a is None or b is None else round(_distance(a, b))


def _distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return metres between two points a few kilometres apart; degrees."""
    east = (b[0] - a[0]) * math.cos(math.radians(a[1]))
    return math.hypot(east, b[1] - a[1]) * METRES_PER_DEGREE
