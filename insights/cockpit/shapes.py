"""Boundaries as paths of one inline drawing: no tiles, nothing fetched, nothing that a screen could lose."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.core.cache import cache

from grids import outlines
from grids.models import Grid

WIDTH, HEIGHT, MARGIN = 1000, 720, 14
KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Shape:
    """A node's outline in the drawing's units, and where its name stands."""

    path: str
    x: float
    y: float
    width: float
    """How wide the outline is: small ones are named by a number alone."""


def shapes(node: Grid, children: Sequence[Grid], version: int) -> dict[int, Shape]:
    """Return the outlines of the children, or of the node itself where none is drawn; kept until a boundary changes.

    One query where they are not kept.
    """
    key = f"cockpit:shapes:{node.pk}:{version}:{hash(tuple(child.pk for child in children))}"
    found: dict[int, Shape] | None = cache.get(key)
    if found is None:
        wanted = [child.pk for child in children] or [node.pk]
        rows = Grid.objects.filter(pk__in=wanted).only("pk", "name", "code", "kind", "boundary").order_by("lft")
        found = _drawn(list(rows))
        cache.set(key, found, KEPT_SECONDS)
    return found


def _drawn(nodes: list[Grid]) -> dict[int, Shape]:
    features = json.loads(outlines.collection(nodes))["features"]
    geometries = {f["id"]: shapely.from_geojson(json.dumps(f["geometry"])) for f in features if f["geometry"]}
    if not geometries:
        return {}
    west, south, east, north = shapely.total_bounds(list(geometries.values()))
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * squeeze, 1e-9), max(north - south, 1e-9)
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
    left, top = (WIDTH - wide * scale) / 2, (HEIGHT - high * scale) / 2

    def project(points: Any) -> Any:
        moved = points.copy()
        moved[:, 0] = left + (points[:, 0] - west) * squeeze * scale
        moved[:, 1] = top + (north - points[:, 1]) * scale
        return moved

    return {pk: _shape(shapely.transform(geometry, project)) for pk, geometry in geometries.items()}


def _shape(geometry: Any) -> Shape:
    centre = shapely.point_on_surface(geometry)
    left, _top, right, _bottom = geometry.bounds
    return Shape(_path(geometry), round(centre.x, 1), round(centre.y, 1), round(right - left, 1))


def _path(geometry: Any) -> str:
    rings = [ring for part in shapely.get_parts(geometry) for ring in (part.exterior, *part.interiors)]
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring.coords[:-1]) + "Z" for ring in rings)
