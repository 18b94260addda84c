"""Suspension: every clock stops, nothing climbs, and what was left runs on, never due at once."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Notification
from grids.backends import standing_for
from grids.calendar import load_calendar
from tests.factories import Line, make_category, make_ruled_line, report
from workorders import actions, lights, reckoning, sweeps
from workorders.models import EscalationStep, Limit, StageClock, WorkOrder
from workorders.offers import moves_offered
from workorders.states import Light, LimitUnit, Move, Stage, State
from workorders.timers import Verdict
from workorders.workflow import InvalidMove

MONDAY = dt.datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def line(db: None) -> Line:
    return make_ruled_line()


@pytest.fixture
def order(line: Line) -> WorkOrder:
    """An order of five working days, due on the next Monday at 9, in the worker's hands."""
    order = report(line, line.worker, category=make_category(needs_photo=False, difficulty="hard"), now=MONDAY)
    return actions.sign(order, actor=line.worker, now=MONDAY)


def clock(order: WorkOrder, stage: Stage = Stage.HANDLE) -> StageClock:
    return StageClock.objects.get(order=order, stage=stage)


def fresh(order: WorkOrder) -> WorkOrder:
    return WorkOrder.objects.get(pk=order.pk)


def ask(order: WorkOrder, line: Line, **more: object) -> WorkOrder:
    usual = {"reason": "material", "note": "等厂家工程师", "until": MONDAY + 14 * DAY, "now": MONDAY + HOUR}
    return actions.request_suspension(order, actor=line.worker, **usual | more)


def suspend(order: WorkOrder, line: Line, until: dt.datetime = MONDAY + 14 * DAY) -> WorkOrder:
    ask(order, line, until=until)
    return actions.grant_suspension(order, actor=line.secretary, opinion="同意", now=MONDAY + 2 * HOUR)


def test_asking_stops_nothing(line, order):
    asked = ask(order, line)
    assert (asked.state, asked.pending_approvals) == (State.IN_PROGRESS, ["suspension"])
    assert StageClock.objects.running().filter(order=order).count() == 2
    assert Notification.objects.filter(kind="suspension_asked", recipient=line.secretary).exists()


def test_granted_every_clock_stops_and_the_light_is_grey(line, order):
    suspended = suspend(order, line)
    assert (suspended.state, suspended.suspended_until) == (State.SUSPENDED, MONDAY + 14 * DAY)
    assert not StageClock.objects.running().filter(order=order).exists()
    assert lights.light_of(suspended, MONDAY + 10 * DAY) == Light.GREY
    assert Notification.objects.filter(kind="suspension_granted", recipient=line.worker).exists()


def test_nothing_warns_is_overdue_or_climbs_while_suspended(line, order):
    suspend(order, line, MONDAY + 200 * DAY)
    run = sweeps.run(MONDAY + 100 * DAY)
    assert (run.warned, run.overdue, run.escalated) == (0, 0, 0)
    assert fresh(order).state == State.SUSPENDED


def test_a_suspended_order_is_on_no_list_of_overdue_or_urgent_ones(line, order):
    suspend(order, line)
    at = MONDAY + 10 * DAY
    assert not WorkOrder.objects.overdue(at).exists()
    assert not WorkOrder.objects.due_soon(at).exists()
    assert not WorkOrder.objects.tab("todo", standing_for(line.worker), at).exists()
    assert WorkOrder.objects.tab("doing", standing_for(line.worker), at).exists()


def test_resumed_by_hand_each_deadline_moves_by_the_paused_working_time_in_its_own_unit(line, order):
    handle, whole = clock(order), clock(order, Stage.WHOLE)
    began, ended = MONDAY + 2 * HOUR, MONDAY + 2 * DAY + 5 * HOUR
    suspend(order, line)
    resumed = actions.resume(order, actor=line.worker, note="配件到了", now=ended)
    calendar = load_calendar()
    assert (resumed.state, resumed.suspended_until) == (State.IN_PROGRESS, None)
    assert resumed.due_at == calendar.shift(handle.due_at, began, ended, handle.unit)
    assert resumed.whole_due_at == calendar.shift(whole.due_at, began, ended, whole.unit)
    assert clock(order).paused_seconds == clock(order, Stage.WHOLE).paused_seconds == 2 * 86400 + 3 * 3600
    assert clock(order, Stage.WHOLE).started_at == MONDAY
    assert clock(order).climb_at == calendar.add(resumed.due_at, 1, "working_day")


def test_it_may_be_told_due_soon_a_second_time(line, order):
    warn_at = clock(order).warn_at
    assert sweeps.run(warn_at).warned == 1
    actions.request_suspension(
        order, actor=line.worker, reason="funds", note="等采购", until=warn_at + 9 * DAY, now=warn_at
    )
    actions.grant_suspension(order, actor=line.secretary, now=warn_at)
    back = warn_at + 5 * DAY
    actions.resume(order, actor=line.secretary, now=back)
    assert sweeps.run(back).warned == 1
    assert sweeps.run(back).warned == 0


def test_the_timers_resume_it_when_its_date_is_past_and_only_once(line, order):
    until = MONDAY + 14 * DAY
    suspend(order, line, until)
    assert sweeps.run(until - HOUR).resumed == 0
    late = until + 3 * DAY
    assert [sweeps.run(late).resumed for _ in range(2)] == [1, 0]
    resumed = fresh(order)
    event = order.events.order_by("-id")[0]
    assert (resumed.state, event.move, event.actor) == (State.IN_PROGRESS, Move.RESUME, None)
    assert resumed.due_at > late
    assert Notification.objects.filter(kind="order_resumed", recipient=line.worker).count() == 1


def test_the_timers_page_says_when_a_suspended_order_resumes(line, order):
    until = MONDAY + 14 * DAY
    suspended = suspend(order, line, until)
    for now, verdict in ((until - HOUR, Verdict.SKIP), (until, Verdict.RESUME)):
        [(_order, clock, decision)] = sweeps.preview([suspended], now)
        assert (clock.stage, decision.verdict) == (Stage.HANDLE, verdict)


def test_one_order_that_cannot_be_resumed_does_not_hold_up_the_others(line, order, caplog):
    other = actions.sign(report(line, line.worker, now=MONDAY), actor=line.worker, now=MONDAY)
    for item in (order, other):
        suspend(item, line)
    WorkOrder.objects.filter(pk=order.pk).update(kind="task")
    assert sweeps.run(MONDAY + 15 * DAY).resumed == 1
    assert (fresh(order).state, fresh(other).state) == (State.SUSPENDED, State.IN_PROGRESS)
    assert str(order.pk) in caplog.text


def test_an_overdue_order_is_not_suspended(line, order):
    due = clock(order).due_at
    with pytest.raises(InvalidMove):
        ask(order, line, now=due, until=due + DAY)
    ask(order, line, now=due - HOUR, until=due + DAY)
    with pytest.raises(InvalidMove):
        actions.grant_suspension(order, actor=line.secretary, now=due)


def test_not_longer_and_not_more_often_than_the_row_says(line, order):
    with pytest.raises(ValidationError, match="until"):
        ask(order, line, until=MONDAY + 400 * DAY)
    with pytest.raises(ValidationError, match="until"):
        ask(order, line, until=MONDAY)
    suspend(order, line)
    actions.resume(order, actor=line.worker, now=MONDAY + DAY)
    again = {"now": MONDAY + 2 * DAY, "until": MONDAY + 9 * DAY}
    with pytest.raises(InvalidMove):
        ask(order, line, **again)
    Limit.objects.filter(district=line.district, stage=Stage.SUSPENSION).update(times=2)
    ask(order, line, **again)


def test_the_approver_may_choose_another_date_or_refuse(line, order):
    ask(order, line)
    with pytest.raises(ValidationError, match="opinion"):
        actions.refuse_suspension(order, actor=line.secretary, opinion="")
    actions.refuse_suspension(order, actor=line.secretary, opinion="本周能到货", now=MONDAY + HOUR)
    ask(order, line)
    granted = actions.grant_suspension(order, actor=line.secretary, until=MONDAY + 3 * DAY, now=MONDAY + 2 * HOUR)
    assert granted.suspended_until == MONDAY + 3 * DAY


def test_who_asks_who_grants_who_resumes(line, order):
    with pytest.raises(PermissionDenied):
        actions.request_suspension(order, actor=line.leader, reason="court", note="仲裁", until=MONDAY + DAY)
    ask(order, line)
    with pytest.raises(PermissionDenied):
        actions.grant_suspension(order, actor=line.leader, now=MONDAY + HOUR)
    actions.grant_suspension(order, actor=line.operator, now=MONDAY + HOUR)
    with pytest.raises(PermissionDenied):
        actions.resume(order, actor=line.leader)
    actions.resume(order, actor=line.dispatcher, now=MONDAY + 2 * HOUR)


def test_only_an_order_in_progress_is_suspended(line):
    order = report(line, line.worker, now=MONDAY)
    with pytest.raises(InvalidMove):
        ask(order, line)


def test_a_suspended_order_can_be_voided(line, order):
    suspend(order, line)
    voided = actions.void(order, actor=line.chief, note="误报")
    assert (voided.state, voided.suspended_until) == (State.VOIDED, None)


def test_a_pending_extension_lapses_with_the_suspension(line, order):
    actions.request_extension(
        order, actor=line.worker, reason="weather", note="雨", until=MONDAY + 9 * DAY, now=MONDAY + HOUR
    )
    assert suspend(order, line).pending_approvals == []


def test_the_button_is_there_only_while_there_is_room(line, order, time_machine):
    worker = standing_for(line.worker)
    time_machine.move_to(MONDAY + HOUR)
    assert Move.REQUEST_SUSPENSION in moves_offered(fresh(order), worker)
    suspend(order, line)
    assert moves_offered(fresh(order), worker)[0] == Move.RESUME
    actions.resume(order, actor=line.worker, now=MONDAY + 3 * HOUR)
    assert Move.REQUEST_SUSPENSION not in moves_offered(fresh(order), worker)
    time_machine.move_to(fresh(order).due_at)
    assert Move.REQUEST_SUSPENSION not in moves_offered(fresh(order), worker)


minutes = st.integers(min_value=0, max_value=60 * 24 * 40)


@pytest.fixture(scope="module")
def calendar(django_db_setup: None, django_db_blocker: object) -> object:
    with django_db_blocker.unblock():
        return load_calendar()


@given(
    start=minutes, used=st.integers(0, 99), paused=minutes, value=st.integers(1, 20), unit=st.sampled_from(LimitUnit)
)
def test_leaving_a_pause_never_breaches_at_once_whatever_the_unit_and_the_hour(
    calendar, start, used, paused, value, unit
):
    began = MONDAY + dt.timedelta(minutes=start)
    rule = Limit(value=value, unit=unit, warn_percent=80)
    grace = EscalationStep(grace_value=1, grace_unit=LimitUnit.WORKING_DAY)
    at = reckoning.times(rule, began, calendar, grace)
    held = began + (at.due_at - began) * used / 100
    resumed = held + dt.timedelta(minutes=paused)
    clock = StageClock(
        started_at=began,
        value=value,
        unit=unit,
        warn_at=at.warn_at,
        due_at=at.due_at,
        climb_at=at.climb_at,
        warned_at=held,
    )
    reckoning.stop(clock, held)
    reckoning.wake(clock, resumed, calendar, grace)
    assert clock.due_at >= calendar.add(resumed, 1, LimitUnit.WORKING_HOUR)
    assert calendar.working_seconds(resumed, clock.due_at) >= 3600
    assert clock.due_at >= calendar.shift(at.due_at, held, resumed, unit)
    assert clock.warn_at <= clock.due_at < clock.climb_at
    assert (clock.warned_at, clock.next_at, clock.stopped_at) == (None, clock.warn_at, None)
    assert clock.paused_seconds == int((resumed - held).total_seconds())
