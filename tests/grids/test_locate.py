"""Which grid a point lies in: one answer on borders, none outside, the dedicated grid first."""

import datetime as dt
import json

import numpy as np
import pytest
import shapely
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from grids import actions, locate
from grids.models import Grid, Kind
from tests.grids.places import SOUTH, WEST, box, fresh, grow_district

SIDE = 0.1
CELLS = 60


def jigsaw(seed=7):
    """Cut a square into cells with crooked numbers for corners, as stored: rounded to 7 decimals."""
    rng = np.random.default_rng(seed)
    square = shapely.box(WEST, SOUTH, WEST + SIDE, SOUTH + SIDE)
    seeds = shapely.multipoints(rng.uniform(0, SIDE, (CELLS, 2)) + [WEST, SOUTH])  # noqa: RUF005 - arrays add up
    cells = [shapely.intersection(cell, square) for cell in shapely.get_parts(shapely.voronoi_polygons(seeds))]
    return [shapely.transform(cell, lambda points: np.round(points, 7)) for cell in cells]


PIECES = jigsaw()
ROWS = [(n, Kind.BASE, f"{n:03d}", json.loads(shapely.to_geojson(piece))) for n, piece in enumerate(PIECES)]
INDEX = locate.LocateIndex(ROWS)
EDGES = [
    (a, b)
    for piece in PIECES
    for a, b in zip(
        shapely.get_coordinates(piece)[:-1].tolist(), shapely.get_coordinates(piece)[1:].tolist(), strict=True
    )
]


@given(x=st.floats(0, SIDE), y=st.floats(0, SIDE))
def test_each_point_of_a_jigsaw_has_exactly_one_answer(x, y):
    found = INDEX.locate(WEST + x, SOUTH + y)
    assert found is not None
    assert shapely.distance(PIECES[found], shapely.Point(WEST + x, SOUTH + y)) < locate.CRACK


@settings(max_examples=300)
@given(edge=st.sampled_from(EDGES), share=st.floats(0, 1))
def test_a_point_on_a_shared_border_has_exactly_one_answer(edge, share):
    (ax, ay), (bx, by) = edge
    lng, lat = ax + (bx - ax) * share, ay + (by - ay) * share
    first = INDEX.locate(lng, lat)
    on_outer_border = min(lng - WEST, WEST + SIDE - lng, lat - SOUTH, SOUTH + SIDE - lat) < 1e-6
    assert first is not None or on_outer_border  # a hair outside the outer border is outside
    assert INDEX.locate_many([(lng, lat)]) == [first]
    assert locate.LocateIndex(reversed(ROWS)).locate(lng, lat) == first  # whatever the order of the rows


def test_on_a_corner_the_lowest_code_answers():
    squares = [
        (n, Kind.BASE, code, box(x, y))
        for n, (code, x, y) in enumerate([("004", 0, 0), ("002", 0.01, 0), ("003", 0, 0.01), ("001", 0.01, 0.01)])
    ]
    index = locate.LocateIndex(squares)
    corner = (squares[3][3]["coordinates"][0][0][0], squares[3][3]["coordinates"][0][0][1])
    assert index.locate(*corner) == 3
    assert index.locate(WEST, SOUTH) == 0


def test_a_crack_between_neighbours_belongs_to_one_of_them_but_a_gap_to_none():
    crack = locate.LocateIndex([(1, Kind.BASE, "1", box(0, 0, 0.01)), (2, Kind.BASE, "2", box(0.01 + 1e-7, 0, 0.01))])
    assert crack.locate(WEST + 0.01 + 5e-8, SOUTH + 0.005) == 1
    gap = locate.LocateIndex([(1, Kind.BASE, "1", box(0, 0, 0.01)), (2, Kind.BASE, "2", box(0.0101, 0, 0.01))])
    assert gap.locate(WEST + 0.01005, SOUTH + 0.005) is None


@pytest.mark.parametrize(
    "point", [(WEST - 1e-7, SOUTH + 0.05), (0, 0), (180, 90), (float("nan"), SOUTH), (1e308, -1e308)]
)
def test_outside_every_grid_there_is_no_answer(point):
    assert INDEX.locate(*point) is None
    assert INDEX.locate_many([point]) == [None]


def test_an_empty_index_answers_none():
    index = locate.LocateIndex([])
    assert index.locate(WEST, SOUTH) is None
    assert index.locate_many([(WEST, SOUTH)]) == [None]
    assert not index.covers_box(WEST, SOUTH)


def test_a_dedicated_grid_beats_the_base_grid_below_it():
    index = locate.LocateIndex(
        [(1, Kind.BASE, "001", box(0, 0)), (2, Kind.DEDICATED, "901", box(0.002, 0.002, 0.002, 0.002))]
    )
    assert index.locate(WEST + 0.003, SOUTH + 0.003) == 2
    assert index.locate(WEST + 0.002, SOUTH + 0.002) == 2  # its border too
    assert index.locate(WEST + 0.008, SOUTH + 0.003) == 1


def test_many_points_get_the_answers_of_one_by_one():
    points = np.random.default_rng(1).uniform(-0.01, SIDE + 0.01, (2000, 2)) + [WEST, SOUTH]  # noqa: RUF005 - arrays add up
    assert INDEX.locate_many(points) == [INDEX.locate(x, y) for x, y in points.tolist()]
    assert None in INDEX.locate_many(points)


@pytest.mark.django_db
def test_a_point_finds_its_grid(django_assert_num_queries):
    nodes = grow_district()
    actions.set_boundary(nodes["base"], box(0, 0), actor=None)
    actions.set_boundary(nodes["other_base"], box(0.01, 0), actor=None)
    assert locate.locate(WEST + 0.005, SOUTH + 0.005) == nodes["base"]
    assert locate.locate(WEST + 0.01, SOUTH + 0.005) == nodes["base"]
    assert locate.locate(WEST + 0.015, SOUTH + 0.005) == nodes["other_base"]
    assert locate.locate(WEST + 0.5, SOUTH) is None
    with django_assert_num_queries(2):
        assert locate.locate(WEST + 0.005, SOUTH + 0.005).parent == nodes["community"]
    points = [(WEST + 0.015, SOUTH + 0.005), (WEST + 0.5, SOUTH)]
    with django_assert_num_queries(1):
        assert locate.locate_many(points) == [nodes["other_base"].pk, None]


@pytest.mark.django_db
def test_only_base_and_dedicated_grids_answer():
    nodes = grow_district()
    for name in ("district", "street", "community"):
        actions.set_boundary(nodes[name], box(0, 0), actor=None)
    micro = actions.add_node(nodes["base"], actor=None, kind=Kind.MICRO, name="Micro")
    actions.set_boundary(micro, box(0, 0), actor=None)
    assert locate.locate(WEST + 0.005, SOUTH + 0.005) is None


@pytest.mark.django_db
def test_a_change_of_the_map_is_known_at_once():
    nodes = grow_district()
    point = WEST + 0.005, SOUTH + 0.005
    assert locate.locate(*point) is None
    actions.set_boundary(nodes["base"], box(0, 0), actor=None)
    assert locate.locate(*point) == nodes["base"]
    assert locate.index_for(nodes["district"]).locate(*point) == nodes["base"].pk
    actions.set_boundary(nodes["base"], None, actor=None)
    assert locate.locate(*point) is None


@pytest.mark.django_db
def test_the_index_is_built_once_while_nothing_changes():
    nodes = grow_district()
    assert locate.index_for(nodes["district"]) is locate.index_for(fresh(nodes["district"]))


@pytest.mark.django_db
def test_a_closed_grid_answers_until_its_last_day():
    nodes = grow_district()
    actions.set_boundary(nodes["base"], box(0, 0), actor=None)
    last = nodes["base"].valid_from
    actions.close_node(nodes["base"], actor=None, day=last)
    point = WEST + 0.005, SOUTH + 0.005
    assert locate.locate(*point) == nodes["base"]
    with time_machine.travel(dt.datetime.combine(last + dt.timedelta(days=1), dt.time(4), dt.UTC), tick=False):
        assert locate.locate(*point) is None


@pytest.mark.django_db
def test_points_of_two_districts_find_the_right_one():
    here, there = grow_district("370811"), grow_district("410102")
    actions.set_boundary(here["base"], box(0, 0), actor=None)
    actions.set_boundary(there["base"], box(0.01, 0), actor=None)
    assert locate.locate(WEST + 0.005, SOUTH + 0.005) == here["base"]
    assert locate.locate(WEST + 0.015, SOUTH + 0.005) == there["base"]
    assert locate.locate(WEST + 0.01, SOUTH + 0.005) == here["base"]  # on the border: the lowest code
    assert locate.locate_many([(WEST + 0.01, SOUTH), (WEST + 0.02, SOUTH)]) == [here["base"].pk, there["base"].pk]
    assert Grid.objects.filter(kind=Kind.DISTRICT).count() == 2
