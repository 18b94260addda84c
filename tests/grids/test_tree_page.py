"""The tree and a node through HTTP: who sees what, how it opens, how it is found."""

import datetime as dt
import json

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from grids.models import Grid, Kind
from grids.views.maps import LOCATE_PER_MINUTE
from tests.factories import Line, make_grid, make_line, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> Line:
    return make_line("worker", "secretary", "admin")


def get(client: Client, user: object, name: str, *args: object, **query: str) -> object:
    client.force_login(user)
    return client.get(reverse(name, args=args), query)


def test_the_tree_is_for_those_who_are_signed_in(client: Client, line: Line) -> None:
    assert client.get(reverse("grids:tree")).status_code == 302


def test_the_tree_shows_the_district_and_its_streets_with_their_counts(client: Client, line: Line) -> None:
    page = get(client, line.admin, "grids:tree").content.decode()
    assert line.district.name in page
    assert line.street.name in page
    assert line.community.name not in page
    assert "2 人在岗" in page  # worker and secretary are posted below the street, the administrator is not


def test_somebody_without_a_post_sees_no_district(client: Client, line: Line) -> None:
    stranger = make_user()
    assert line.district.name not in get(client, stranger, "grids:tree").content.decode()
    assert get(client, stranger, "grids:detail", line.base.pk).status_code == 404
    assert get(client, stranger, "grids:children", line.district.pk).status_code == 404
    assert get(client, stranger, "grids:boundaries", within=str(line.district.pk)).status_code == 404


def test_another_district_does_not_exist_for_me(client: Client, line: Line) -> None:
    other = make_line("worker", lng=117.5)
    assert get(client, line.worker, "grids:detail", other.base.pk).status_code == 404
    assert other.base.name not in get(client, line.worker, "grids:tree", q=other.base.code).content.decode()
    assert other.base.name not in get(client, line.worker, "grids:suggest", q=other.base.code).content.decode()


def test_a_branch_opens_one_level(client: Client, line: Line) -> None:
    page = get(client, line.worker, "grids:children", line.street.pk).content.decode()
    assert line.community.name in page
    assert line.base.name not in page
    assert "<html" not in page


def test_a_node_is_found_by_part_of_its_name_or_the_start_of_its_code(client: Client, line: Line) -> None:
    Grid.objects.filter(pk=line.base.pk).update(name="京杭佳苑第一网格")
    page = get(client, line.worker, "grids:tree", q="佳苑").content.decode()
    assert "京杭佳苑第一网格" in page
    assert line.community.name in page  # where it lies
    assert "京杭佳苑第一网格" in get(client, line.worker, "grids:tree", q=line.base.code[:-1]).content.decode()
    assert "没有网格叫这个名称" in get(client, line.worker, "grids:tree", q="无此网格").content.decode()


def test_hostile_words_in_the_search_are_only_words(client: Client, line: Line) -> None:
    page = get(client, line.worker, "grids:tree", q="<script>alert(1)</script>%_\\'").content.decode()
    assert "<script>alert" not in page


def test_the_tree_takes_as_many_queries_for_forty_streets_as_for_one(
    client: Client, line: Line, django_assert_max_num_queries: object
) -> None:
    for _ in range(39):
        make_grid(line.district)
    client.force_login(line.worker)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("grids:tree")).status_code == 200
    with django_assert_max_num_queries(12):
        assert client.get(reverse("grids:tree"), {"q": "Street"}).status_code == 200


def test_a_node_shows_its_people_its_facts_and_its_neighbours(
    client: Client, line: Line, django_assert_max_num_queries: object
) -> None:
    beside = json.loads(json.dumps(line.base.boundary))
    beside["coordinates"][0] = [[lng + 0.01, lat] for lng, lat in beside["coordinates"][0]]
    neighbour = make_grid(line.community, boundary=beside)
    far = make_grid(
        line.community, boundary={**beside, "coordinates": [[[x + 0.05, y] for x, y in beside["coordinates"][0]]]}
    )
    Grid.objects.filter(pk=line.base.pk).update(households=420, four_sides="东至运河路")
    get(client, line.worker, "grids:tree")  # the first page also writes when the person was last seen
    with django_assert_max_num_queries(12):
        page = client.get(line.base.get_absolute_url()).content.decode()
    assert "Worker" in page
    assert "Secretary" not in page
    assert "420" in page
    assert "东至运河路" in page
    assert neighbour.name in page
    assert far.name not in page


def test_people_on_duty_are_shown_by_their_photo_where_there_is_one(client: Client, line: Line) -> None:
    photo = reverse("grids:post-photo", args=[line.worker.posts.get().pk])
    assert photo not in get(client, line.secretary, "grids:detail", line.base.pk).content.decode()
    line.worker.photo.save("face.jpg", ContentFile(b"face"))
    assert photo in get(client, line.secretary, "grids:detail", line.base.pk).content.decode()
    assert b"".join(client.get(photo).streaming_content) == b"face"
    client.force_login(make_line("worker", lng=117.5).worker)
    assert client.get(photo).status_code == 404


def test_a_closed_node_says_so(client: Client, line: Line) -> None:
    Grid.objects.filter(pk=line.base.pk).update(valid_to=dt.date(2026, 1, 31))
    assert "2026-01-31" in get(client, line.worker, "grids:detail", line.base.pk).content.decode()


def test_boundaries_are_the_node_and_its_children(client: Client, line: Line) -> None:
    answer = get(client, line.worker, "grids:boundaries", within=str(line.community.pk)).json()
    assert [(f["id"], f["properties"]["own"]) for f in answer["features"]] == [
        (line.community.pk, True),
        (line.base.pk, False),
    ]
    assert answer["features"][1]["geometry"]["type"] == "Polygon"
    assert answer["features"][1]["properties"]["url"] == line.base.get_absolute_url()


def test_boundaries_of_a_kind_are_all_of_it_below(client: Client, line: Line) -> None:
    dedicated = make_grid(line.community, kind=Kind.DEDICATED)
    answer = get(client, line.worker, "grids:boundaries", within=str(line.district.pk), kind="base").json()
    assert {f["id"] for f in answer["features"]} == {line.district.pk, line.base.pk, dedicated.pk}
    assert get(client, line.worker, "grids:boundaries", within=str(line.district.pk), kind="x").status_code == 400
    assert get(client, line.worker, "grids:boundaries", within="x").status_code == 404


def test_boundaries_are_sent_again_only_after_a_change(client: Client, line: Line) -> None:
    client.force_login(line.worker)
    url = reverse("grids:boundaries", query={"within": line.district.pk})
    first = client.get(url)
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    Grid.objects.filter(pk=line.district.pk).update(map_version=99)
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_locate_names_the_grid_of_a_point_and_says_when_there_is_none(client: Client, line: Line) -> None:
    found = get(client, line.worker, "grids:locate", lng="116.505", lat="35.405").json()["grid"]
    assert found["id"] == line.base.pk
    assert found["path"] == f"{line.street.name} › {line.community.name} › {line.base.name}"
    assert get(client, line.worker, "grids:locate", lng="120", lat="20").json() == {"grid": None}


def test_locate_reads_other_systems(client: Client, line: Line) -> None:
    edge = {"lng": "116.5055", "lat": "35.405"}
    assert get(client, line.worker, "grids:locate", **edge, crs="gcj02").json()["grid"]["id"] == line.base.pk
    assert get(client, line.worker, "grids:locate", lng="116.5002", lat="35.405", crs="gcj02").json()["grid"] is None


@pytest.mark.parametrize(
    "query", [{}, {"lng": "x", "lat": "1"}, {"lng": "nan", "lat": "1"}, {"lng": "181", "lat": "1"},
              {"lng": "1e400", "lat": "1"}, {"lng": "116", "lat": "35", "crs": "mars"}]
)  # fmt: skip
def test_locate_refuses_what_is_no_point(client: Client, line: Line, query: dict[str, str]) -> None:
    assert get(client, line.worker, "grids:locate", **query).status_code == 400


def test_locate_tells_nothing_of_another_district(client: Client, line: Line) -> None:
    make_line("worker", lng=117.5)
    assert get(client, line.worker, "grids:locate", lng="117.505", lat="35.405").json() == {"grid": None}


@pytest.mark.usefixtures("stopped_clock")
def test_locate_is_not_for_scrapers(client: Client, line: Line) -> None:
    client.force_login(line.worker)
    url = reverse("grids:locate", query={"lng": "116.505", "lat": "35.405"})
    answers = [client.get(url).status_code for _ in range(LOCATE_PER_MINUTE + 1)]
    assert answers == [200] * LOCATE_PER_MINUTE + [429]
