"""Point → base grid: our index against a bare shapely STRtree over the same 2,000 grids, point by point."""

import dataclasses
from typing import Any

import numpy as np
import shapely

from bench.results import Result
from bench.timing import medians, seconds
from demo import geometry, plan
from demo.profiles import PROFILES
from grids.locate import LocateIndex
from grids.models import Kind

GRIDS = 2000
POINTS = 20_000
ROUNDS = 9
AT_LEAST_A_SECOND = 20_000


def measure() -> list[Result]:
    """Measure single look-ups; the note tells about the vectorised ones too."""
    profile = dataclasses.replace(PROFILES["rencheng"], grids=GRIDS, workers=GRIDS)
    district = plan.make(profile, 42)
    cells = [(p.kind, p.code, p.area) for p in district.walk() if p.kind == Kind.BASE and p.area is not None]
    rows = [(pk, kind, code, geometry.as_geojson(area)) for pk, (kind, code, area) in enumerate(cells, 1)]
    index = LocateIndex(rows)
    tree = shapely.STRtree([shapely.geometry.shape(row[3]) for row in rows])
    assert district.area is not None
    points = geometry.points_within(district.area, POINTS, np.random.default_rng(7))

    def ours() -> None:
        for lng, lat in points:
            index.locate(lng, lat)

    def bare() -> None:
        for lng, lat in points:
            tree.query(shapely.Point(lng, lat), predicate="intersects")

    array: Any = np.array(points)

    def ours_at_once() -> None:
        index.locate_many(array)

    def bare_at_once() -> None:
        tree.query(shapely.points(array), predicate="intersects")

    each, each_bare, many, many_bare = medians(
        [lambda side=side: seconds(side) for side in (ours, bare, ours_at_once, bare_at_once)],  # type: ignore[misc]
        ROUNDS,
    )
    note = (
        f"{POINTS / each:,.0f} look-ups a second at {len(rows):,} grids (wanted: {AT_LEAST_A_SECOND:,}), bare tree "
        f"{POINTS / each_bare:,.0f}; all at once {POINTS / many:,.0f} against {POINTS / many_bare:,.0f}"
    )
    return [Result("locate", each, each_bare, each / each_bare, note, at_most=1.5)]
