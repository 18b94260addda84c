"""Cut a real outline into invented cells: districts into streets, streets into communities, those into base grids.

The cells of each level are Voronoi cells of scattered points. What makes them fit is the last step: the edges of all
the finest cells are noded together on one grid of 1e-5 degrees (about a metre) and made into faces again, and every
larger cell is the union of its faces. So children lie exactly within their parent and siblings share their edges to
the last digit.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPoint, Point
from shapely.geometry.base import BaseGeometry

PRECISION = 1e-5
"""Degrees; about a metre, and the five decimals that boundaries are stored with."""

RELAXATIONS = 4
"""Rounds of moving each point to the middle of its cell, so that cells come out of similar size."""

STRETCH = 0.82
"""A degree of longitude over one of latitude at 35° north; scattering is done in a plane where both are equal."""


def voronoi(area: BaseGeometry, points: Sequence[tuple[float, float]]) -> list[BaseGeometry]:
    """Cut `area` (degrees) into one cell per point, in the points' order."""
    if len(points) == 1:
        return [area]
    flat = MultiPoint([(x * STRETCH, y) for x, y in points])
    parts: list[BaseGeometry] = list(shapely.get_parts(shapely.voronoi_polygons(flat, extend_to=_flat(area))))
    tree = shapely.STRtree(parts)
    cell_of = dict(tree.query(shapely.get_parts(flat), predicate="within").T.tolist())
    return [_unflat(parts[cell_of[n]]).intersection(area) for n in range(len(points))]


def scatter(area: BaseGeometry, count: int, rng: np.random.Generator) -> list[BaseGeometry]:
    """Cut `area` into `count` cells of similar size at random."""
    points = _inside(area, count, rng)
    cells = voronoi(area, points)
    for _ in range(RELAXATIONS if count > 1 else 0):
        cells = voronoi(area, [_middle(cell) for cell in cells])
    return cells


def fit(cells: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Make neighbouring cells share their edges exactly, on the grid of `PRECISION`; keys are kept."""
    keys, shapes = list(cells), list(cells.values())
    lines = shapely.union_all(shapely.boundary(shapes), grid_size=PRECISION)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    owners = shapely.STRtree(shapes).query_nearest(shapely.point_on_surface(faces), all_matches=False)[1]
    parts: dict[int, list[BaseGeometry]] = {n: [] for n in range(len(keys))}
    for face, owner in zip(faces, owners, strict=True):
        parts[int(owner)].append(face)
    return {key: union(parts[n]) for n, key in enumerate(keys)}


def union(cells: Sequence[BaseGeometry]) -> BaseGeometry:
    """Join cells that share their edges exactly; every vertex is kept."""
    joined: BaseGeometry = shapely.coverage_union_all(list(cells))
    parts: list[BaseGeometry] = list(shapely.get_parts(joined))
    return parts[0] if len(parts) == 1 else joined


def as_geojson(area: BaseGeometry) -> dict[str, Any]:
    """Write a polygon or multipolygon as GeoJSON with five decimals."""
    shape = shapely.geometry.mapping(area)

    def rounded(part: Any) -> Any:
        return round(part, 5) if isinstance(part, float) else [rounded(inner) for inner in part]

    return {"type": shape["type"], "coordinates": rounded(shape["coordinates"])}


def points_within(area: BaseGeometry, count: int, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Draw points evenly from an area."""
    return _inside(area, count, rng)


def _inside(area: BaseGeometry, count: int, rng: np.random.Generator) -> list[tuple[float, float]]:
    west, south, east, north = area.bounds
    shapely.prepare(area)
    found: list[tuple[float, float]] = []
    while len(found) < count:
        drawn = rng.uniform((west, south), (east, north), size=(4 * count + 16, 2))
        inside = shapely.contains_xy(area, drawn[:, 0], drawn[:, 1])
        found.extend((float(x), float(y)) for x, y in drawn[inside])
    return found[:count]


def _middle(cell: BaseGeometry) -> tuple[float, float]:
    middle = cell.centroid
    if not cell.covers(middle):
        middle = cell.point_on_surface()
    assert isinstance(middle, Point)  # noqa: S101 - tells the type checker
    return middle.x, middle.y


def _flat(area: BaseGeometry) -> BaseGeometry:
    return shapely.transform(area, lambda points: points * (STRETCH, 1.0))


def _unflat(area: BaseGeometry) -> BaseGeometry:
    return shapely.transform(area, lambda points: points / (STRETCH, 1.0))
