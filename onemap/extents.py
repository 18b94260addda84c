"""Rectangles around the base and dedicated grids of a district: which grids a part of the map touches."""

import json
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from django.utils import timezone

from grids.models import Grid, Kind

SLACK = 0.0005
"""In degrees: houses stand a little beyond a border that was drawn roughly."""


def grids_in(district: Grid, box: tuple[float, float, float, float]) -> list[int]:
    """Return the keys of the grids whose rectangle meets the box."""
    keys, bounds = _bounds(district.tree_id, district.map_version, timezone.localdate().toordinal())
    west, south, east, north = box
    meets = (bounds[:, 0] <= east + SLACK) & (bounds[:, 2] >= west - SLACK)
    meets &= (bounds[:, 1] <= north + SLACK) & (bounds[:, 3] >= south - SLACK)
    found: list[int] = keys[meets].tolist()
    return found


@lru_cache(maxsize=8)
def _bounds(tree_id: int, _version: int, _day: int) -> tuple[Any, Any]:
    grids = Grid.objects.filter(tree_id=tree_id, kind__in=(Kind.BASE, Kind.DEDICATED)).exclude(boundary=None)
    rows = list(grids.in_force(timezone.localdate()).values_list("pk", "boundary"))
    shapes = shapely.from_geojson([json.dumps(boundary) for _pk, boundary in rows])
    return np.array([pk for pk, _boundary in rows], dtype=int), shapely.bounds(shapes).reshape(-1, 4)
