"""What there was at the end of a day: written while it is so, kept afterwards, never made up for the past."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from grids import actions as tree
from grids.models import Grid, Kind
from insights import figures, rolling
from insights.measures import Measure
from insights.models import Stock
from residents.models import Resident
from tests.factories import make_grid, make_line, make_order
from tests.registers import make_house, make_organisation, make_resident
from visits import coverage, planning
from workorders.states import State

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 6, 8, 4, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
M = Measure


def stock(node: Grid, days: int = 0) -> figures.Sums:
    return figures.stock([node.pk], (MONDAY + days * DAY).date())[node.pk]


def test_the_registers_stay_as_they_were_on_each_day_even_when_everything_is_counted_anew(client: Client) -> None:
    line = make_line("worker", "supervisor")
    with time_machine.travel(MONDAY, tick=False):
        house = make_house(line.base)
        gone = make_resident(house)
        make_resident(house, kind="floating")
        make_organisation(line.base, is_key_site=True)
        rolling.refresh()
    with time_machine.travel(MONDAY + 2 * DAY, tick=False):
        Resident.objects.filter(pk=gone.pk).update(gone="moved", gone_on="2026-06-10")
        rolling.refresh()
        rolling.rebuild(line.district)
        for node in (line.base, line.street, line.district):
            for days in (0, 1):
                assert stock(node, days).by_key(M.RESIDENTS) == {"registered": 1, "floating": 1}
            assert stock(node, 2).by_key(M.RESIDENTS) == {"floating": 1}
            assert stock(node, 2).count(M.KEY_SITES) == stock(node, 2).count(M.HOUSES) == 1
            assert stock(node, 2).by_key(M.WORKERS) == {"full_time": 1}
    assert stock(line.base, -1).counts == {}
    client.force_login(line.supervisor)
    address = reverse("insights:node", args=[line.base.pk])
    page = client.get(address, {"length": "month", "on": MONDAY.date().isoformat()}).text
    assert f"自 {MONDAY.date().isoformat()} 起统计" in page
    assert 'data-figure="houses" data-key="" data-when="before" data-value="" data-n="" data-d="" title="当日' in page


def test_lights_are_of_the_last_run_and_a_register_is_read_once_an_hour() -> None:
    line = make_line("worker")
    with time_machine.travel(MONDAY, tick=False) as clock:
        for due in (-1, 1, 2):
            make_order(line, State.IN_PROGRESS, due_at=MONDAY + due * DAY, reported_at=MONDAY)
        rolling.refresh()
        assert stock(line.street).by_key(M.OPEN_BY_LIGHT) == {"red": 1, "green": 2}
        make_resident(make_house(line.base))
        clock.shift(dt.timedelta(minutes=2))
        rolling.refresh()
        assert stock(line.street).count(M.RESIDENTS) == 0
        clock.shift(dt.timedelta(hours=1))
        rolling.refresh()
        assert stock(line.street).count(M.RESIDENTS) == 1
        clock.shift(DAY)
        rolling.refresh()
        assert stock(line.street, 1).by_key(M.OPEN_BY_LIGHT) == {"red": 2, "green": 1}
    assert stock(line.street).by_key(M.OPEN_BY_LIGHT) == {"red": 1, "green": 2}


def test_how_many_orders_were_open_is_recounted_for_any_day() -> None:
    line = make_line("worker")
    make_order(line, State.CLOSED, reported_at=MONDAY, finished_at=MONDAY + 2 * DAY)
    make_order(line, State.CLOSED, reported_at=MONDAY, finished_at=MONDAY + dt.timedelta(hours=1))
    make_order(line, State.FILED, reported_at=MONDAY + DAY)
    with time_machine.travel(MONDAY + 3 * DAY, tick=False):
        rolling.rebuild(line.district)
        opened = [stock(line.district, days).count(M.OPEN) for days in (-1, 0, 1, 2, 3)]
    assert opened == [0, 1, 2, 1, 1]


def test_what_a_grid_holds_goes_with_it_to_another_community_from_that_day_on() -> None:
    line = make_line("worker")
    with time_machine.travel(MONDAY, tick=False):
        neighbour = make_grid(line.street, Kind.COMMUNITY)
        make_resident(make_house(line.base))
        rolling.refresh()
    with time_machine.travel(MONDAY + DAY, tick=False):
        tree.move_node(line.base, neighbour, actor=None)
        rolling.refresh()
    assert (stock(line.community).count(M.RESIDENTS), stock(neighbour).count(M.RESIDENTS)) == (1, 0)
    assert (stock(line.community, 1).count(M.RESIDENTS), stock(neighbour, 1).count(M.RESIDENTS)) == (0, 1)
    assert Stock.objects.filter(node=line.district, measure=M.RESIDENTS).count() == 1


def test_whom_visits_reached_is_what_their_own_page_says() -> None:
    line = make_line("worker")
    with time_machine.travel(MONDAY, tick=False):
        for _ in range(3):
            make_resident(make_house(line.base))
        planning.renew_district(line.district.pk, MONDAY.date())
    with time_machine.travel(MONDAY + 400 * DAY, tick=False):
        rolling.refresh()
        theirs = coverage.of(line.base, (MONDAY + 400 * DAY).date()).total
        assert stock(line.base, 400).count(M.COVERAGE, "overdue") == theirs.overdue == 3
