"""WGS-84, GCJ-02 and BD-09 (DOMAIN.md §3.1). Everything is stored in WGS-84; convert at the edges only.

GCJ-02 shifts each point of China by some hundred metres, by a smooth function of its place. The way back has no
formula: it is found by iteration, which halves the error many times over in each round. BD-09 turns GCJ-02 a
little further. All functions take degrees, as numbers or as numpy arrays, and return the same.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

Degrees = TypeVar("Degrees", float, np.ndarray[Any, np.dtype[np.float64]])
Shift = Callable[[Any, Any], tuple[Any, Any]]

CRS = ("wgs84", "gcj02", "bd09")

_A = 6_378_245.0
"""Semi-major axis of the Krasovsky 1940 ellipsoid, on which GCJ-02 computes its shift."""
_E2 = 0.006_693_421_622_965_943
_BD_ANGLE = np.pi * 3000 / 180
_ROUNDS = 8


def wgs84_to_gcj02(lng: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Shift from WGS-84 to GCJ-02; points outside China's rectangle stay where they are."""
    d_lng, d_lat = _offset(lng, lat)
    return lng + d_lng, lat + d_lat


def gcj02_to_wgs84(lng: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Shift back from GCJ-02 to WGS-84, to within a millimetre."""
    return _inverse(wgs84_to_gcj02, lng, lat)


def gcj02_to_bd09(lng: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Turn GCJ-02 into Baidu's BD-09."""
    radius = np.hypot(lng, lat) + 0.00002 * np.sin(lat * _BD_ANGLE)
    angle = np.arctan2(lat, lng) + 0.000003 * np.cos(lng * _BD_ANGLE)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def bd09_to_gcj02(lng: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Turn BD-09 back into GCJ-02, to within a millimetre."""
    return _inverse(gcj02_to_bd09, lng, lat)


def to_wgs84(lng: float, lat: float, crs: str) -> tuple[float, float]:
    """Convert one point to WGS-84. `crs` is one of `CRS`, else ValueError."""
    found = _to_wgs84(lng, lat, crs)
    return float(found[0]), float(found[1])


def geometry_to_wgs84(geometry: BaseGeometry, crs: str) -> BaseGeometry:
    """Convert a shapely geometry, vertex by vertex."""
    if crs == "wgs84":
        return geometry

    def convert(points: Any) -> Any:
        return np.column_stack(_to_wgs84(points[:, 0], points[:, 1], crs))

    converted: BaseGeometry = shapely.transform(geometry, convert)
    return converted


def _to_wgs84(lng: Any, lat: Any, crs: str) -> tuple[Any, Any]:
    if crs not in CRS:
        message = f"Unknown coordinate system {crs!r}; known are {', '.join(CRS)}."
        raise ValueError(message)
    if crs == "bd09":
        lng, lat = bd09_to_gcj02(lng, lat)
    return (lng, lat) if crs == "wgs84" else gcj02_to_wgs84(lng, lat)


def _inverse(forward: Shift, lng: Any, lat: Any) -> tuple[Any, Any]:
    """Find the point that `forward` takes to (lng, lat): correct a guess by what it misses, a fixed number of times."""
    x, y = lng, lat
    for _ in range(_ROUNDS):
        there_x, there_y = forward(x, y)
        x, y = x - (there_x - lng), y - (there_y - lat)
    return x, y


def _offset(lng: Any, lat: Any) -> tuple[Any, Any]:
    """Return GCJ-02's shift in degrees at a WGS-84 point."""
    x, y = lng - 105.0, lat - 35.0
    wave = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north += (wave + 20 * np.sin(np.pi * y) + 40 * np.sin(np.pi * y / 3)) * 2 / 3
    north += (160 * np.sin(np.pi * y / 12) + 320 * np.sin(np.pi * y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    east += (wave + 20 * np.sin(np.pi * x) + 40 * np.sin(np.pi * x / 3)) * 2 / 3
    east += (150 * np.sin(np.pi * x / 12) + 300 * np.sin(np.pi * x / 30)) * 2 / 3
    phi = np.radians(lat)
    curve = 1 - _E2 * np.sin(phi) ** 2
    inside = _in_china(lng, lat)
    d_lat = np.degrees(north * curve * np.sqrt(curve) / (_A * (1 - _E2)))
    d_lng = np.degrees(east * np.sqrt(curve) / (_A * np.cos(phi)))
    return np.where(inside, d_lng, 0.0)[()], np.where(inside, d_lat, 0.0)[()]


def _in_china(lng: Any, lat: Any) -> Any:
    return (lng >= 72.004) & (lng <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)
