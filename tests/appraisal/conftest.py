"""A line of the tree with its people, those who decide, and a scheme whose result can be reckoned by hand."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from appraisal import actions
from appraisal.actions.points import RuleFacts
from appraisal.models import Assessment, Scheme
from grids.roles import Role
from tests.factories import Line, make_line, make_order, make_post, make_unit, make_user
from workorders.states import State

ZONE = ZoneInfo("Asia/Shanghai")
OCTOBER, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1)
AFTER = dt.datetime(2026, 11, 2, 9, 0, tzinfo=ZONE)
"""A Monday morning, the first working day after October."""
LATER = dt.datetime(2026, 11, 20, 9, 0, tzinfo=ZONE)
"""After the days for objections of what was published on AFTER."""


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def line(db):
    """A line whose department has a leader, and a street leader who decides objections."""
    line = make_line("worker", "secretary", "operator", "chief", "handler", "supervisor")
    line.people["head"] = make_user(display_name="Head")
    make_post(line.head, Role.DEPT_LEADER, line.district, line.dept)
    line.people["street_leader"] = make_user(display_name="Street leader")
    make_post(line.street_leader, Role.STREET_LEADER, line.street)
    return line


HALF = actions.IndicatorFacts("on_time", Decimal(60), target=Decimal(90), floor=Decimal(50), minimum=3)
COUNT = actions.IndicatorFacts("reports", Decimal(25), formula="ratio", target=Decimal(8), minimum=0)
MARKED = actions.IndicatorFacts("manual", Decimal(15), formula="as_it_is", minimum=0)


def make_scheme(line: Line, *indicators, judged: str = "worker", first: dt.date = OCTOBER) -> Scheme:
    facts = actions.SchemeFacts(judged, "Monthly", points_limit=Decimal(5))
    rows = list(indicators) or [HALF, COUNT, MARKED]
    return actions.add_scheme(line.district, actor=line.chief, facts=facts, indicators=rows, valid_from=first)


def make_rule(line: Line, judged: str = "worker", **fields):
    usual = {"name": "Found a hidden danger", "least": Decimal(1), "most": Decimal(4)}
    return actions.set_rule(line.district, actor=line.chief, facts=RuleFacts(judged, **usual | fields))


def make_due(line: Line, *, late: bool = False, day: int = 10, **fields):
    """An order that the worker handled: due in October, ended before that or after."""
    due = dt.datetime(2026, 10, day, 12, 0, tzinfo=ZONE)
    done = due + dt.timedelta(hours=5 if late else -5)
    usual = {"handler": line.worker, "reporter": None, "whole_due_at": due, "finished_at": done, "reported_at": done}
    return make_order(line, State.CLOSED, **usual | fields)


def month(scheme: Scheme, actor, day: dt.date = OCTOBER) -> Assessment:
    return actions.open_period(scheme, actor=actor, day=day, now=AFTER)


@pytest.fixture
def october(line):
    """October of the worker: 5 of 6 orders on time, 4 reports, a mark of 80, 3 immediate points."""
    for day in range(1, 6):
        make_due(line, day=day)
    make_due(line, late=True, day=20)
    at = dt.datetime(2026, 10, 8, 9, 0, tzinfo=ZONE)
    for _ in range(4):
        make_order(line, State.FILED, reporter=line.worker, reported_at=at)
    make_order(line, State.REJECTED, reporter=line.worker, reported_at=at, finished_at=at)
    scheme = make_scheme(line)
    period = month(scheme, line.chief)
    marked = scheme.indicators.get(code="manual")
    actions.give_mark(
        period, actor=line.operator, indicator=marked, value=Decimal(80), words="Drill", user=line.worker, now=AFTER
    )
    actions.give_points(
        period,
        actor=line.operator,
        rule=make_rule(line),
        points=Decimal(3),
        words="Gas leak",
        happened_on=dt.date(2026, 10, 8),
        user=line.worker,
        order=make_due(line, day=30),
        now=AFTER,
    )
    return period


@pytest.fixture
def published(line, october):
    actions.compute(october, actor=line.chief, now=AFTER)
    return actions.publish(october, actor=line.chief, now=AFTER)


def own_result(line: Line, period: Assessment):
    return period.results.get(user=line.worker)


def make_team(line: Line):
    return make_unit(line.street, kind="joint_team")
