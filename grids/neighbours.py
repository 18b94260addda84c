"""Which nodes border on a node."""

import datetime as dt
import json
from collections.abc import Sequence

import shapely

from grids.models import Grid

NEAR_DEGREES = 0.0002
"""About twenty metres: boundaries are drawn along both sides of a road or canal."""
_BESIDE = {"base": 2, "dedicated": 2, "micro": 1, "community": 1, "street": 1}
"""How many levels up the common ancestor of neighbours is looked for: base grids also across communities."""


def of(node: Grid, path: Sequence[Grid], day: dt.date) -> list[Grid]:
    """Return the nodes of the same kind in force that touch the node, by code; none without a boundary.

    `path` is what lies above the node, district first.
    """
    if not node.boundary or node.kind not in _BESIDE:
        return []
    same = Grid.objects.within(path[-_BESIDE[node.kind]]).in_force(day).filter(kind=node.kind, boundary__isnull=False)
    others = list(same.exclude(pk=node.pk).only("pk", "name", "code", "boundary").order_by("code"))
    if not others:
        return []
    shapes = shapely.from_geojson([json.dumps(other.boundary) for other in others])
    area = shapely.from_geojson(json.dumps(node.boundary))
    near = shapely.dwithin(shapes, area, NEAR_DEGREES)
    return [other for other, is_near in zip(others, near, strict=True) if is_near]
