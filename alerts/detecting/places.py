"""Reports that lie together: n that name the same thing, else n within r metres or at the same address. No database."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True)
class Spot:
    """One report: its point in degrees where known, what names its place (an address), which facility it names."""

    pk: int
    lng: float | None = None
    lat: float | None = None
    places: tuple[str, ...] = ()
    facility: int | None = None


@dataclass(frozen=True)
class Cluster:
    """Reports about one place; `middle` is the one that the others lie around, of a facility the first."""

    middle: Spot
    members: tuple[int, ...]
    facility: int | None = None
    """What all of them name."""


def metres(one: Spot, other: Spot) -> float:
    """Return the distance of two reports; infinite where a point is unknown. For short distances."""
    if one.lng is None or one.lat is None or other.lng is None or other.lat is None:
        return math.inf
    wide = (one.lng - other.lng) * METRES_PER_DEGREE * math.cos(math.radians((one.lat + other.lat) / 2))
    return math.hypot(wide, (one.lat - other.lat) * METRES_PER_DEGREE)


def clusters(spots: Sequence[Spot], *, radius_m: int, least: int) -> list[Cluster]:
    """Return the places with at least `least` reports, each report counted at one place: first the facilities that so
    many name, for a damaged cover is one matter whatever lies around it; then the places around the rest."""
    named = _of_facilities(spots, least)
    counted = {pk for one in named for pk in one.members}
    return named + _around_points([spot for spot in spots if spot.pk not in counted], radius_m, least)


def _of_facilities(spots: Sequence[Spot], least: int) -> list[Cluster]:
    by_facility: dict[int, list[Spot]] = defaultdict(list)
    for spot in spots:
        if spot.facility is not None:
            by_facility[spot.facility].append(spot)
    full = [(pk, sorted(some, key=lambda spot: spot.pk)) for pk, some in by_facility.items() if len(some) >= least]
    full.sort(key=lambda pair: (-len(pair[1]), pair[0]))
    return [Cluster(some[0], tuple(spot.pk for spot in some), pk) for pk, some in full]


def _around_points(spots: Sequence[Spot], radius_m: int, least: int) -> list[Cluster]:
    """Return the places around points and of addresses, the fullest first."""
    near = _neighbours(spots, radius_m)
    middles = {spot.pk: spot for spot in spots if len(near[spot.pk]) >= least}
    left = {spot.pk for spot in spots}
    found = []
    while middles:
        middle = max(middles.values(), key=lambda spot: (len(near[spot.pk] & left), -spot.pk))
        members = near[middle.pk] & left
        if len(members) < least:
            break
        found.append(Cluster(middle, tuple(sorted(members))))
        left -= members
        for pk in members & middles.keys():
            del middles[pk]
    return found


def _neighbours(spots: Sequence[Spot], radius_m: int) -> dict[int, set[int]]:
    """Find for each report the reports of its place, itself among them; cells of the radius keep this from n²."""
    cells: dict[tuple[int, int], list[Spot]] = defaultdict(list)
    named: dict[str, set[int]] = defaultdict(set)
    for spot in spots:
        for name in spot.places:
            named[name].add(spot.pk)
        if spot.lng is not None and spot.lat is not None:
            cells[_cell(spot, radius_m)].append(spot)
    near = {}
    for spot in spots:
        here = {spot.pk}.union(*(named[name] for name in spot.places))
        here |= {other.pk for other in _around(spot, cells, radius_m) if metres(spot, other) <= radius_m}
        near[spot.pk] = here
    return near


def _cell(spot: Spot, radius_m: int) -> tuple[int, int]:
    assert spot.lng is not None and spot.lat is not None  # noqa: S101, PT018 - asked before
    high = radius_m / METRES_PER_DEGREE
    return math.floor(spot.lng / (high * 4)), math.floor(spot.lat / high)


def _around(spot: Spot, cells: dict[tuple[int, int], list[Spot]], radius_m: int) -> Iterable[Spot]:
    if spot.lng is None or spot.lat is None:
        return
    x, y = _cell(spot, radius_m)
    for column in (x - 1, x, x + 1):
        for row in (y - 1, y, y + 1):
            yield from cells.get((column, row), ())


def unseen(spots: Iterable[Spot], known: Collection[int]) -> list[Spot]:
    """Leave out what a decided warning told of already."""
    return [spot for spot in spots if spot.pk not in known]
