"""Who sees aggregates only learns no number below ten from a subscribed table or from the API of briefings."""

from typing import Any

import pytest
from openpyxl import load_workbook
from rest_framework.test import APIClient

from accounts import tokens
from accounts.models import User
from bulletins import tables
from bulletins.actions import composing, publishing
from bulletins.models import Subscription
from bulletins.states import File, Topic
from grids.models import Unit
from grids.roles import Role
from hotline.periods import Length, around
from insights.measures import Measure
from insights.models import UnitTally
from tests.bulletins.papers import NOW, OCTOBER, make_months
from tests.factories import Line, make_line, make_post, make_unit, make_user

pytestmark = pytest.mark.django_db
PERIOD = around(OCTOBER, Length.MONTH)
NUMBERS = {"甲局": (40, 30), "乙局": (25, 21), "丙局": (4, 2), "丁局": (14, 2)}
"""Solved on time and late."""


@pytest.fixture
def line() -> Line:
    line = make_line("supervisor")
    Unit.objects.all().delete()
    for name, parts in NUMBERS.items():
        unit = make_unit(line.district, name=name)
        for key, count in zip(("on_time", "late"), parts, strict=True):
            UnitTally.objects.create(unit=unit, day=OCTOBER, measure=Measure.FELL_DUE, key=key, count=count)
    return line


def make_executive(line: Line) -> User:
    boss = make_user()
    make_post(boss, Role.EXECUTIVE, line.district)
    return boss


def shown(user: User, line: Line) -> dict[str, list[Any]]:
    """Return what fell due, was on time, and its rate, by unit: of the workbook, which the PDF has to equal."""
    item = Subscription(user=user, node=line.district, topic=Topic.UNITS, length=Length.MONTH, file=File.XLSX)
    rows = {row[0]: list(row[3:6]) for row in load_workbook(tables.workbook(item, PERIOD)).worksheets[0].values}
    (chapter,) = tables.document(item, PERIOD).chapters
    (printed,) = chapter.tables
    assert bool(chapter.paragraphs) == ("不予显示" in next(iter(rows))) == (user != line.supervisor)
    for name, *cells in printed.rows:
        assert cells[2:5] == ["—" if value is None else str(value) for value in rows[name]]
    return {name: rows[name] for name in NUMBERS}


def test_an_executive_gets_no_small_number_of_a_unit_nor_what_gives_it_away(line: Line) -> None:
    table = shown(make_executive(line), line)
    assert table["甲局"] == [70, 40, 57.1]
    assert table["丙局"] == [None, None, None]
    assert table["丁局"] == [None, None, None], "what all of them had would give six away"
    assert table["乙局"] == [46, None, None], "as would what all of them had late"


def test_who_answers_for_the_area_gets_every_number(line: Line) -> None:
    assert shown(line.supervisor, line)["丙局"] == [6, 4, 66.7]
    assert shown(line.supervisor, line)["丁局"] == [16, 14, 87.5]


def test_the_api_gives_of_a_briefing_only_what_stands_on_the_paper() -> None:
    line = make_months()
    item = composing.compose(line.district, actor=line.dispatcher, kind="weekly", day=OCTOBER, now=NOW)
    publishing.publish(item, actor=line.chief, version=item.version)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {tokens.issue(make_executive(line)).key}")
    answer = client.get(f"/api/v1/bulletins/{item.pk}/").json()
    assert answer["title"] == item.title
    assert [one["key"] for one in answer["sections"]] == [section["key"] for section in item.sections]
    assert "figures" not in answer
