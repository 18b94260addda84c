"""Changing the tree through its pages: who may, what is refused and how it is said, and that typed words stay."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from grids.models import Grid, Kind
from tests.factories import LONG_AGO, Line, make_grid, make_line, square

pytestmark = pytest.mark.django_db
CODES = {"district": "370811", "street": "370811001", "community": "370811001001", "base": "370811001001001"}


@pytest.fixture
def line(client: Client) -> Line:
    """A line with codes as they must be; the administrator is signed in."""
    line = make_line("worker", "admin")
    for kind, code in CODES.items():
        Grid.objects.filter(pk=getattr(line, kind).pk).update(code=code)
        getattr(line, kind).refresh_from_db()
    client.force_login(line.admin)
    return line


def url(name: str, node: Grid) -> str:
    return reverse(f"grids:{name}", args=[node.pk])


def facts(page: Any, **changes: Any) -> dict[str, Any]:
    """What the browser would send of the form that this page shows, with these changes."""
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    shown = {name: value for name, value in shown.items() if value is not None}
    return shown | changes


NAMES = ["add", "edit", "move", "close", "boundary-edit"]


@pytest.mark.parametrize("name", NAMES)
def test_only_those_who_manage_the_tree_may_change_it(client: Client, line: Line, name: str) -> None:
    assert client.get(url(name, line.community)).status_code == 200
    client.force_login(line.worker)
    assert client.get(url(name, line.community)).status_code == 403
    assert client.post(url(name, line.community)).status_code == 403
    client.force_login(make_line("admin", lng=117.5).admin)
    assert client.get(url(name, line.community)).status_code == 404
    client.logout()
    assert client.get(url(name, line.community)).status_code == 302


def test_the_page_of_a_node_offers_changes_to_those_who_may(client: Client, line: Line) -> None:
    assert url("edit", line.base) in client.get(line.base.get_absolute_url()).content.decode()
    client.force_login(line.worker)
    assert url("edit", line.base) not in client.get(line.base.get_absolute_url()).content.decode()


def test_a_grid_is_added_with_the_next_free_code(client: Client, line: Line) -> None:
    page = client.get(url("add", line.community))
    answer = client.post(url("add", line.community), facts(page, name="第二网格", kind=Kind.BASE, households="420"))
    grid = Grid.objects.get(name="第二网格")
    assert answer.headers["Location"] == grid.get_absolute_url()
    assert (grid.code, grid.parent, grid.households) == ("370811001001002", line.community, 420)


def test_sending_the_same_grid_twice_adds_it_once(client: Client, line: Line) -> None:
    sent = facts(client.get(url("add", line.community)), name="第二网格", kind=Kind.BASE)
    client.post(url("add", line.community), sent)
    assert "这里已有同名节点" in client.post(url("add", line.community), sent).content.decode()
    assert Grid.objects.filter(name="第二网格").count() == 1


@pytest.mark.parametrize("code", ["370811001001001", "999", "370811001001950", "37081100100100x"])
def test_a_wrong_code_is_refused_at_its_field_and_what_was_typed_stays(client: Client, line: Line, code: str) -> None:
    sent = facts(client.get(url("add", line.community)), name="第二网格", kind=Kind.BASE, code=code)
    page = client.post(url("add", line.community), sent)
    assert page.context["form"].errors["code"]
    assert page.context["form"]["name"].value() == "第二网格"
    assert Grid.objects.filter(parent=line.community).count() == 1


def test_facts_of_a_node_are_changed(client: Client, line: Line) -> None:
    sent = facts(client.get(url("edit", line.base)), four_sides="东至运河路", population="1034", duties="巡查")
    assert client.post(url("edit", line.base), sent).status_code == 302
    line.base.refresh_from_db()
    assert (line.base.four_sides, line.base.population, line.base.duties) == ("东至运河路", 1034, "巡查")


def test_a_stale_form_overwrites_nothing_until_it_is_sent_again(client: Client, line: Line) -> None:
    sent = facts(client.get(url("edit", line.base)), four_sides="mine")
    Grid.objects.filter(pk=line.base.pk).update(four_sides="theirs")
    page = client.post(url("edit", line.base), sent)
    assert "已有他人修改" in page.content.decode()
    assert page.context["form"]["four_sides"].value() == "mine"
    line.base.refresh_from_db()
    assert line.base.four_sides == "theirs"
    assert client.post(url("edit", line.base), facts(page)).status_code == 302
    line.base.refresh_from_db()
    assert line.base.four_sides == "mine"


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 81), ("population", "-1"), ("population", "9" * 30), ("valid_from", "yesterday"),
     ("name", "a\0b")],
)  # fmt: skip
def test_bad_facts_are_refused_at_their_field(client: Client, line: Line, field: str, value: str) -> None:
    page = client.post(url("edit", line.base), facts(client.get(url("edit", line.base)), **{field: value}))
    assert page.status_code == 200
    assert page.context["form"].errors[field]


def test_hostile_text_is_shown_as_text(client: Client, line: Line) -> None:
    sent = facts(client.get(url("edit", line.base)), name="<script>alert(1)</script>")
    page = client.post(url("edit", line.base), sent, follow=True).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_a_dedicated_grid_names_the_community_that_co_manages_it(client: Client, line: Line) -> None:
    other = make_grid(line.street, code="370811001002", name="东门社区")
    sent = facts(client.get(url("add", line.community)), name="第一医院", kind=Kind.DEDICATED, co_managed_by="东门社区")
    client.post(url("add", line.community), sent)
    assert Grid.objects.get(name="第一医院").co_managed_by == other


def test_a_community_moves_to_another_street_with_its_grids(client: Client, line: Line) -> None:
    street = make_grid(line.district, code="370811002", name="古槐街道")
    answer = client.post(url("move", line.community), {"parent": "370811002"}, follow=True)
    assert "370811002001" in answer.content.decode()
    line.base.refresh_from_db()
    assert line.base.code == "370811002001001"
    assert line.base.get_ancestors()[1] == street


@pytest.mark.parametrize(("typed", "said"), [("999999", "没有代码或名称为"), ("370811001001", "没有代码或名称为")])
def test_a_place_that_cannot_hold_it_is_refused(client: Client, line: Line, typed: str, said: str) -> None:
    page = client.post(url("move", line.community), {"parent": typed})
    assert said in page.content.decode()


def test_two_streets_of_one_name_must_be_told_apart_by_code(client: Client, line: Line) -> None:
    for code in ("370811002", "370811003"):
        make_grid(line.district, code=code, name="新街")
    page = client.post(url("move", line.community), {"parent": "新街"})
    assert "有多个网格叫" in page.content.decode()


def test_a_district_cannot_be_moved(client: Client, line: Line) -> None:
    assert client.post(url("move", line.district), {"parent": line.street.code}).status_code == 403


def test_a_grid_is_closed_and_its_posts_end(client: Client, line: Line) -> None:
    client.post(url("close", line.base), {"valid_to": "2026-01-31"})
    line.base.refresh_from_db()
    assert str(line.base.valid_to) == "2026-01-31"
    assert str(line.worker.posts.get().ends_on) == "2026-01-31"


def test_a_community_with_grids_in_force_cannot_be_closed(client: Client, line: Line) -> None:
    page = client.post(url("close", line.community), {"valid_to": "2026-01-31"})
    assert page.context["form"].errors["valid_to"]
    line.community.refresh_from_db()
    assert line.community.valid_to is None


def boundary(client: Client, node: Grid, text: str, **more: Any) -> Any:
    return client.post(url("boundary-edit", node), {"boundary": text, "crs": "wgs84"} | more)


def test_a_boundary_is_saved_as_drawn_and_maps_learn_of_it(client: Client, line: Line) -> None:
    drawn = square(116.502, 35.402, 0.004)
    assert boundary(client, line.base, json.dumps(drawn)).status_code == 302
    line.base.refresh_from_db()
    assert line.base.boundary == drawn
    answer = client.get(reverse("grids:locate", query={"lng": "116.508", "lat": "35.408"}))
    assert answer.json() == {"grid": None}


def test_a_boundary_outside_its_parent_is_refused_with_code_and_size_and_stays_in_the_form(
    client: Client, line: Line
) -> None:
    outside = json.dumps(square(116.505, 35.405))
    page = boundary(client, line.base, outside)
    words = page.content.decode()
    assert "370811001001001" in words
    assert "370811001001" in words
    assert "m²" in words or "平方米" in words
    assert page.context["form"]["boundary"].value() == outside
    line.base.refresh_from_db()
    assert line.base.boundary == square(116.5, 35.4)


@pytest.mark.parametrize(
    "text",
    ["not json", "[]", "7", '{"type":"Point","coordinates":[1,2]}', '{"type":"Polygon"}',
     '{"type":"FeatureCollection","features":[]}',
     '{"type":"FeatureCollection"}', "[" * 100_000, '{"type":"Polygon","coordinates":[[[1,2],["x",3],[4,5],[1,2]]]}',
     '{"type":"Polygon","coordinates":[[[116.5,35.4],[116.51,35.41],[116.51,35.4],[116.5,35.41],[116.5,35.4]]]}'],
    ids=lambda text: text[:40],
)  # fmt: skip
def test_what_is_no_boundary_is_refused_and_kept_in_the_form(client: Client, line: Line, text: str) -> None:
    page = boundary(client, line.base, text)
    assert page.status_code == 200
    assert page.context["form"].errors or page.context["problems"]
    assert page.context["form"]["boundary"].value() == text


def test_a_file_is_read_as_if_it_had_been_pasted(client: Client, line: Line) -> None:
    drawn = square(116.502, 35.402, 0.004)
    feature = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": drawn}]}
    upload = SimpleUploadedFile("grid.geojson", b"\xef\xbb\xbf" + json.dumps(feature).encode())
    assert boundary(client, line.base, "", file=upload).status_code == 302
    line.base.refresh_from_db()
    assert line.base.boundary == drawn
    picture = SimpleUploadedFile("grid.geojson", b"\x89PNG\r\n\x1a\n\xff\xfe")
    assert boundary(client, line.base, "", file=picture).context["form"].errors["file"]


def test_a_boundary_in_another_system_is_converted(client: Client, line: Line) -> None:
    assert boundary(client, line.base, json.dumps(square(116.508, 35.402, 0.003)), crs="gcj02").status_code == 302
    line.base.refresh_from_db()
    assert line.base.boundary["coordinates"][0][0][0] == pytest.approx(116.508 - 0.0054, abs=0.001)


def test_an_empty_boundary_takes_it_away(client: Client, line: Line) -> None:
    assert boundary(client, line.base, "").status_code == 302
    line.base.refresh_from_db()
    assert line.base.boundary is None


def test_a_boundary_that_somebody_else_drew_meanwhile_is_not_lost(client: Client, line: Line) -> None:
    seen = client.get(url("boundary-edit", line.base)).context["form"]["seen"].value()
    theirs = square(116.501, 35.401, 0.002)
    Grid.objects.filter(pk=line.base.pk).update(boundary=theirs)
    page = boundary(client, line.base, json.dumps(square(116.502, 35.402, 0.004)), seen=seen)
    assert "已有他人修改" in page.content.decode()
    line.base.refresh_from_db()
    assert line.base.boundary == theirs


def test_a_new_grid_begins_today_unless_told(client: Client, line: Line) -> None:
    sent = facts(
        client.get(url("add", line.community)), name="第二网格", kind=Kind.BASE, valid_from=LONG_AGO.isoformat()
    )
    client.post(url("add", line.community), sent)
    assert Grid.objects.get(name="第二网格").valid_from == LONG_AGO
