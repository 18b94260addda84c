"""Buildings, and houses of no building, whose position lies in another grid than the one that they are entered in.

A boundary was redrawn, a grid opened or closed, or the position is wrong. Which of these it is, somebody says who knows
the place: people and visits go with a house, so nothing passes to another grid by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from accounts.models import User
from grids import locate
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from residents import place_pages, sight
from residents.models import Building, House
from residents.querysets import PlacedQuerySet

SHOWN = 200
BATCH = 5000


@dataclass(frozen=True)
class Misplaced:
    """A place, the grid in which its position lies, and whether this person may have it pass there."""

    place: Building | House
    there: Grid
    may_pass: bool

    @property
    def key(self) -> str:
        """Name what a form asks for: the place and where it is to go, so that a map redrawn meanwhile is noticed."""
        return f"{self.place._meta.model_name}-{self.place.pk}-{self.there.pk}"


def found(user: User, at_most: int = SHOWN) -> list[Misplaced]:
    """Return those that this person may change, buildings first, as many as a page shows."""
    buildings = Building.objects.changeable_by(user).standing()
    houses = House.objects.changeable_by(user).standing().filter(building=None)
    shown: list[Misplaced] = []
    for rows in (buildings, houses):
        there = dict(islice(_apart(rows), at_most - len(shown)))
        shown += _read(user, rows.filter(pk__in=there), there)
    return shown


def _apart(rows: PlacedQuerySet[Any]) -> Iterator[tuple[int, int]]:
    """Yield (row, grid around its position) where that is another than the row's own; none for points outside all."""
    mapped = rows.filter(lng__isnull=False, lat__isnull=False).order_by("pk")
    districts = mapped.order_by().values("district").distinct()
    for district in Grid.objects.filter(pk__in=districts).defer("boundary", "duties"):
        index = locate.index_for(district)
        points, last = mapped.filter(district=district).values_list("pk", "lng", "lat", "grid_id"), 0
        while batch := list(points.filter(pk__gt=last)[:BATCH]):
            last = batch[-1][0]
            there = index.locate_many([(lng, lat) for _pk, lng, lat, _grid in batch])
            for (pk, _lng, _lat, grid), node in zip(batch, there, strict=True):
                if node is not None and node != grid:
                    yield pk, node


def _read(user: User, rows: PlacedQuerySet[Any], there: dict[int, int]) -> Iterator[Misplaced]:
    above = ("parent",)
    grids = Grid.objects.select_related(*above).defer("boundary", "duties", *place_pages.light(*above))
    nodes = grids.in_bulk(set(there.values()))
    light = place_pages.light("grid")
    for place in rows.select_related("grid", "estate").defer(*light).order_by("estate", "pk"):
        yield Misplaced(place, nodes[there[place.pk]], _may_pass(user, place, nodes[there[place.pk]]))


def _may_pass(user: User, place: Building | House, there: Grid) -> bool:
    community = there.parent
    if community is None or place.community_id != community.pk:
        return False
    path = (place.district_id, community.parent_id, community.pk, there.pk)
    return sight.may(standing_for(user), Permission.EDIT_REGISTERS, path)
