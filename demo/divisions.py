"""The real rows that the demo is built on: divisions of 370811 and its outline (demo/data/README.md)."""

import csv
from collections.abc import Iterator
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from grids.coordinates import geometry_to_wgs84

DATA = Path(__file__).resolve().parent / "data"


def rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of `streets`, `villages` or `centres`."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def outline() -> BaseGeometry:
    """Return the outline of 370811 in WGS-84 degrees; it is published in GCJ-02."""
    return geometry_to_wgs84(shapely.from_geojson((DATA / "370811_gcj02.geojson").read_text()), "gcj02")


def centres() -> dict[str, tuple[float, float]]:
    """Map each street's code to the point its cell grows from (WGS-84 degrees)."""
    return {row["code"]: (float(row["lng"]), float(row["lat"])) for row in rows("centres")}
