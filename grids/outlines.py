"""Boundaries as one small GeoJSON file for a map: simplified together, so that neighbours keep their common edge."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from grids.models import Grid

MAP_PIXELS = 1200
"""Detail below one pixel of a map this wide is left out."""
DECIMALS = 5
"""About a metre."""


def collection(nodes: Sequence[Grid], own: Grid | None = None) -> str:
    """Return a FeatureCollection (WGS-84, as text) of these nodes, and of `own` as the frame around them.

    A node without a boundary has a feature without a geometry: it is there, but not drawn yet.
    """
    frame = [own] if own is not None and own not in nodes else []
    features = [_feature(node, outline, own=True) for node, outline in zip(frame, _simple(frame), strict=True)]
    features += [_feature(node, outline, own=False) for node, outline in zip(nodes, _simple(nodes), strict=True)]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))


def anonymous(node: Grid) -> str:
    """Return a FeatureCollection of one node that says nothing but its name and shape: for pages without sign-in."""
    feature = {"type": "Feature", "geometry": _simple([node])[0], "properties": {"id": 0, "name": node.name}}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False)


def _feature(node: Grid, geometry: Any, *, own: bool) -> dict[str, Any]:
    properties = {"id": node.pk, "name": node.name, "code": node.code, "kind": node.kind, "own": own}
    properties["url"] = node.get_absolute_url()
    return {"type": "Feature", "id": node.pk, "geometry": geometry, "properties": properties}


def _simple(nodes: Sequence[Grid]) -> list[Any]:
    """Return one GeoJSON geometry or None per node, simplified to the size of the map that shows them all."""
    drawn = [index for index, node in enumerate(nodes) if node.boundary]
    found: list[Any] = [None] * len(nodes)
    if not drawn:
        return found
    shapes = shapely.from_geojson([json.dumps(nodes[index].boundary) for index in drawn])
    west, south, east, north = shapely.total_bounds(shapes)
    tolerance = max(east - west, north - south) / MAP_PIXELS
    simplify = shapely.coverage_simplify if len(drawn) > 1 else shapely.simplify
    shapes = simplify(shapes, tolerance)
    shapes = shapely.transform(shapes, lambda points: np.round(points, DECIMALS))
    for index, text in zip(drawn, shapely.to_geojson(shapes), strict=True):
        found[index] = json.loads(text)
    return found
