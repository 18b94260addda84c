"""Who sees aggregates only: no page tells a small number, nor what another page hides."""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from grids.models import Kind
from grids.roles import Role
from hotline.periods import Length, around
from insights import board
from insights.board import Wanted
from insights.cells import Cell, Change
from insights.cockpit.board import read
from insights.cockpit.colours import Colour
from insights.models import Stock, Tally
from insights.stretches import stretch
from tests.factories import make_grid, make_line, make_post, make_user

NOON = dt.datetime(2026, 6, 20, 4, 0, tzinfo=dt.UTC)
JUNE, MAY = dt.date(2026, 6, 5), dt.date(2026, 5, 5)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon():
    cache.clear()
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def line():
    line = make_line("admin")
    line.others = [make_grid(line.district, Kind.STREET) for _ in range(2)]
    line.boss = make_user("boss")
    make_post(line.boss, Role.EXECUTIVE, line.district)
    return line


def tallied(node, measure, *, day=JUNE, **counts):
    for key, count in counts.items():
        Tally.objects.create(node=node, day=day, measure=measure, key=key, count=count)


def held(node, measure, **counts):
    for key, count in counts.items():
        Stock.objects.create(node=node, measure=measure, key=key, count=count, first_on="2026-06-01")


def shown(line, node, *, on=JUNE, sort="", category=None):
    """Return the dashboard of a node as the executive sees it."""
    period = stretch(around(on, Length.MONTH), dt.date(2026, 6, 20))
    return board.build(node, period, Wanted(sort, category), line.boss)


def numbers(table, column=0):
    return {str(row.label): row.cells[column].numerator for row in table.rows}


def test_the_small_kind_of_residents_does_not_come_out_of_all(line):
    held(line.district, "residents", household=24, floating=3)
    found = numbers(shown(line, line.district).table("registers"))
    people, *kinds = list(found.values())[:4]
    assert (people, set(kinds)) == (27, {None})


def test_residents_of_one_street_do_not_come_out_of_the_district_and_the_others(line):
    held(line.district, "residents", household=100)
    for street, count in zip((line.street, *line.others), (5, 45, 50), strict=True):
        held(street, "residents", household=count)
    told = [next(iter(numbers(shown(line, node).table("registers")).values())) for node in (line.district, line.street)]
    assert told == [100, None]
    others = [next(iter(numbers(shown(line, node).table("registers")).values())) for node in line.others]
    assert sorted(others, key=str) == [50, None]


def test_sources_of_one_street_do_not_come_out_of_the_district_and_the_others(line):
    tallied(line.district, "found", grid=100, hotline=60)
    for street, count in zip((line.street, *line.others), (5, 45, 50), strict=True):
        tallied(street, "found", grid=count, hotline=20)
    own = [numbers(shown(line, node).table("sources")) for node in (line.district, line.street, *line.others)]
    grid = [next(iter(found.values())) for found in own]
    assert grid[0] == 100
    assert grid[1] is None
    assert grid[2:].count(None) >= 1


def test_few_late_ones_do_not_come_out_of_a_rate_and_now_is_hidden_as_then(line):
    for day in (JUNE, MAY):
        tallied(line.district, "fell_due", day=day, on_time=40, late=2)
    now = shown(line, line.district)
    (rate,) = [one for one in now.headline if one.entry.name == "orders_on_time"]
    assert (rate.now.numerator, rate.before.numerator, rate.change.value) == (None, None, None)
    (in_may,) = [one for one in shown(line, line.district, on=MAY).headline if one.entry.name == "orders_on_time"]
    assert in_may.now.numerator is None


def test_a_change_does_not_tell_the_number_that_it_starts_from(line):
    tallied(line.district, "solved_level", base=40, community=20)
    tallied(line.district, "solved_level", day=MAY, base=4, community=30)
    rows = {str(row.label): row.cells for row in shown(line, line.district).table("levels").rows}
    for cells in rows.values():
        changes = [cell for cell in cells if isinstance(cell, Change)]
        assert [change.value for change in changes] == [None] * 3


def test_what_is_hidden_costs_thirteen_queries_more(line, django_assert_num_queries):
    chief = make_user("chief")
    make_post(chief, Role.DUTY_CHIEF, line.district)
    period = stretch(around(JUNE, Length.MONTH), dt.date(2026, 6, 20))
    for person in (chief, line.boss):
        board.build(line.district, period, Wanted(), person)
    with CaptureQueriesContext(connection) as of_all:
        board.build(line.district, period, Wanted(), chief)
    with django_assert_num_queries(len(of_all) + 13):
        board.build(line.district, period, Wanted(), line.boss)


def test_what_is_hidden_says_so_and_the_order_of_areas_does_not_tell_it(line):
    tallied(line.district, "found", grid=12)
    for street, count in zip((*line.others, line.street), (7, 4, 1), strict=True):
        tallied(street, "found", grid=count)
    found = shown(line, line.district, sort="found")
    areas, sources = found.table("areas"), found.table("sources")
    assert [row.node for row in areas.rows] == [line.street.pk, *(street.pk for street in line.others)]
    assert found.has_anything
    assert sources.is_shown
    assert "不足10人" in sources.notes[-1]
    client = Client()
    client.force_login(line.boss)
    page = client.get(f"/insights/{line.district.pk}/").text
    assert "本期无数据" not in page.split('id="sources"')[1].split("</section>")[0]


@pytest.mark.parametrize("colour", [Colour.FOUND, Colour.ON_TIME, Colour.OVERDUE, Colour.CLOSING])
def test_the_cockpit_tells_nothing_that_the_dashboard_hides(line, colour):
    streets = (line.street, *line.others)
    tallied(line.district, "found", grid=36, hotline=8, day=dt.date(2026, 6, 20))
    tallied(line.district, "fell_due", on_time=31, late=9)
    tallied(line.district, "request_due", done_on_time=31, open_late=9)
    tallied(line.district, "escalated", community=3, street=12)
    held(line.district, "open_light", red=8, green=20)
    for street, count in zip(streets, (4, 12, 15), strict=True):
        tallied(street, "found", grid=count)
        tallied(street, "fell_due", on_time=count, late=3)
        tallied(street, "request_due", done_on_time=count, open_late=3)
        held(street, "open_light", red=count, green=9)
    screen = read(line.district, colour, aggregates_only=True, has_ticker=False)
    page = shown(line, line.district)
    for region in screen.regions:
        told = [region.value, *(int(part) for part in region.parts.split(" / ") if region.parts)]
        assert all(number is None or number >= 10 for number in told), (colour, region)
    assert {region.value for region in screen.regions if region.key == line.street.pk} == {None}
    assert (screen.on_time, screen.overdue, dict(screen.escalated).get("社区")) == (None, None, None)
    assert screen.open == 28
    assert {figure for _label, _meaning, figure in screen.hotline} <= {None}
    (found, *_others) = screen.counted
    assert (found.today, found.month) == (44, 44)
    by_source = {
        words: number for words, number in numbers(page.table("sources")).items() if words in dict(screen.sources)
    }
    assert dict(screen.sources) == by_source
    everything = read(line.district, colour, aggregates_only=False, has_ticker=False)
    assert everything.overdue == 8


def test_the_screen_of_an_executive_and_of_a_wall_can_be_drawn_with_all_of_it_hidden(line, client):
    tallied(line.district, "found", grid=3, day=dt.date(2026, 6, 20))
    client.force_login(line.boss)
    for colour in Colour:
        page = client.get("/insights/cockpit/", {"by": colour.value}).text
        assert "<b>3</b>" not in page
        assert ">3<" not in page
        assert "None" not in page
    assert [
        cell
        for row in shown(line, line.base).table("days").rows
        for cell in row.cells
        if isinstance(cell, Cell) and cell.numerator
    ] == []
