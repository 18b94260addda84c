"""GCJ-02 and BD-09 to WGS-84 and back."""

import json
import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from grids.coordinates import (
    bd09_to_gcj02,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    geometry_to_wgs84,
    to_wgs84,
    wgs84_to_gcj02,
)

# One place in three systems (DOMAIN.md §3.1).
WGS84 = (116.5871, 35.4146)
GCJ02 = (116.592391, 35.414152)
BD09 = (116.598989, 35.419877)

china = {"lng": st.floats(73.5, 135), "lat": st.floats(3.8, 53.5)}


def metres(a, b):
    """Return the distance of two near points."""
    return math.hypot((a[0] - b[0]) * 111_320 * math.cos(math.radians(a[1])), (a[1] - b[1]) * 110_600)


def test_the_published_vectors_come_out():
    assert wgs84_to_gcj02(*WGS84) == pytest.approx(GCJ02, abs=1e-6)
    assert gcj02_to_bd09(*GCJ02) == pytest.approx(BD09, abs=1e-6)
    assert metres(to_wgs84(*GCJ02, "gcj02"), WGS84) < 0.2
    assert metres(to_wgs84(*BD09, "bd09"), WGS84) < 0.2
    assert to_wgs84(*WGS84, "wgs84") == WGS84


def test_the_offsets_of_the_district_are_as_measured():
    assert metres(WGS84, GCJ02) == pytest.approx(483, abs=5)
    assert metres(WGS84, BD09) == pytest.approx(1228, abs=10)


@given(**china)
def test_there_and_back_ends_within_a_metre(lng, lat):
    assert metres(gcj02_to_wgs84(*wgs84_to_gcj02(lng, lat)), (lng, lat)) < 0.01
    bd09 = gcj02_to_bd09(*wgs84_to_gcj02(lng, lat))
    assert metres(gcj02_to_wgs84(*bd09_to_gcj02(*bd09)), (lng, lat)) < 0.01


@given(**china)
def test_the_shift_stays_small(lng, lat):
    assert metres((lng, lat), wgs84_to_gcj02(lng, lat)) < 1000


@pytest.mark.parametrize("place", [(-0.1276, 51.5072), (151.2, -33.9), (0.0, 0.0)])
def test_points_far_from_china_stay_where_they_are(place):
    assert to_wgs84(*place, "gcj02") == place


def test_an_unknown_system_is_refused():
    with pytest.raises(ValueError, match="known are wgs84, gcj02, bd09"):
        to_wgs84(116.5, 35.4, "cgcs")


def test_a_shape_is_converted_vertex_by_vertex():
    ring = [[GCJ02[0] + dx, GCJ02[1] + dy] for dx, dy in ((0, 0), (0.01, 0), (0.01, 0.01), (0, 0))]
    shape = shapely.from_geojson(json.dumps({"type": "Polygon", "coordinates": [ring]}))
    converted = shapely.get_coordinates(geometry_to_wgs84(shape, "gcj02")).tolist()
    assert converted == [pytest.approx(to_wgs84(*point, "gcj02"), abs=1e-9) for point in ring]
