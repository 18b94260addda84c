"""A line of the tree with its people, and a second department."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from coordination import actions
from grids.roles import Role
from tests.factories import Line, make_post, make_ruled_line, make_unit, make_user

MONDAY = dt.datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def make_department(line: Line, name: str = "区水务局") -> tuple:
    """Make a second department of the district with a handler and a leader."""
    unit = make_unit(line.district, name=name)
    handler, leader = make_user(), make_user()
    make_post(handler, Role.DEPT_HANDLER, line.district, unit)
    make_post(leader, Role.DEPT_LEADER, line.district, unit)
    return unit, handler, leader


def blow(line: Line, *units, now: dt.datetime = MONDAY, **fields):
    """Let the community call these units, or its district's department."""
    usual = {"actor": line.secretary, "node": line.community, "subject": "占道经营", "place": "东门"}
    return actions.blow(units=list(units) or [line.dept], now=now, **usual | fields)


@pytest.fixture
def line(db):
    return make_ruled_line()


@pytest.fixture(autouse=True)
def _in_english():
    """Read refusals in the language of their source; pages speak the language of who opens them."""
    with translation.override("en"):
        yield
