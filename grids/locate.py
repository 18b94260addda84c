"""Which grid is this point in? An STRtree per district, kept in the process until the district's map changes.

A point gets the dedicated grid that covers it, else the base grid. On a border shared by several the lowest code
answers, so that a point never has two grids; and a point that falls into a crack narrower than `CRACK` between
neighbours (rounded borders do not meet exactly) belongs to one of them. Outside every grid the answer is None.
"""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.utils import timezone
from shapely.geometry import shape

from grids.models import Grid, Kind

CRACK = 2e-6
"""In degrees: about 20 cm."""


NOWHERE = (1.0, 1.0, -1.0, -1.0)


class LocateIndex:
    """The base and dedicated grids of one district that are in force, ready for look-ups. Never changes."""

    def __init__(self, rows: Iterable[tuple[int, str, str, dict[str, Any]]]) -> None:
        """Take (pk, kind, code, boundary) of each grid; boundaries are GeoJSON in WGS-84."""
        ranked = sorted(rows, key=lambda row: (row[1] != Kind.DEDICATED, row[2]))
        self.pks = [row[0] for row in ranked]
        self.ranks = [(row[1] != Kind.DEDICATED, row[2]) for row in ranked]
        """Sorts the best answer first, across districts too."""
        geometries = [shape(row[3]) for row in ranked]
        self.tree = shapely.STRtree(geometries)
        self.bounds: tuple[float, ...] = tuple(shapely.total_bounds(geometries)) if geometries else NOWHERE

    def __len__(self) -> int:
        return len(self.pks)

    def locate(self, lng: float, lat: float) -> int | None:
        """Return the primary key of the point's grid; degrees in WGS-84."""
        rank = self.rank(lng, lat)
        return None if rank is None else self.pks[rank]

    def rank(self, lng: float, lat: float) -> int | None:
        """Return the place of the point's grid in `pks` and `ranks`: of several, the first."""
        point = shapely.Point(lng, lat)
        found: list[int] = self.tree.query(point, predicate="intersects").tolist()
        return min(found) if found else self._across_a_crack(point)

    def locate_many(self, points: Any) -> list[int | None]:
        """Return `locate` for many points at once: a sequence or array of (lng, lat) in degrees."""
        places: Any = shapely.points(np.asarray(points, dtype=float).reshape(-1, 2))
        which, grid = self.tree.query(places, predicate="intersects")
        best = np.full(len(places), len(self.pks))
        np.minimum.at(best, which, grid)
        answers: list[int | None] = [self.pks[rank] if rank < len(self.pks) else None for rank in best.tolist()]
        for index in np.flatnonzero(best == len(self.pks)).tolist():
            rank = self._across_a_crack(places[index])
            answers[index] = None if rank is None else self.pks[rank]
        return answers

    def covers_box(self, lng: float, lat: float) -> bool:
        """Say whether the point lies in the rectangle around all grids."""
        west, south, east, north = self.bounds
        return west - CRACK <= lng <= east + CRACK and south - CRACK <= lat <= north + CRACK

    def _across_a_crack(self, point: shapely.Point) -> int | None:
        if not (math.isfinite(point.x) and math.isfinite(point.y)):
            return None
        near: list[int] = self.tree.query(point, predicate="dwithin", distance=CRACK).tolist()
        return min(near) if len(near) > 1 else None


@dataclass(frozen=True)
class _Kept:
    version: tuple[int, int, dt.date]
    index: LocateIndex


_kept: dict[int, _Kept] = {}


def locate(lng: float, lat: float) -> Grid | None:
    """Return the base or dedicated grid of a point, None outside every grid; degrees in WGS-84. Two queries."""
    best: tuple[tuple[bool, str], int] | None = None
    for index in _indexes():
        rank = index.rank(lng, lat) if index.covers_box(lng, lat) else None
        if rank is not None and (best is None or index.ranks[rank] < best[0]):
            best = index.ranks[rank], index.pks[rank]
    found: Grid | None = Grid.objects.select_related("parent").filter(pk=best[1]).first() if best else None
    return found


def locate_many(points: Sequence[tuple[float, float]]) -> list[int | None]:
    """Return the primary key of each point's grid, None outside every grid: one query for any number of points."""
    answers: list[int | None] = [None] * len(points)
    for index in _indexes():
        open_ones = [i for i, answer in enumerate(answers) if answer is None]
        if open_ones and len(index):
            for i, answer in zip(open_ones, index.locate_many([points[i] for i in open_ones]), strict=True):
                answers[i] = answer
    return answers


def index_for(district: Grid) -> LocateIndex:
    """Return the district's index as of today: one small query unless its map changed since this process built it."""
    version = Grid.objects.filter(pk=district.pk).values_list("tree_id", "map_version").get()
    return _index(district.pk, *version)


def _indexes() -> list[LocateIndex]:
    """Return the index of every district, by code."""
    districts = Grid.objects.filter(kind=Kind.DISTRICT).order_by("code").values_list("pk", "tree_id", "map_version")
    return [_index(*row) for row in districts]


def _index(district_id: int, tree_id: int, map_version: int) -> LocateIndex:
    version = (tree_id, map_version, timezone.localdate())
    kept = _kept.get(district_id)
    if kept is None or kept.version != version:
        kept = _kept[district_id] = _Kept(version, _build(tree_id))
    return kept.index


def _build(tree_id: int) -> LocateIndex:
    grids = Grid.objects.in_force(timezone.localdate()).filter(
        tree_id=tree_id, kind__in=[Kind.BASE, Kind.DEDICATED], boundary__isnull=False
    )
    return LocateIndex(grids.values_list("pk", "kind", "code", "boundary"))
