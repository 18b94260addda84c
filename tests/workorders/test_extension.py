"""Extension: asked for in time, once, within the cap; granted, every deadline moves and nothing starts anew."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Notification
from grids.backends import standing_for
from grids.calendar import load_calendar
from tests.factories import Line, make_category, make_ruled_line, report
from workorders import actions, lights, sweeps
from workorders.models import Approval, Limit, StageClock, WorkOrder
from workorders.offers import moves_offered
from workorders.states import ApprovalState, Light, Move, Stage
from workorders.workflow import InvalidMove

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def line() -> Line:
    return make_ruled_line()


@pytest.fixture
def order(line: Line) -> WorkOrder:
    """An order of five working days, due on the next Monday at 9, in the worker's hands."""
    order = report(line, line.worker, category=make_category(needs_photo=False, difficulty="hard"), now=MONDAY)
    return actions.sign(order, actor=line.worker, now=MONDAY)


def clock(order: WorkOrder, stage: Stage = Stage.HANDLE) -> StageClock:
    return StageClock.objects.running().get(order=order, stage=stage)


def fresh(order: WorkOrder) -> WorkOrder:
    return WorkOrder.objects.get(pk=order.pk)


def ask(order: WorkOrder, line: Line, **more: object) -> WorkOrder:
    usual = {"reason": "material", "note": "等配件到货", "until": MONDAY + dt.timedelta(days=9), "now": MONDAY + HOUR}
    return actions.request_extension(order, actor=line.worker, **usual | more)


def test_a_request_stops_no_clock_and_tells_who_decides(line, order):
    before = clock(order)
    asked = ask(order, line)
    assert asked.pending_approvals == ["extension"]
    assert clock(order).due_at == before.due_at
    assert list(Notification.objects.filter(kind="extension_asked").values_list("recipient", flat=True)) == [
        line.secretary.pk
    ]
    assert sweeps.run(before.due_at).overdue == 1


def test_granted_the_handling_gets_the_date_and_warns_by_its_own_percent(line, order):
    until = MONDAY + dt.timedelta(days=9)
    old = clock(order)
    ask(order, line)
    granted = actions.grant_extension(order, actor=line.secretary, opinion="同意", now=MONDAY + 2 * HOUR)
    now = clock(order)
    calendar = load_calendar()
    assert now.due_at == until == granted.due_at
    assert now.warn_at == calendar.share(now.started_at, until, 80, now.unit) == granted.warn_at
    assert now.climb_at > old.climb_at
    assert (now.started_at, now.next_at) == (old.started_at, now.warn_at)
    assert granted.extension_count == 1
    assert Notification.objects.filter(kind="extension_granted", recipient=line.worker).exists()
    event = granted.events.order_by("-id")[0]
    assert (event.move, event.reason) == (Move.GRANT_EXTENSION, "material")
    assert dt.datetime.fromisoformat(event.details["until"]) == until


def test_the_whole_order_moves_by_the_same_working_time_and_is_not_started_anew(line, order):
    whole, due = clock(order, Stage.WHOLE), clock(order).due_at
    ask(order, line)
    granted = actions.grant_extension(order, actor=line.secretary, now=MONDAY + 2 * HOUR)
    calendar = load_calendar()
    moved = clock(order, Stage.WHOLE)
    assert moved.pk == whole.pk
    assert moved.started_at == whole.started_at
    assert calendar.working_seconds(whole.due_at, moved.due_at) == calendar.working_seconds(due, granted.due_at)
    assert moved.due_at == granted.whole_due_at


def test_a_grant_after_the_deadline_makes_the_light_right_and_warns_again(line, order):
    ask(order, line)
    due = clock(order).due_at
    late = due + HOUR
    sweeps.run(late)
    assert lights.light_of(fresh(order), late) == Light.RED
    granted = actions.grant_extension(order, actor=line.secretary, until=due + 4 * HOUR, now=late)
    assert lights.light_of(granted, late) == Light.YELLOW
    assert Approval.objects.get(order=order).state == ApprovalState.CHANGED
    assert sweeps.run(late).warned == 1
    assert sweeps.run(due + 4 * HOUR).overdue == 1
    assert sweeps.run(due + 4 * HOUR).overdue == 0


def test_refusing_needs_an_opinion_and_leaves_the_deadline(line, order):
    ask(order, line)
    due = clock(order).due_at
    with pytest.raises(ValidationError, match="opinion"):
        actions.refuse_extension(order, actor=line.secretary, opinion=" ")
    refused = actions.refuse_extension(order, actor=line.secretary, opinion="时间足够")
    assert (refused.due_at, refused.extension_count, refused.pending_approvals) == (due, 0, [])
    assert Notification.objects.filter(kind="extension_refused", recipient=line.worker).exists()
    ask(order, line)


def test_asking_comes_before_the_deadline(line, order):
    due = clock(order).due_at
    with pytest.raises(InvalidMove):
        ask(order, line, now=due, until=due + 2 * HOUR)
    ask(order, line, now=due - HOUR, until=due + 2 * HOUR)


def test_only_as_often_as_the_row_says(line, order):
    ask(order, line)
    actions.grant_extension(order, actor=line.secretary, now=MONDAY + 2 * HOUR)
    again = {"until": MONDAY + dt.timedelta(days=10), "now": MONDAY + 3 * HOUR}
    with pytest.raises(InvalidMove):
        ask(order, line, **again)
    Limit.objects.filter(district=line.district, stage=Stage.EXTENSION).update(times=2)
    ask(order, line, **again)


@pytest.mark.parametrize("days", [-1, 0, 40])
def test_the_date_lies_after_the_present_one_and_within_the_cap(line, order, days):
    with pytest.raises(ValidationError, match="until"):
        ask(order, line, until=clock(order).due_at + dt.timedelta(days=days))


def test_the_cap_is_the_rows_working_time_beyond_the_deadline(line, order):
    cap = load_calendar().add(clock(order).due_at, 10, "working_day")
    with pytest.raises(ValidationError, match="until"):
        ask(order, line, until=cap + dt.timedelta(minutes=1))
    ask(order, line, until=cap)
    with pytest.raises(ValidationError, match="until"):
        actions.grant_extension(order, actor=line.secretary, until=cap + dt.timedelta(minutes=1), now=MONDAY + HOUR)


def test_the_reason_is_from_the_list_and_explained(line, order):
    with pytest.raises(ValidationError, match="reason"):
        ask(order, line, reason="tired")
    with pytest.raises(ValidationError, match="note"):
        ask(order, line, note="")


def test_only_the_handler_asks_and_not_twice(line, order):
    with pytest.raises(PermissionDenied):
        actions.request_extension(order, actor=line.leader, reason="material", note="等", until=MONDAY)
    ask(order, line)
    with pytest.raises(InvalidMove):
        ask(order, line)


def test_who_handles_it_does_not_grant_it(line, order):
    """A secretary who handles an order needs somebody above."""
    item = actions.reassign(order, actor=line.leader, assignee=line.secretary, now=MONDAY)
    actions.sign(item, actor=line.secretary, now=MONDAY)
    until = clock(order).due_at + HOUR
    actions.request_extension(order, actor=line.secretary, reason="facts", note="查证", until=until, now=MONDAY)
    with pytest.raises(PermissionDenied):
        actions.grant_extension(order, actor=line.secretary, now=MONDAY)
    actions.grant_extension(order, actor=line.operator, now=MONDAY)


def test_people_below_the_holder_do_not_decide(line, order):
    ask(order, line)
    with pytest.raises(PermissionDenied):
        actions.grant_extension(order, actor=line.leader, now=MONDAY + HOUR)
    far = make_ruled_line("secretary")
    with pytest.raises(PermissionDenied):
        actions.grant_extension(order, actor=far.secretary, now=MONDAY + HOUR)


def test_nothing_is_decided_that_nobody_asked_for(line, order):
    with pytest.raises(InvalidMove):
        actions.grant_extension(order, actor=line.secretary)


def test_an_order_to_be_signed_may_be_extended_by_the_unit(line):
    order = report(line, line.worker, category=make_category(needs_photo=False, difficulty="hard"), now=MONDAY)
    actions.reassign(order, actor=line.leader, unit=line.dept, now=MONDAY)
    until = clock(order).due_at + HOUR
    actions.request_extension(order, actor=line.handler, reason="other_unit", note="先等", until=until, now=MONDAY)
    actions.sign(order, actor=line.handler, now=MONDAY)
    assert fresh(order).pending_approvals == ["extension"]
    assert actions.grant_extension(order, actor=line.dispatcher, now=MONDAY).due_at == until


def test_the_button_is_there_only_while_there_is_room(line, order, time_machine):
    worker = standing_for(line.worker)
    time_machine.move_to(MONDAY + HOUR)
    assert Move.REQUEST_EXTENSION in moves_offered(fresh(order), worker)
    ask(order, line)
    assert Move.REQUEST_EXTENSION not in moves_offered(fresh(order), worker)
    assert {Move.GRANT_EXTENSION, Move.REFUSE_EXTENSION} <= set(
        moves_offered(fresh(order), standing_for(line.secretary))
    )
    actions.grant_extension(order, actor=line.secretary)
    assert Move.REQUEST_EXTENSION not in moves_offered(fresh(order), worker)
    Limit.objects.filter(district=line.district, stage=Stage.EXTENSION).update(times=2)
    assert Move.REQUEST_EXTENSION in moves_offered(fresh(order), worker)
    time_machine.move_to(fresh(order).due_at)
    assert Move.REQUEST_EXTENSION not in moves_offered(fresh(order), worker)
