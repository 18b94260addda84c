"""Credit and delay of an order are split by unit: who held it how long, how late, with what outcome."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from grids.calendar import load_calendar
from grids.roles import Role
from tests.factories import make_post, make_ruled_line, make_unit, make_user, report
from workorders import actions, credit
from workorders.credit import Outcome, Part
from workorders.models import Event, StageClock, WorkOrder
from workorders.states import Stage

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def line():
    return make_ruled_line()


@pytest.fixture
def water(line):
    unit = make_unit(line.district, name="区供水公司")
    make_post(make_user("plumber"), Role.DEPT_HANDLER, line.district, unit)
    return unit


def split(order, now):
    order = WorkOrder.objects.get(pk=order.pk)
    subs = list(order.assists.order_by("pk"))
    ids = [order.pk, *(sub.pk for sub in subs)]
    events = Event.objects.filter(order__in=ids).order_by("id")
    clocks = StageClock.objects.filter(order__in=ids, stage=Stage.HANDLE)
    return credit.split(order, subs, events, clocks, load_calendar(), now)


def hours(share):
    return share.held_seconds / 3600


def test_each_unit_that_led_has_its_own_time_and_outcome_and_the_first_answers(line, water):
    order = report(line, line.worker, now=MONDAY)
    actions.reassign(order, actor=line.leader, unit=line.dept, now=MONDAY + HOUR)
    actions.sign(order, actor=line.handler, now=MONDAY + HOUR)
    actions.transfer(order, actor=line.handler, unit=water, note="管道", now=MONDAY + 2 * HOUR)
    plumber = water.posts.get().user
    actions.accept_transfer(order, actor=plumber, now=MONDAY + 3 * HOUR)
    actions.submit_result(order, actor=plumber, result="已修", now=MONDAY + DAY)
    shares = split(order, MONDAY + 5 * DAY)
    day = load_calendar().day_seconds / 3600
    assert [(s.unit_id, s.node_id, s.part, hours(s), s.outcome, s.answers) for s in shares] == [
        (None, line.base.pk, Part.LEAD, 1, Outcome.GIVEN_AWAY, True),
        (line.dept.pk, None, Part.LEAD, 2, Outcome.GIVEN_AWAY, False),
        (water.pk, None, Part.LEAD, day - 3, Outcome.RESULT, False),
    ]


def test_time_after_the_deadline_is_the_delay_of_whoever_had_it_then(line, water):
    order = report(line, line.worker, now=MONDAY)
    due = StageClock.objects.running().get(order=order, stage=Stage.HANDLE).due_at
    actions.sign(order, actor=line.worker, now=MONDAY)
    actions.transfer(order, actor=line.worker, unit=water, note="管道", now=MONDAY)
    actions.accept_transfer(order, actor=water.posts.get().user, now=due + 2 * HOUR)
    first, second = split(order, due + 3 * HOUR)
    assert (first.overdue_seconds, second.overdue_seconds) == (2 * 3600, 3600)
    assert second.outcome == Outcome.IN_HAND


def test_who_assisted_has_a_line_of_their_own_and_a_release_is_no_failure(line, water):
    gas = make_unit(line.district, name="燃气公司")
    make_post(make_user(), Role.DEPT_HANDLER, line.district, gas)
    order = report(line, line.worker, now=MONDAY)
    actions.sign(order, actor=line.worker, now=MONDAY)
    for unit in (water, gas):
        actions.assist(order, actor=line.worker, unit=unit, task="关阀", now=MONDAY)
    done, gone = order.assists.order_by("pk")
    plumber = water.posts.get().user
    actions.sign(done, actor=plumber, now=MONDAY + HOUR)
    actions.submit_result(done, actor=plumber, result="已关", now=MONDAY + 2 * HOUR)
    actions.release(gone, actor=line.worker, note="不需要", now=MONDAY + HOUR)
    shares = split(order, MONDAY + 3 * HOUR)
    assert [(s.part, hours(s), s.outcome) for s in shares] == [
        (Part.LEAD, 3, Outcome.IN_HAND),
        (Part.ASSIST, 2, Outcome.RESULT),
        (Part.ASSIST, 1, Outcome.RELEASED),
    ]


def test_a_suspension_is_nobody_s_time(line):
    order = report(line, line.worker, now=MONDAY)
    actions.sign(order, actor=line.worker, now=MONDAY)
    events = list(Event.objects.filter(order=order).order_by("id"))
    paused = Event(order=order, at=MONDAY + HOUR, move="grant_suspension", to_state="suspended", node=line.base)
    clocks = StageClock.objects.filter(order=order, stage=Stage.HANDLE)
    shares = credit.split(order, [], [*events, paused], clocks, load_calendar(), MONDAY + DAY)
    assert [(hours(s), s.outcome) for s in shares] == [(1, Outcome.IN_HAND)]
