"""Assisting units get sub-orders of their own; the order is done when they are done or released (主办/协办)."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from accounts.models import Notification, User
from grids.backends import standing_for
from grids.calendar import load_calendar
from grids.models import Unit
from grids.roles import Role
from tests.factories import Line, make_post, make_ruled_line, make_unit, make_user, report
from tests.grids.test_tree_races import at_once
from workorders import actions, sweeps
from workorders.actions import hand_over
from workorders.models import Limit, StageClock, WorkOrder
from workorders.querysets import Tab
from workorders.states import Move, OrderKind, Stage, State
from workorders.workflow import InvalidMove, moves_for

db = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def line() -> Line:
    return make_ruled_line()


@pytest.fixture
def water(line) -> Unit:
    return make_unit(line.district, name="区供水公司")


@pytest.fixture
def plumber(line, water) -> User:
    return posted(line, water)


def posted(line: Line, unit: Unit) -> User:
    person = make_user()
    make_post(person, Role.DEPT_HANDLER, line.district, unit)
    return person


def led_by_the_department(line: Line) -> WorkOrder:
    order = report(line, line.worker, now=MONDAY)
    actions.reassign(order, actor=line.leader, unit=line.dept, now=MONDAY)
    return actions.sign(order, actor=line.handler, now=MONDAY)


def ask(line: Line, unit: Unit, order: WorkOrder | None = None, **more) -> tuple[WorkOrder, WorkOrder]:
    order = order or led_by_the_department(line)
    actions.assist(order, actor=line.handler, unit=unit, **{"task": "关闭阀门", "now": MONDAY} | more)
    return reload(order), order.assists.latest("id")


def reload(order: WorkOrder) -> WorkOrder:
    return WorkOrder.objects.get(pk=order.pk)


def to_do(user: User) -> list[WorkOrder]:
    return list(WorkOrder.objects.tab(Tab.TODO, standing_for(user)))


def told(user: User, kind: str) -> int:
    return Notification.objects.filter(recipient=user, kind=kind).count()


@db
def test_a_sub_order_is_numbered_under_its_order_dispatched_and_due_by_the_row_for_assistance(line, water, plumber):
    order, sub = ask(line, water)
    assert (sub.kind, sub.number, sub.state) == (OrderKind.ASSIST, f"{order.number}-1", State.DISPATCHED)
    assert (sub.parent, sub.lead_unit, sub.reporter) == (order, water, None)
    row = Limit.objects.get(district=line.district, stage=Stage.ASSIST)
    clock = StageClock.objects.running().get(order=sub, stage=Stage.HANDLE)
    assert (clock.limit, clock.due_at) == (row, load_calendar().add(MONDAY, row.value, row.unit))
    assert clock.climb_at is None
    assert to_do(plumber) == [sub]
    assert WorkOrder.objects.visible_to(plumber).filter(pk=order.pk).exists()
    assert told(plumber, "assist_asked") == 1
    assert [event.move for event in sub.events.all()] == [Move.ASSIST]
    assert order.events.latest("id").details["order"] == sub.pk


@db
def test_a_given_number_of_working_days_is_its_limit(line, water, plumber):
    _, sub = ask(line, water, working_days=5)
    clock = StageClock.objects.running().get(order=sub, stage=Stage.HANDLE)
    assert (clock.is_given, clock.value) == (True, 5)
    assert clock.due_at == sub.due_at == load_calendar().add(MONDAY, 5, "working_day")


@db
def test_its_result_is_checked_by_whoever_handles_the_order_and_accepting_closes_it(line, water, plumber):
    _, sub = ask(line, water)
    actions.sign(sub, actor=plumber)
    actions.submit_result(sub, actor=plumber, result="阀门已关")
    waiting = reload(sub)
    assert (waiting.state, waiting.assignee) == (State.PENDING_VERIFICATION, line.handler)
    assert sub in to_do(line.handler)
    assert sub in WorkOrder.objects.tab(Tab.DOING, standing_for(plumber))
    assert told(line.handler, "assist_to_check") == 1
    assert Move.VERIFY_PASS not in moves_for(waiting, standing_for(plumber))
    with pytest.raises(PermissionDenied):
        actions.verify_pass(sub, actor=line.worker)
    closed = actions.verify_pass(sub, actor=line.handler)
    assert (closed.state, closed.closing_kind) == (State.CLOSED, "solved")
    assert not StageClock.objects.running().filter(order=sub).exists()
    assert moves_for(closed, standing_for(line.clerk)) == []
    assert told(plumber, "assist_accepted") == 1


@db
def test_a_result_sent_back_is_worked_on_again_under_the_same_clock(line, water, plumber):
    _, sub = ask(line, water)
    actions.sign(sub, actor=plumber, now=MONDAY)
    actions.submit_result(sub, actor=plumber, result="阀门已关", now=MONDAY + dt.timedelta(hours=1))
    back = actions.verify_fail(sub, actor=line.handler, note="仍漏水", now=MONDAY + dt.timedelta(days=1, hours=1))
    assert (back.state, back.assignee, back.lead_unit) == (State.IN_PROGRESS, plumber, water)
    clock = StageClock.objects.get(order=sub, stage=Stage.HANDLE)
    assert clock.due_at == load_calendar().add(MONDAY, 4, "working_day")
    assert clock.climb_at is None


@db
def test_the_order_is_not_done_before_those_who_assist_are(line, water, plumber):
    order, sub = ask(line, water)
    with pytest.raises(InvalidMove, match=f"区供水公司 \\({sub.number}\\)"):
        actions.submit_result(order, actor=line.handler, result="已修")
    actions.sign(sub, actor=plumber)
    actions.submit_result(sub, actor=plumber, result="阀门已关")
    with pytest.raises(InvalidMove, match="still assist"):
        actions.submit_result(order, actor=line.handler, result="已修")
    actions.verify_pass(sub, actor=line.handler)
    assert actions.submit_result(order, actor=line.handler, result="已修").state == State.PENDING_VERIFICATION


@db
def test_an_assisting_unit_is_released_by_the_handler_with_a_reason(line, water, plumber):
    order, sub = ask(line, water)
    with pytest.raises(ValidationError):
        actions.release(sub, actor=line.handler, note="")
    with pytest.raises(PermissionDenied):
        actions.release(sub, actor=plumber, note="不办了")
    gone = actions.release(sub, actor=line.handler, note="已自行关阀")
    assert (gone.state, gone.closing_kind) == (State.CLOSED, "withdrawn")
    assert told(plumber, "assist_released") == 1
    assert actions.submit_result(order, actor=line.handler, result="已修").state == State.PENDING_VERIFICATION


@db
def test_when_the_order_changes_hands_the_new_handler_checks(line, water, plumber):
    order, sub = ask(line, water)
    actions.sign(sub, actor=plumber)
    actions.submit_result(sub, actor=plumber, result="阀门已关")
    actions.reassign(order, actor=line.leader, assignee=line.worker)
    assert (reload(sub).assignee, reload(sub).state) == (line.worker, State.PENDING_VERIFICATION)
    assert sub in to_do(line.worker)
    assert sub not in to_do(line.handler)
    assert sub.events.latest("id").move == Move.HAND_OVER
    actions.escalate(order, actor=line.worker, note="超出能力")
    assert reload(sub).assignee == line.leader
    assert actions.verify_pass(sub, actor=line.leader).state == State.CLOSED


@db
def test_when_the_order_climbs_by_the_timers_the_level_s_owner_checks(line, water, plumber):
    order, sub = ask(line, water)
    actions.sign(sub, actor=plumber, now=MONDAY)
    actions.submit_result(sub, actor=plumber, result="阀门已关", now=MONDAY)
    climb_at = StageClock.objects.running().get(order=order, stage=Stage.HANDLE).climb_at
    sweeps.run(climb_at)
    assert reload(order).assignee == line.leader
    assert reload(sub).assignee == line.leader


@db
def test_a_sub_order_warns_when_overdue_and_never_climbs(line, water, plumber):
    order, sub = ask(line, water)
    clock = StageClock.objects.running().get(order=sub, stage=Stage.HANDLE)
    WorkOrder.objects.filter(pk=order.pk).update(urgency="ordinary")
    StageClock.objects.filter(order=order).update(stopped_at=MONDAY, next_at=None)
    for _ in range(3):
        sweeps.run(clock.due_at + dt.timedelta(days=20))
    assert (reload(sub).step, reload(sub).state) == (0, State.DISPATCHED)
    assert told(plumber, "order_overdue") >= 1
    assert told(line.handler, "order_overdue") >= 1


@db
def test_when_the_order_ends_so_do_its_sub_orders(line, water, plumber):
    order, sub = ask(line, water)
    actions.void(order, actor=line.chief, note="重复")
    gone = reload(sub)
    assert (gone.state, gone.closing_kind) == (State.CLOSED, "withdrawn")
    assert sub.events.latest("id").reason == "parent_ended"
    assert not StageClock.objects.running().filter(order=sub).exists()


@db
def test_a_unit_that_comes_to_lead_assists_itself_no_longer(line, water, plumber):
    order, sub = ask(line, water)
    actions.transfer(order, actor=line.handler, unit=water, note="主要是管道")
    actions.accept_transfer(order, actor=plumber)
    assert reload(sub).state == State.CLOSED
    assert sub.events.latest("id").reason == "became_lead"


@db
def test_it_does_not_count_among_the_area_s_incidents(line, water, plumber):
    _, sub = ask(line, water)
    for tab in (Tab.DOING, Tab.DONE, Tab.OVERDUE, Tab.REPORTED):
        assert sub not in WorkOrder.objects.tab(tab, standing_for(line.secretary)), tab
    actions.release(sub, actor=line.handler, note="不需要了")
    assert sub not in WorkOrder.objects.tab(Tab.DONE, standing_for(line.secretary))
    assert sub in WorkOrder.objects.tab(Tab.DONE, standing_for(plumber))
    assert WorkOrder.objects.visible_to(line.secretary).filter(pk=sub.pk).exists()


@db
@pytest.mark.parametrize(
    ("unit", "given"),
    [("dept", {}), ("empty", {}), ("water", {"task": " "}), ("water", {"working_days": 0}), ("elsewhere", {})],
)
def test_who_and_what_is_asked_is_checked(line, water, plumber, unit, given):
    units = {"dept": line.dept, "water": water, "empty": make_unit(line.district)}
    units["elsewhere"] = make_ruled_line().dept
    with pytest.raises(ValidationError):
        ask(line, units[unit], **given)


@db
def test_a_unit_assists_an_order_once_at_a_time_and_again_later(line, water, plumber):
    order, sub = ask(line, water)
    with pytest.raises(ValidationError, match="assists already"):
        ask(line, water, order)
    actions.release(sub, actor=line.handler, note="先不办")
    _, again = ask(line, water, order)
    assert again.number == f"{order.number}-2"


@db
def test_the_answer_is_put_together_from_the_lead_and_those_who_assisted(line, water, plumber):
    order, sub = ask(line, water)
    actions.sign(sub, actor=plumber)
    actions.submit_result(sub, actor=plumber, result="阀门已关")
    actions.verify_pass(sub, actor=line.handler)
    actions.submit_result(order, actor=line.handler, result="路面已修")
    actions.verify_pass(order, actor=line.leader)
    assert actions.close(order, actor=line.worker).answer == "路面已修\n区供水公司: 阀门已关"


@db
def test_somebody_who_left_the_assisting_unit_leaves_it_to_its_people(line, water, plumber):
    _, sub = ask(line, water)
    actions.sign(sub, actor=plumber)
    colleague = posted(line, water)
    plumber.posts.update(ends_on="2021-01-01")
    assert hand_over.all_left_behind() == 1
    assert sub in to_do(colleague)


@pytest.mark.django_db(transaction=True)
def test_a_result_and_a_change_of_hands_at_once_leave_the_check_with_the_new_handler():
    line = make_ruled_line()
    water = make_unit(line.district)
    plumber = posted(line, water)
    order, sub = ask(line, water)
    actions.sign(sub, actor=plumber)
    failures = at_once(
        lambda: actions.submit_result(sub, actor=plumber, result="阀门已关"),
        lambda: actions.reassign(order, actor=line.leader, assignee=line.worker),
    )
    assert failures == []
    assert (reload(order).assignee, reload(sub).assignee) == (line.worker, line.worker)


@pytest.mark.django_db(transaction=True)
def test_the_order_s_result_and_a_request_for_assistance_at_once_leave_no_open_sub_order_behind():
    line = make_ruled_line()
    water = make_unit(line.district)
    posted(line, water)
    order = led_by_the_department(line)
    failures = at_once(
        lambda: actions.submit_result(order, actor=line.handler, result="已修"),
        lambda: actions.assist(order, actor=line.leader, unit=water, task="关阀"),
    )
    assert len(failures) == 1
    assert isinstance(failures[0], InvalidMove)
    done = reload(order).state == State.PENDING_VERIFICATION
    assert order.assists.count() == (0 if done else 1)
