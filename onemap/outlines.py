"""The boundaries of a level as one small file: simplified together, in whole numbers, packed, and kept by version.

Its form: `{"s": scale, "o": [x, y], "g": [[key, name, x, y, [[ring, …], …]], …]}`. A ring is a flat list of steps
[x, y, dx, dy, …] in 1/scale of a degree of WGS-84, the first from the origin; it is not closed. The point beside the
name lies inside the area: labels stand there. A node without a boundary has no polygon.
"""

import datetime as dt
import gzip
import json
from typing import Any

import numpy as np
import shapely
from django.core.cache import cache
from django.utils import timezone

from grids.models import Grid, Kind

KEPT_S = 3 * 24 * 3600
LEVELS: dict[str, tuple[str, ...]] = {
    Kind.STREET: (Kind.STREET,),
    Kind.COMMUNITY: (Kind.COMMUNITY,),
    Kind.BASE: (Kind.BASE, Kind.DEDICATED),
}
TOLERANCES = (4e-4, 8e-5, 1e-5)
"""In degrees: less than a pixel of the map up to zoom 11, up to zoom 14, and nearer."""
SCALES = (20_000, 100_000, 100_000)
"""Steps in a degree: 5 m, 1 m."""


def version(district: Grid, day: dt.date | None = None) -> str:
    """Return what changes with every change of the district's map, and with the day, on which nodes come and go."""
    return f"{district.map_version}-{day or timezone.localdate():%Y%m%d}"


def packed(district: Grid, level: str, detail: int) -> bytes:
    """Return the gzipped file of a level's nodes in force today; made once for each version and detail."""
    key = f"outlines:{district.pk}:{version(district)}:{level}:{detail}"
    made = cache.get(key)
    if made is None:
        made = gzip.compress(_text(district, level, detail).encode(), 9, mtime=0)
        cache.set(key, made, KEPT_S)
    file: bytes = made
    return file


def unpacked(district: Grid, level: str, detail: int) -> dict[str, Any]:
    """Return the same as data."""
    found: dict[str, Any] = json.loads(gzip.decompress(packed(district, level, detail)))
    return found


def _text(district: Grid, level: str, detail: int) -> str:
    nodes = Grid.objects.in_force(timezone.localdate()).filter(tree_id=district.tree_id, kind__in=LEVELS[level])
    rows = list(nodes.order_by("lft").values_list("pk", "name", "kind", "boundary"))
    return json.dumps(collection(rows, detail), ensure_ascii=False, separators=(",", ":"))


def collection(rows: list[tuple[int, str, str, Any]], detail: int) -> dict[str, Any]:
    """Write (key, name, kind, GeoJSON boundary) of each node in the form above."""
    scale = SCALES[detail]
    drawn = [row for row in rows if row[3]]
    shapes = np.array(shapely.from_geojson([json.dumps(row[3]) for row in drawn]), dtype=object)
    inner = shapely.get_coordinates(shapely.point_on_surface(shapes)) if drawn else np.empty((0, 2))
    origin = np.floor(shapely.total_bounds(shapes)[:2] * scale).astype(int) if drawn else np.zeros(2, int)
    kinds = np.array([row[2] for row in drawn])
    for kind in set(kinds.tolist()):  # dedicated grids lie on base grids: together they are no coverage
        chosen = kinds == kind
        simplify = shapely.coverage_simplify if chosen.sum() > 1 else shapely.simplify
        shapes[chosen] = simplify(shapes[chosen], TOLERANCES[detail])
    places = np.rint(inner * scale).astype(int) - origin
    found = [
        [row[0], row[1], *place.tolist(), _polygons(shape, origin, scale)]
        for row, place, shape in zip(drawn, places, shapes, strict=True)
    ]
    found += [[row[0], row[1], 0, 0, []] for row in rows if not row[3]]
    return {"s": scale, "o": origin.tolist(), "g": found}


def _polygons(shape: Any, origin: Any, scale: int) -> list[list[list[int]]]:
    polygons = [[_ring(ring, origin, scale) for ring in _rings(part)] for part in shapely.get_parts(shape)]
    return [[ring for ring in rings if len(ring) >= 6] for rings in polygons if len(rings[0]) >= 6]


def _rings(polygon: Any) -> list[Any]:
    return [polygon.exterior, *polygon.interiors]


def _ring(ring: Any, origin: Any, scale: int) -> list[int]:
    corners = np.rint(shapely.get_coordinates(ring) * scale).astype(int) - origin
    moved = np.any(np.diff(corners, axis=0) != 0, axis=1)
    corners = corners[:-1][moved]  # the last one is the first
    if not len(corners):
        return []
    steps: list[int] = np.diff(corners, axis=0, prepend=[[0, 0]]).ravel().tolist()
    return steps
