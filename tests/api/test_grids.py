"""The tree through the API: what one may see of it, filters, and the grid of a point."""

import pytest

from grids.coordinates import wgs84_to_gcj02
from grids.roles import Role
from tests.factories import make_grid, make_line, make_post, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/grids/"


@pytest.fixture
def line():
    return make_line("worker", "secretary")


def ids(answer) -> set[int]:
    return {row["id"] for row in answer.json()["results"]}


def test_the_list_shows_ones_own_district_and_no_other(api, line):
    other = make_line("worker")
    client = api(line.worker)
    assert ids(client.get(ADDRESS)) == {node.pk for node in (line.district, line.street, line.community, line.base)}
    assert client.get(f"{ADDRESS}{other.base.pk}/").status_code == 404
    assert client.get(ADDRESS, {"parent": other.district.pk}).json()["results"] == []


def test_who_holds_no_post_sees_no_tree(api, line):
    assert ids(api(make_user()).get(ADDRESS)) == set()


def test_filters_narrow_the_list(api, line):
    sister = make_grid(line.community, code="990000000000")
    client = api(line.worker)
    assert ids(client.get(ADDRESS, {"kind": "base"})) == {line.base.pk, sister.pk}
    assert ids(client.get(ADDRESS, {"parent": line.street.pk})) == {line.community.pk}
    assert ids(client.get(ADDRESS, {"code": "9900"})) == {sister.pk}


@pytest.mark.parametrize(
    ("name", "value"), [("kind", "planet"), ("parent", "x"), ("parent", "-1"), ("code", "9" * 30), ("code", "a\0")]
)
def test_a_senseless_filter_is_named(api, line, name, value):
    answer = api(line.worker).get(ADDRESS, {name: value})
    assert answer.status_code == 400
    assert list(answer.json()) == [name]


def test_a_node_shows_its_path_and_boundary(api, line):
    found = api(line.worker).get(f"{ADDRESS}{line.base.pk}/").json()
    assert [node["id"] for node in found["path"]] == [
        n.pk for n in (line.district, line.street, line.community, line.base)
    ]
    assert found["boundary"]["type"] == "Polygon"


def test_the_list_is_read_in_pages_with_a_bounded_number_of_queries(api, line, django_assert_max_num_queries):
    for _ in range(5):
        make_grid(line.community)
    client = api(line.worker)
    with django_assert_max_num_queries(4):
        first = client.get(ADDRESS, {"page_size": 6}).json()
    second = client.get(first["next"]).json()
    codes = [row["code"] for row in first["results"] + second["results"]]
    assert (len(codes), codes) == (9, sorted(codes))


def test_a_point_has_its_grid(api, line):
    found = api(line.worker).get(f"{ADDRESS}locate/", {"lng": 116.505, "lat": 35.405}).json()
    assert found["grid"]["id"] == line.base.pk
    assert found["path"][0]["id"] == line.district.pk


def test_a_reading_in_gcj02_has_the_same_grid_as_in_wgs84(api, line):
    lng, lat = wgs84_to_gcj02(116.5002, 35.4002)
    client = api(line.worker)
    found = client.get(f"{ADDRESS}locate/", {"lng": lng, "lat": lat, "crs": "gcj02"}).json()
    assert found["grid"]["id"] == line.base.pk
    shifted = client.get(f"{ADDRESS}locate/", {"lng": 116.4998, "lat": 35.405, "crs": "gcj02"}).json()
    assert shifted["grid"] is None


def test_outside_every_grid_it_says_so(api, line):
    found = api(line.worker).get(f"{ADDRESS}locate/", {"lng": 123.5, "lat": 33.0}).json()
    assert (found["grid"], found["path"]) == (None, [])
    assert "outside" in found["detail"]


def test_a_grid_of_another_district_is_as_good_as_none(api, line):
    make_line("worker", lng=117.5)
    found = api(line.worker).get(f"{ADDRESS}locate/", {"lng": 117.505, "lat": 35.405}).json()
    assert found["grid"] is None


@pytest.mark.parametrize(
    ("point", "field"),
    [
        ({"lat": 35}, "lng"),
        ({"lng": "east", "lat": 35}, "lng"),
        ({"lng": 116, "lat": 91}, "lat"),
        ({"lng": "nan", "lat": 35}, "lng"),
        ({"lng": "inf", "lat": 35}, "lng"),
        ({"lng": 116, "lat": 35, "crs": "mars"}, "crs"),
    ],
)
def test_a_senseless_point_is_named(api, line, point, field):
    answer = api(line.worker).get(f"{ADDRESS}locate/", point)
    assert answer.status_code == 400
    assert field in answer.json()


def test_an_auditor_sees_no_tree(api, line):
    auditor = make_user()
    make_post(auditor, Role.AUDIT_ADMIN, line.district)
    assert ids(api(auditor).get(ADDRESS)) == set()
