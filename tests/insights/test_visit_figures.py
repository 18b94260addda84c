"""Visits as they were made: by outcome and by how many people they reached; what is taken back is taken out."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from hotline.periods import Length, around
from insights import figures, rolling
from insights.measures import Measure
from tests.factories import make_line
from tests.registers import make_house, make_resident
from tests.visiting import make_entry, make_visit
from visits import actions

pytestmark = pytest.mark.django_db


def test_visits_are_counted_by_how_they_ended_and_no_more_once_they_are_taken_back() -> None:
    line = make_line("worker")
    house = make_house(line.base)
    make_resident(house)
    make_resident(house)
    make_visit(house, line.worker, "met")
    make_visit(house, line.worker, "nobody")
    wrong = make_visit(house, line.worker, "phone")
    rolling.refresh()
    week = around(timezone.localdate(), Length.WEEK)

    def sums() -> figures.Sums:
        return figures.of_nodes([line.district.pk], week)[line.district.pk]

    assert sums().by_key(Measure.VISITED) == {"met": 1, "nobody": 1, "phone": 1}
    assert sums().by_key(Measure.PEOPLE_REACHED) == {"met": 2, "phone": 2}
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=2)):
        actions.annul(wrong, actor=line.worker)
        rolling.refresh()
    assert sums().by_key(Measure.PEOPLE_REACHED) == {"met": 2}


def test_a_visit_of_an_earlier_day_that_is_taken_back_is_counted_no_more() -> None:
    line, earlier = make_line("worker"), timezone.now() - dt.timedelta(days=10)
    wrong = make_visit(make_house(line.base), line.worker, "phone", visited_at=earlier)
    rolling.refresh()
    day = around(timezone.localdate(earlier), Length.DAY)

    def visited() -> int:
        return figures.of_nodes([line.district.pk], day)[line.district.pk].count(Measure.VISITED)

    assert visited() == 1
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=2)):
        actions.annul(wrong, actor=line.worker)
        rolling.refresh()
    assert visited() == 0


def test_the_daily_log_is_counted_by_kind() -> None:
    line = make_line("worker")
    make_entry(line, line.worker, kind="dispute")
    rolling.refresh()
    make_entry(line, line.worker, kind="demand")
    rolling.refresh()
    today = around(timezone.localdate(), Length.DAY)
    sums = figures.of_nodes([line.district.pk], today)[line.district.pk]
    assert sums.by_key(Measure.TOLD) == {"demand": 1, "dispute": 1}
    assert figures.begins_on(line.base.pk) == today.first
