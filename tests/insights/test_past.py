"""Sums of days that are over are added up once, and never hide what changed in them."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hotline.periods import Period
from insights import reading, rolling
from insights.asks import Ask, By
from insights.figures import Sums
from insights.measures import Measure
from insights.models import ChangedDay, Tally
from insights.past import Over
from tests.factories import Line, make_line, make_order
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 6, 10, 4, 0, tzinfo=dt.UTC)
NOW = NOON + dt.timedelta(days=40)
MAY = Period(dt.date(2026, 5, 1), dt.date(2026, 5, 31))
JUNE = Period(dt.date(2026, 6, 1), dt.date(2026, 6, 30))
JULY = Period(dt.date(2026, 7, 1), dt.date(2026, 7, 31))


@pytest.fixture
def line() -> Line:
    line = make_line("worker")
    for days in (0, 1, 30, -35):
        make_order(line, reported_at=NOON - dt.timedelta(days=days))
    rolling.rebuild(line.district, now=NOW)
    return line


def ask(line: Line, period: Period, by: By = By.NODE) -> Ask:
    return Ask("found", [line.district.pk], period, [Measure.FOUND], by)


def found(asked: Ask) -> dict[int, int]:
    with time_machine.travel(NOW, tick=False):
        return {at: sums.count(Measure.FOUND) for at, sums in reading.read([asked])["found"].items()}


def reads_tallies(asked: Ask) -> bool:
    with CaptureQueriesContext(connection) as captured:
        found(asked)
    return any("insights_tally" in query["sql"] for query in captured)


@pytest.mark.parametrize("by", list(By))
def test_a_second_look_at_a_month_that_is_over_adds_nothing_up(line: Line, by: By) -> None:
    first = found(ask(line, JUNE, by))
    assert sum(first.values()) == 2
    assert not reads_tallies(ask(line, JUNE, by))
    assert found(ask(line, JUNE, by)) == first


def test_a_month_in_which_nothing_was_is_remembered_too(line: Line) -> None:
    april = ask(line, Period(dt.date(2026, 4, 1), dt.date(2026, 4, 30)))
    assert found(april) == {}
    assert not reads_tallies(april)


def test_a_month_that_still_runs_is_added_up_each_time(line: Line) -> None:
    assert found(ask(line, JULY)) == {line.district.pk: 1}
    assert reads_tallies(ask(line, JULY))


@pytest.mark.parametrize("by", list(By))
def test_of_a_month_that_runs_the_days_until_yesterday_are_added_up_once(line: Line, by: By) -> None:
    first = found(ask(line, JULY, by))
    today = NOW.date()
    day = {"node": line.district, "measure": Measure.FOUND, "key": "worker", "count": 10}
    Tally.objects.create(day=today - dt.timedelta(days=2), **day)
    assert found(ask(line, JULY, by)) == first
    Tally.objects.create(day=today, **day)
    again = found(ask(line, JULY, by))
    assert sum(again.values()) == sum(first.values()) + 10
    ChangedDay.objects.filter(district=line.district, day=today - dt.timedelta(days=2)).update(at=NOW)
    third = found(ask(line, JULY, by))
    assert sum(third.values()) == sum(first.values()) + 20
    assert third == found(ask(line, JULY, by))


def test_what_is_asked_otherwise_is_another_sum(line: Line) -> None:
    assert found(ask(line, JUNE)) == {line.district.pk: 2}
    assert found(ask(line, MAY)) == {line.district.pk: 1}
    assert len(found(ask(line, JUNE, By.DAY))) == 2
    assert found(Ask("found", [line.base.pk], JUNE, [Measure.FOUND])) == {line.base.pk: 2}
    assert found(Ask("found", [line.district.pk], JUNE, [Measure.ENDED])) == {}


def test_an_order_that_is_counted_late_or_no_more_is_seen_at_once_and_other_months_stay_kept(line: Line) -> None:
    assert (found(ask(line, MAY)), found(ask(line, JUNE))) == ({line.district.pk: 1}, {line.district.pk: 2})
    late = make_order(line, reported_at=NOON)
    rolling.rebuild(line.district, now=NOW)
    assert found(ask(line, JUNE)) == {line.district.pk: 3}
    assert not reads_tallies(ask(line, MAY))
    WorkOrder.objects.filter(pk=late.pk).delete()
    rolling.rebuild(line.district, now=NOW)
    assert found(ask(line, JUNE)) == {line.district.pk: 2}


def test_another_district_changes_nothing_here(line: Line) -> None:
    found(ask(line, JUNE))
    other = make_line("worker")
    make_order(other, reported_at=NOON)
    rolling.rebuild(other.district, now=NOW)
    assert not reads_tallies(ask(line, JUNE))
    assert found(ask(other, JUNE)) == {other.district.pk: 1}


def test_sums_that_were_overtaken_while_they_were_added_up_are_not_kept_for_others(line: Line) -> None:
    slow = Over([ask(line, JUNE)])
    make_order(line, reported_at=NOON)
    rolling.rebuild(line.district, now=NOW)
    slow.keep({"found": {line.district.pk: Sums({Measure.FOUND: {"worker": 2}}, {Measure.FOUND: {"worker": 0}})}})
    assert found(ask(line, JUNE)) == {line.district.pk: 3}
