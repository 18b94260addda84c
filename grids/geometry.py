"""Read a boundary, refuse an unsound one, measure it in metres. Boundaries are GeoJSON polygons in WGS-84."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from grids.coordinates import geometry_to_wgs84
from grids.errors import Refused

MAX_VERTICES = 50_000
DECIMALS = 7
"""Of a degree, as stored: about a centimetre."""

Area = Polygon | MultiPolygon


class InvalidBoundary(Refused):
    """The boundary is not a sound area, sticks out or covers a sibling; `problems` says what and where."""

    def __init__(self, problems: "list[Problem]") -> None:
        super().__init__(" ".join(problem.message for problem in problems), field="boundary")
        self.problems = problems


@dataclass(frozen=True)
class Problem:
    """One fault of one boundary: whose, with whom, and by how many m²."""

    code: str
    message: str
    other_code: str = ""
    amount_m2: float = 0.0


def read_geometry(geojson: Any, code: str = "", crs: str = "wgs84") -> Area:
    """Read a GeoJSON geometry (or a Feature's) as a sound polygon in WGS-84; raises InvalidBoundary naming `code`."""
    geometry = _shape(geojson)
    fault = _("the boundary must be a polygon.") if geometry is None else _unreadable(geometry)
    if geometry is not None and not fault:
        geometry = _rounded(geometry_to_wgs84(geometry, crs))
        fault = _unsound(geometry)
    if geometry is None or fault:
        raise InvalidBoundary([Problem(code, f"{code} {fault}".strip())])
    return geometry


def to_geojson(geometry: Area) -> dict[str, Any]:
    """Write a geometry as it is stored: GeoJSON, degrees to the centimetre."""
    found: dict[str, Any] = mapping(_rounded(geometry))
    return {"type": found["type"], "coordinates": _lists(found["coordinates"])}


def area_m2(geometry: BaseGeometry) -> float:
    """Return the area on the WGS-84 ellipsoid in m²; the geometry is in degrees."""
    return 0.0 if geometry.is_empty else float(_flat(geometry).area)


def length_m(geometry: BaseGeometry) -> float:
    """Return the length of the outline in metres; the geometry is in degrees."""
    return 0.0 if geometry.is_empty else float(_flat(geometry).length)


def _shape(geojson: Any) -> Area | None:
    if isinstance(geojson, Mapping) and geojson.get("type") == "Feature":
        geojson = geojson.get("geometry")
    if not isinstance(geojson, Mapping) or geojson.get("type") not in {"Polygon", "MultiPolygon"}:
        return None
    try:
        geometry = shapely.force_2d(shape({"type": geojson["type"], "coordinates": geojson["coordinates"]}))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, shapely.errors.ShapelyError):
        return None
    return geometry if isinstance(geometry, Area) else None


def _unreadable(geometry: Area) -> str:
    """Say in a sentence why these points are no outline on the earth; empty when they are."""
    if geometry.is_empty:
        return _("the boundary is empty.")
    points = shapely.get_coordinates(geometry)
    if len(points) > MAX_VERTICES:
        return _("the boundary has %(count)d points; %(most)d are the most.") % {
            "count": len(points),
            "most": MAX_VERTICES,
        }
    if not (np.isfinite(points).all() and (np.abs(points) <= [180, 90]).all()):
        return _("the boundary has points that are no degrees of longitude and latitude.")
    return ""


def _unsound(geometry: Area) -> str:
    """Say in a sentence where the outline crosses itself; empty when it does not."""
    if geometry.is_valid:
        return ""
    reason, _bracket, place = explain_validity(geometry).partition("[")
    lng, _space, lat = place.rstrip("]").partition(" ")
    if "Self-intersection" in reason or "disconnected" in reason:
        words = _("the boundary crosses or touches itself near %(lng).6f, %(lat).6f.")
    else:
        words = _(
            "the boundary has a hole outside it, a part inside another or too few points near %(lng).6f, %(lat).6f."
        )
    return words % {"lng": float(lng or "nan"), "lat": float(lat or "nan")}


def _rounded(geometry: Any) -> Any:
    rounded: Area = shapely.transform(geometry, lambda points: np.round(points, DECIMALS))
    return rounded


def _lists(coordinates: Any) -> Any:
    return [_lists(part) for part in coordinates] if isinstance(coordinates, list | tuple) else coordinates


# Area without distortion: the cylindrical equal-area projection of the ellipsoid, true to scale at the geometry's own
# latitude so that lengths come out right as well.
_SEMI_MAJOR = 6_378_137.0
_FLATTENING = 1 / 298.257223563
_E2 = _FLATTENING * (2 - _FLATTENING)
_E = math.sqrt(_E2)


def _flat(geometry: BaseGeometry) -> BaseGeometry:
    """Project degrees to metres."""
    middle = math.radians((geometry.bounds[1] + geometry.bounds[3]) / 2)
    scale = math.cos(middle) / math.sqrt(1 - _E2 * math.sin(middle) ** 2)

    def project(points: Any) -> Any:
        sine = np.sin(np.radians(points[:, 1]))
        q = (1 - _E2) * (sine / (1 - _E2 * sine**2) + np.arctanh(_E * sine) / _E)
        return np.column_stack((_SEMI_MAJOR * scale * np.radians(points[:, 0]), _SEMI_MAJOR * q / (2 * scale)))

    flat: BaseGeometry = shapely.transform(geometry, project)
    return flat
