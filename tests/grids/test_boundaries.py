"""Boundaries: unsound, outside the parent, over a sibling; each refusal names the codes and the square metres."""

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape

from grids import actions, boundaries
from grids.geometry import InvalidBoundary, area_m2, length_m, read_geometry, to_geojson
from grids.models import Kind
from tests.grids.places import METRE, SOUTH, WEST, box, fresh, grow_district

BOW_TIE = {
    "type": "Polygon",
    "coordinates": [[[116.5, 35.4], [116.6, 35.5], [116.6, 35.4], [116.5, 35.5], [116.5, 35.4]]],
}
HOLE_OUTSIDE = {
    "type": "Polygon",
    "coordinates": [*box(0, 0)["coordinates"], *box(0.5, 0.5)["coordinates"]],
}


def problems_of(node, geometry, **more):
    with pytest.raises(InvalidBoundary) as refused:
        actions.set_boundary(node, geometry, actor=None, **more)
    return refused.value.problems


def area_of_degrees(west, south, east, north):
    """Return the area of a rectangle of degrees on the ellipsoid, by integrating strips: an independent reckoning."""
    a, f = 6378137.0, 1 / 298.257223563
    e2, strips, total = f * (2 - f), 2000, 0.0
    step = math.radians(north - south) / strips
    for n in range(strips):
        phi = math.radians(south) + (n + 0.5) * step
        w2 = 1 - e2 * math.sin(phi) ** 2
        total += a / math.sqrt(w2) * math.cos(phi) * a * (1 - e2) / w2**1.5 * step
    return total * math.radians(east - west)


@given(lng=st.floats(-170, 170), lat=st.floats(-80, 79), width=st.floats(0.001, 1), height=st.floats(0.001, 1))
def test_areas_are_square_metres_on_the_ellipsoid(lng, lat, width, height):
    rectangle = shapely.box(lng, lat, lng + width, lat + height)
    assert area_m2(rectangle) == pytest.approx(area_of_degrees(lng, lat, lng + width, lat + height), rel=1e-6)


def test_lengths_are_metres():
    assert length_m(shapely.LineString([(116.5, 35.4), (116.5, 35.5)])) == pytest.approx(11_095, rel=1e-3)
    assert length_m(shapely.LineString([(116.5, 35.4), (116.6, 35.4)])) == pytest.approx(9_083, rel=1e-3)


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        (BOW_TIE, "crosses or touches itself near 116.55"),
        (HOLE_OUTSIDE, "hole outside"),
        ({"type": "Point", "coordinates": [116.5, 35.4]}, "must be a polygon"),
        ({"type": "Polygon", "coordinates": [[[116.5, 35.4], [116.6, 35.4]]]}, "must be a polygon"),
        ({"type": "Polygon", "coordinates": "x"}, "must be a polygon"),
        ({"type": "Polygon", "coordinates": [[[None, 1], [2, 3], [4, 5], [6, 7]]]}, "must be a polygon"),
        ({"type": "Polygon"}, "must be a polygon"),
        ({"type": "Polygon", "coordinates": []}, "is empty"),
        (
            {"type": "Polygon", "coordinates": [[[500000, 4e6], [500001, 4e6], [500001, 4e6 + 1], [500000, 4e6]]]},
            "degrees",
        ),
        ({"type": "Polygon", "coordinates": [[[math.nan, 1], [2, 3], [4, 5], [math.nan, 1]]]}, "degrees|polygon"),
        ([], "must be a polygon"),
        ("POLYGON", "must be a polygon"),
        ({"type": "Polygon", "coordinates": [[[n / 1e6, 1] for n in range(50_001)]]}, "are the most"),
    ],
)
def test_what_is_no_sound_area_is_refused_with_its_code(geometry, words):
    with pytest.raises(InvalidBoundary, match=words) as refused:
        read_geometry(geometry, "370811001")
    (problem,) = refused.value.problems
    assert problem.code == "370811001"
    assert problem.message.startswith("370811001 ")


def test_a_third_coordinate_is_dropped_and_digits_below_a_centimetre_too():
    ring = [[116.123456789, 35.4, 12.0], [116.2, 35.4, 3.0], [116.2, 35.5, 4.0], [116.123456789, 35.4, 12.0]]
    kept = to_geojson(read_geometry({"type": "Polygon", "coordinates": [ring]}))
    assert kept["coordinates"][0][0] == [116.1234568, 35.4]


def test_a_feature_is_read_like_its_geometry():
    assert read_geometry({"type": "Feature", "properties": {}, "geometry": box(0, 0)}).equals(shape(box(0, 0)))


@pytest.mark.django_db
def test_a_boundary_is_stored_in_wgs84_and_taken_away_again():
    nodes = grow_district()
    kept = actions.set_boundary(nodes["district"], box(0, 0), actor=None, crs="gcj02").boundary
    west, south, *_ = shape(kept).bounds
    assert (west, south) == pytest.approx((WEST - 0.0052, SOUTH + 0.0005), abs=5e-4)

    assert actions.set_boundary(nodes["district"], None, actor=None).boundary is None


@pytest.mark.django_db
def test_a_boundary_outside_the_nearest_one_above_is_refused_by_so_many_square_metres():
    nodes = grow_district()
    actions.set_boundary(nodes["district"], box(0, 0), actor=None)
    (problem,) = problems_of(nodes["base"], box(0.008, 0, 0.004, 0.01))  # half of it sticks out to the east

    assert (problem.code, problem.other_code) == (nodes["base"].code, nodes["district"].code)
    assert problem.amount_m2 == pytest.approx(area_m2(shape(box(0.01, 0, 0.002, 0.01))), rel=1e-6)
    assert f"by {round(problem.amount_m2)} m²" in problem.message.replace(",", "")
    assert fresh(nodes["base"]).boundary is None


@pytest.mark.django_db
def test_siblings_may_touch_but_not_overlap():
    nodes = grow_district()
    actions.set_boundary(nodes["base"], box(0, 0, 0.01), actor=None)
    actions.set_boundary(nodes["other_base"], box(0.01, 0, 0.01), actor=None)
    (problem,) = problems_of(nodes["other_base"], box(0.008, 0, 0.012))

    assert (problem.code, problem.other_code) == (nodes["base"].code, nodes["other_base"].code)
    assert problem.amount_m2 == pytest.approx(area_m2(shape(box(0.008, 0, 0.002))), rel=1e-6)


@pytest.mark.django_db
@pytest.mark.parametrize(("metres", "is_let_pass"), [(0.3, True), (5, False)])
def test_a_sliver_as_wide_as_a_line_is_let_pass(metres, is_let_pass):
    nodes = grow_district()
    actions.set_boundary(nodes["base"], box(0, 0, 0.01), actor=None)
    overlapping = box(0.01 - metres * METRE, 0, 0.01)
    if is_let_pass:
        actions.set_boundary(nodes["other_base"], overlapping, actor=None)
    else:
        problems_of(nodes["other_base"], overlapping)


@pytest.mark.django_db
def test_a_boundary_may_not_shrink_below_what_it_holds():
    nodes = grow_district()
    actions.set_boundary(nodes["street"], box(0, 0, 0.02), actor=None)
    actions.set_boundary(nodes["base"], box(0.01, 0, 0.01), actor=None)
    (problem,) = problems_of(nodes["community"], box(0, 0, 0.015))
    assert (problem.code, problem.other_code) == (nodes["base"].code, nodes["community"].code)

    # Taking the community's boundary away leaves the base grid inside the street's.
    actions.set_boundary(nodes["community"], box(0, 0, 0.02), actor=None)
    actions.set_boundary(nodes["community"], None, actor=None)
    # Taking the street's away leaves nothing to lie in.
    actions.set_boundary(nodes["street"], None, actor=None)


@pytest.mark.django_db
def test_a_dedicated_grid_lies_over_base_grids_and_may_reach_into_its_second_community():
    nodes = grow_district()
    actions.set_boundary(nodes["community"], box(0, 0, 0.01), actor=None)
    actions.set_boundary(nodes["other_community"], box(0.01, 0, 0.01), actor=None)
    actions.set_boundary(nodes["base"], box(0, 0, 0.01), actor=None)
    mall = actions.add_node(nodes["community"], actor=None, kind=Kind.DEDICATED, name="Mall")
    across = box(0.008, 0.002, 0.004, 0.004)
    (problem,) = problems_of(mall, across)
    assert problem.other_code == nodes["community"].code

    actions.update_node(mall, actor=None, co_managed_by=nodes["other_community"])
    actions.set_boundary(mall, across, actor=None)

    second = actions.add_node(nodes["community"], actor=None, kind=Kind.DEDICATED, name="Hospital")
    (problem,) = problems_of(second, box(0.0075, 0.002, 0.002, 0.002))
    assert {problem.code, problem.other_code} == {mall.code, second.code}


@pytest.mark.django_db
def test_a_closed_grid_is_in_nobodys_way():
    nodes = grow_district()
    actions.set_boundary(nodes["base"], box(0, 0), actor=None)
    type(nodes["base"]).objects.filter(pk=nodes["base"].pk).update(valid_from="2020-01-01", valid_to="2020-12-31")
    actions.set_boundary(nodes["other_base"], box(0, 0), actor=None)


@pytest.mark.django_db
def test_many_boundaries_are_checked_as_they_will_stand_together(django_assert_max_num_queries):
    nodes = grow_district()
    actions.set_boundary(nodes["base"], box(0, 0, 0.01), actor=None)
    swapped = {
        nodes["community"].pk: read_geometry(box(0, 0, 0.02)),
        nodes["base"].pk: read_geometry(box(0.01, 0, 0.01)),
        nodes["other_base"].pk: read_geometry(box(0, 0, 0.01)),
    }
    day = nodes["base"].valid_from
    with django_assert_max_num_queries(4):
        assert boundaries.check([nodes["base"].tree_id], swapped, day) == []
    swapped[nodes["community"].pk] = read_geometry(box(0, 0, 0.01))
    (problem,) = boundaries.check([nodes["base"].tree_id], swapped, day)
    assert (problem.code, problem.other_code) == (nodes["base"].code, nodes["community"].code)
