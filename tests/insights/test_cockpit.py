"""The cockpit: its figures, what its refresh costs, and what it never tells."""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from grids.roles import Role
from insights import rolling
from insights.cockpit import colours
from insights.cockpit.colours import Colour
from insights.models import Stock
from insights.sums import Sums
from tests.factories import (
    Line,
    make_grid,
    make_line,
    make_order,
    make_post,
    make_ruled_line,
    make_user,
    report,
    square,
)

NOON = dt.datetime(2026, 6, 10, 4, 0, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
BACKGROUND = {"X-Background": "1"}


@pytest.fixture
def at_noon():
    cache.clear()
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def line(at_noon) -> Line:
    line = make_ruled_line("worker", "chief")
    report(line, line.worker, description="SecretWords")
    make_order(line, reported_at=NOON - dt.timedelta(days=31), number="May1")
    secret = report(line, line.worker)
    type(secret).objects.filter(pk=secret.pk).update(is_confidential=True, number="Hush1")
    rolling.rebuild(line.district, now=NOON)
    return line


def executive(line: Line):
    boss = make_user()
    make_post(boss, Role.EXECUTIVE, line.district)
    return boss


def test_it_shows_today_the_month_and_the_month_before_to_the_same_day(line, client: Client) -> None:
    client.force_login(line.chief)
    page = client.get(f"/insights/cockpit/{line.district.pk}/").content.decode()
    assert "<b>2</b> <small>今天</small>" in page
    assert "▲1" in page
    assert line.street.name in page
    assert f'href="/insights/cockpit/{line.street.pk}/"' in page


def test_the_ticker_tells_numbers_and_categories_but_no_words_of_people_and_nothing_confidential(line, client) -> None:
    client.force_login(line.chief)
    page = client.get(f"/insights/cockpit/{line.district.pk}/").content.decode()
    assert page.count("ck-ticker") == 1
    for private in ("SecretWords", "Hush1", line.worker.display_name):
        assert private not in page


def test_a_refresh_costs_at_most_fifteen_queries_and_hardly_any_while_it_is_kept(
    line, client: Client, django_assert_max_num_queries
) -> None:
    for user in (line.chief, executive(line)):
        client.force_login(user)
        client.get("/insights/cockpit/")
        cache.clear()
        with django_assert_max_num_queries(15):
            answer = client.get(f"/insights/cockpit/{line.district.pk}/", headers=BACKGROUND)
        assert answer.status_code == 200
        with django_assert_max_num_queries(4):
            again = client.get(
                f"/insights/cockpit/{line.district.pk}/", headers=BACKGROUND | {"If-None-Match": answer["ETag"]}
            )
        assert again.status_code == 304
        assert not again.content


def test_an_executive_sees_no_small_numbers_of_people_and_no_order(line, client: Client) -> None:
    Stock.objects.filter(measure="residents").delete()
    for node in (line.district, line.street, line.community, line.base):
        Stock.objects.create(node=node, measure="residents", key="household", first_on="2026-06-01", count=7)
    client.force_login(line.chief)
    assert "<dd>7</dd>" in client.get("/insights/cockpit/").content.decode()
    client.force_login(executive(line))
    page = client.get("/insights/cockpit/").content.decode()
    assert "<dd>7</dd>" not in page
    assert "ck-ticker" not in page
    assert "/orders/" not in page


def test_background_refreshes_do_not_keep_one_signed_in(line, client: Client) -> None:
    client.force_login(line.chief)
    with time_machine.travel(NOON, tick=False) as clock:
        client.get("/insights/cockpit/")
        for _ in range(4):
            clock.shift(dt.timedelta(minutes=8))
            answer = client.get("/insights/cockpit/", headers=BACKGROUND)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/sign-in/")


def test_each_shade_stands_for_a_fifth_and_equal_values_look_alike() -> None:
    district = make_line("admin").district
    nodes = [make_grid(district, boundary=square(116 + n / 10, 35, 0.1)) for n in range(7)]
    values = [0, 1, 2, 3, 4, 4, 9]
    sums = {}
    for node, value in zip(nodes, values, strict=True):
        sums[node.pk] = Sums()
        sums[node.pk].add("found", "grid", value)
    regions, bounds = colours.paint(Colour.FOUND, nodes, {}, sums, {})
    assert bounds == ["0", "1", "2", "3", "4"]
    assert [region.shade for region in regions] == [0, 1, 2, 3, 4, 4, 4]
    rates, _bounds = colours.paint(Colour.ON_TIME, nodes[:1], {}, {}, {})
    assert (rates[0].value, rates[0].shade) == (None, None)
