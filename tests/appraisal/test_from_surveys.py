"""Residents' answers in the appraisal: only what the questionnaire itself may show, counted by people."""

import datetime as dt
import io
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from appraisal import actions
from grids.roles import Role
from surveys import actions as surveys
from tests.api.conftest import api  # noqa: F401 - a fixture
from tests.appraisal.conftest import AFTER, ZONE, make_scheme, month, own_result
from tests.factories import make_grid, make_post, make_user, square
from tests.registers import make_house, make_resident
from tests.surveys.rows import make_survey

IN_OCTOBER = dt.datetime(2026, 10, 9, 10, 0, tzinfo=ZONE)
RATED = actions.IndicatorFacts("survey", Decimal(100), formula="as_it_is", minimum=0)
MARK = Decimal("87.5")
"""Of “yes” and a grade of 4."""


@pytest.fixture
def houses(line):
    """A house in the worker's grid and one in the grid next door, where somebody else works."""
    beside = make_grid(line.community, boundary=square(116.6, 35.5))
    line.people["neighbour"] = make_user(display_name="Neighbour")
    make_post(line.neighbour, Role.GRID_WORKER, beside)
    return make_house(line.base), make_house(beside)


def ask_all(line, houses, *people: int) -> None:
    """Let so many more live in the houses in October, and have everybody asked."""
    with time_machine.travel(IN_OCTOBER, tick=False):
        for house, count in zip(houses, people, strict=False):
            for _ in range(count):
                make_resident(house, born_on=dt.date(1970, 1, 1))
        survey = surveys.open_up(make_survey(line.district, size=100), actor=None)
        for person in survey.sampled.all():
            surveys.ask(person, actor=line.secretary, outcome="reached", answers={"visit_made": 0, "satisfied": 4})


def published(line):
    period = month(make_scheme(line, RATED), line.chief)
    actions.compute(period, actor=line.chief, now=AFTER)
    return actions.publish(period, actor=line.chief, now=AFTER)


def test_the_mark_of_five_people_counts_with_its_people(line, houses):
    ask_all(line, houses, 5)
    row = own_result(line, published(line)).lines.get()
    assert (row.numerator, row.denominator, row.raw_score) == (MARK, 5, MARK)


def test_a_mark_of_four_people_shows_nowhere(client, api, line, houses):  # noqa: F811
    ask_all(line, houses, 4)  # who give eight answers
    period = published(line)
    row = own_result(line, period).lines.get()
    assert (row.numerator, row.denominator, row.value, row.raw_score) == (None, None, None, None)
    [result] = api(line.worker).get("/api/v1/appraisal/results/").json()["results"]
    told = {name: result["lines"][0][name] for name in ("numerator", "denominator", "value", "raw_score")}
    assert set(told.values()) == {None}
    client.force_login(line.chief)
    evidence = reverse("appraisal:evidence", args=[row.pk])
    for address in (period.get_absolute_url(), row.result.get_absolute_url(), evidence):
        assert "87.5" not in client.get(address).text
    book = client.post(reverse("appraisal:workbook", args=[period.pk]))
    sheet = load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    assert not {8, 4, 87.5} & {cell for cells in sheet.values for cell in cells}


def test_what_would_tell_the_mark_of_four_people_does_not_count_either(line, houses):
    ask_all(line, houses, 6, 4)
    period = published(line)
    rows = [period.results.get(user=user).lines.get() for user in (line.worker, line.neighbour)]
    assert [(row.numerator, row.denominator) for row in rows] == [(None, None)] * 2


def test_few_people_do_not_become_enough_by_being_asked_twice(line, houses):
    ask_all(line, houses, 4)
    ask_all(line, houses, 1)  # all five of them
    assert own_result(line, published(line)).lines.get().denominator == 5
