"""What the map's script is sent: outlines, figures and points, small and no more than one may see."""

import gzip
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from grids.models import Grid
from grids.roles import Role
from insights import rolling
from onemap import layers, outlines
from onemap.colouring import class_of_each
from tests.factories import make_grid, make_line, make_order, make_post, make_user, square
from tests.registers import make_house, make_organisation
from workorders.states import State

pytestmark = pytest.mark.django_db
HERE = {"lng": 116.505, "lat": 35.405}


@pytest.fixture
def line():
    return make_line("worker", "leader", "secretary", "operator", "dispatcher")


def asked(client, user: User, name: str, *args: object, **query: object):
    client.force_login(user)
    return client.get(reverse(f"onemap:{name}", args=args), query)


def keys(answer) -> list[int]:
    return answer.json()["p"][::4]


def test_points_are_those_that_one_may_see(client, line):
    sister = make_grid(line.community, boundary=square(116.51, 35.40))
    mine, hers = make_order(line, State.FILED, **HERE), make_order(line, State.FILED, grid=sister, **HERE)
    secret = make_order(line, State.FILED, is_confidential=True, **HERE)
    make_order(line, State.CLOSED, **HERE)
    make_order(line, State.FILED)
    other = make_line("secretary", lng=117.0)
    assert keys(asked(client, line.worker, "points", "orders")) == [mine.pk]
    assert set(keys(asked(client, line.secretary, "points", "orders"))) == {mine.pk, hers.pk, secret.pk}
    assert keys(asked(client, other.secretary, "points", "orders")) == []
    assert asked(client, other.secretary, "points", "orders", within=line.district.pk).status_code == 404
    assert asked(client, other.secretary, "card", "orders", mine.pk).status_code == 404
    assert asked(client, line.worker, "card", "orders", secret.pk).status_code == 404


@pytest.mark.parametrize("pk", [0, 2**63 - 1, 2**63, 9999999999999999999, 10**30])
def test_a_number_that_is_no_area_s_is_not_found(client, line, pk):
    assert asked(client, line.secretary, "area-card", pk).status_code == 404
    assert asked(client, line.secretary, "points", "orders", within=pk).status_code == 404
    assert asked(client, line.secretary, "points", "orders", within="x").status_code == 200


def test_orders_without_a_position_are_counted_on_the_card_and_named_in_the_list(client, line):
    placed = make_order(line, State.FILED, due_at=timezone.now(), **HERE)
    lost = [make_order(line, State.FILED, grid=node) for node in (line.base, line.community)]
    paused = make_order(line, State.SUSPENDED, suspended_until=timezone.now(), **HERE)
    make_order(line, State.CLOSED)
    card = asked(client, line.secretary, "area-card", line.community.pk).context
    points = keys(asked(client, line.secretary, "points", "orders"))
    assert set(points) == {placed.pk, paused.pk}
    assert (card["open"], card["unplaced"], dict(card["lights"])["grey"]) == ("4", "2", "1")
    assert int(card["open"]) == len(points) + int(card["unplaced"])
    found = asked(client, line.secretary, "list", layer="orders", within=line.community.pk)
    assert {pk for pk, _cells, _has_place in found.context["lines"]} == {one.pk for one in (placed, paused, *lost)}
    assert [has_place for *_row, has_place in found.context["lines"]].count(False) == 2
    only = asked(client, line.secretary, "list", layer="orders", within=line.community.pk, place="none")
    assert {pk for pk, _cells, _has_place in only.context["lines"]} == {one.pk for one in lost}
    assert asked(client, line.secretary, "card", "orders", lost[0].pk).status_code == 200
    assert asked(client, line.secretary, "area-card", line.base.pk).context["unplaced"] == "1"


def test_a_point_says_where_and_which_sign_and_no_more(client, line):
    late = make_order(line, State.FILED, due_at=timezone.now(), description="SecretWords", **HERE)
    sent = asked(client, line.worker, "points", "orders").json()
    assert set(sent) == {"o", "s", "p", "more"}
    [pk, x, y, sign] = sent["p"]
    assert (pk, sign) == (late.pk, 3)
    assert ((sent["o"][0] + x) / sent["s"], (sent["o"][1] + y) / sent["s"]) == (116.505, 35.405)


def test_a_box_narrows_points_and_too_many_are_not_sent_in_half(line):
    for number in range(4):
        make_order(line, State.FILED, lng=116.501 + number / 1000, lat=35.405)
    user, now = User.objects.get(pk=line.worker.pk), timezone.now()
    orders = layers.named("orders", user)
    found = layers.points(orders, user, line.district, (116.5005, 35.4, 116.5025, 35.41), now)
    assert len(found["p"]) == 2 * 4
    cut = layers.points(orders, user, line.district, None, now, most=3)
    assert cut["more"] is True
    assert cut["p"] == []


def test_places_are_for_who_may_open_the_registers(client, line):
    house = make_house(line.base)
    shop = make_organisation(line.base, is_key_site=True, house=house, **HERE)
    make_organisation(line.base, **HERE)
    box = "116.50,35.40,116.51,35.41"
    assert keys(asked(client, line.worker, "points", "key-sites", box=box)) == [shop.pk]
    assert asked(client, line.worker, "card", "key-sites", shop.pk).status_code == 200
    watcher = make_user()
    make_post(watcher, Role.SUPERVISOR, line.district)
    assert asked(client, watcher, "points", "key-sites", box=box).status_code == 404
    assert asked(client, watcher, "card", "key-sites", shop.pk).status_code == 404


def test_outlines_come_back_as_they_were_drawn_and_neighbours_keep_their_edge(line):
    make_grid(line.community, boundary=square(116.51, 35.40))
    rows = list(Grid.objects.filter(kind="base").order_by("pk").values_list("pk", "name", "kind", "boundary"))
    file = outlines.collection(rows, detail=1)
    corners = []
    for _pk, _name, x, y, polygons in file["g"]:
        steps, found, at = polygons[0][0], set(), list(file["o"])
        for i in range(0, len(steps), 2):
            at = [at[0] + steps[i], at[1] + steps[i + 1]]
            found.add((at[0] / file["s"], at[1] / file["s"]))
        corners.append(found)
        assert 0 <= x <= 2000
        assert 0 <= y <= 1000
    assert corners[0] == {(116.5, 35.4), (116.51, 35.4), (116.51, 35.41), (116.5, 35.41)}
    assert len(corners[0] & corners[1]) == 2


def test_outlines_are_kept_for_ever_under_their_version_and_asked_again_without(client, line):
    version = outlines.version(line.district)
    named = asked(client, line.worker, "boundaries", level="base", v=version)
    assert "immutable" in named["Cache-Control"]
    assert named["ETag"]
    assert [row[0] for row in named.json()["g"]] == [line.base.pk]
    again = client.get(
        reverse("onemap:boundaries"),
        {"level": "base"},
        headers={"If-None-Match": named["ETag"], "Accept-Encoding": "gzip"},
    )
    assert again.status_code == 304
    assert again["Cache-Control"] == "private, no-cache"
    packed = client.get(reverse("onemap:boundaries"), {"level": "base"}, headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.content)) == named.json()
    Grid.objects.filter(pk=line.district.pk).update(map_version=line.district.map_version + 1)
    assert asked(client, line.worker, "boundaries", level="base")["ETag"] != named["ETag"]
    assert (
        asked(client, make_line("worker", lng=117.0).worker, "boundaries", within=line.district.pk).status_code == 404
    )


def test_areas_are_coloured_by_the_rollups_of_ones_own_area(client, line):
    sister = make_grid(line.community, boundary=square(116.51, 35.40))
    for grid in (line.base, line.base, sister):
        make_order(line, State.FILED, grid=grid)
    rolling.rebuild(line.district)
    sent = asked(client, line.dispatcher, "figures", level="base", measure="found", length="day").json()
    assert {pk: text for pk, _number, text in sent["areas"]} == {line.base.pk: "2", sister.pk: "1"}
    assert [(row["number"], row["label"], row["areas"]) for row in sent["classes"]] == [(1, "1", 1), (2, "2", 1)]
    own = asked(client, line.worker, "figures", level="base", measure="found", length="day").json()
    assert [pk for pk, _number, _text in own["areas"]] == [line.base.pk]
    rate = asked(client, line.dispatcher, "figures", level="base", measure="orders_on_time", length="day").json()
    assert {text for _pk, _number, text in rate["areas"]} == {"–"}
    assert rate["classes"] == []


def test_equal_figures_share_a_class():
    assert class_of_each([0, 0, 0, 0, 0, 0, 1, 2, 3, 9]) == {0: 1, 1: 2, 2: 3, 3: 4, 9: 5}
    assert class_of_each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])[10] == 5
    assert class_of_each([]) == {}
    assert class_of_each([1, 9, 9, 9, 9, 9, 9]) == {1: 1, 9: 2}
    assert class_of_each([7, 7]) == {7: 1}


def test_the_card_of_a_grid_says_who_and_what_and_a_worker_may_call(client, line):
    User.objects.filter(pk=line.worker.pk).update(phone="12000000001", is_phone_published=True)
    User.objects.filter(pk=line.leader.pk).update(phone="12000000002")
    order = make_order(line, State.FILED, **HERE)
    rolling.rebuild(line.district)
    page = asked(client, line.secretary, "area-card", line.base.pk).content.decode()
    assert "tel:12000000001" in page
    assert "12000000002" not in page
    assert order.get_absolute_url() in page
    assert asked(client, make_line("worker", lng=117.0).worker, "area-card", line.base.pk).status_code == 404


def test_the_list_says_what_the_map_shows(client, line, django_assert_max_num_queries):
    for _ in range(3):
        make_order(line, State.FILED, **HERE)
    rolling.rebuild(line.district)
    client.force_login(line.secretary)
    client.get("/map/list/")
    with django_assert_max_num_queries(12):
        page = client.get("/map/list/", {"layer": "orders"}).content.decode()
    assert page.count("/work-orders/") >= 3
    with django_assert_max_num_queries(12):
        areas = client.get("/map/list/", {"level": "base", "measure": "found", "length": "day"}).content.decode()
    assert line.base.name in areas
    for layer in ("workers", "buildings", "houses", "organisations", "key-sites"):
        assert client.get("/map/list/", {"layer": layer}).status_code == 200
    assert client.get("/map/list/", {"layer": "nothing"}).status_code == 404


def test_figures_are_called_as_on_the_dashboard(client, line):
    make_order(line, State.FILED, **HERE)
    rolling.rebuild(line.district)
    card = asked(client, line.secretary, "area-card", line.base.pk).content.decode()
    chosen = asked(client, line.secretary, "map").content.decode()
    for page in (card, chosen):
        assert ("办结" in page, "逐级上报" in page) == (True, True)
        assert ("已解决" in page, "已升级" in page) == (False, False)
    listed = asked(client, line.secretary, "list", level="base", measure="ended").content.decode()
    assert "本期办结事件数 · 第 1 级：" in listed


def test_the_page_opens_on_a_point_that_one_may_see(client, line):
    order = make_order(line, State.FILED, **HERE)
    shown = asked(client, line.worker, "map", layer="orders", pk=order.pk).content.decode()
    assert '"focus": {"layer": "orders"' in shown
    other = make_line("worker", lng=117.0)
    assert '"focus": null' in asked(client, other.worker, "map", layer="orders", pk=order.pk).content.decode()
