"""Refer shares, transfer hands over once the other unit accepts, assign names a person: three verbs, three effects."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from accounts.models import Notification, User
from grids.backends import standing_for
from grids.models import Unit
from grids.roles import Role
from tests.factories import Line, make_post, make_ruled_line, make_unit, make_user, report
from tests.grids.test_tree_races import at_once
from workorders import actions, sweeps
from workorders.models import Referral, StageClock, WorkOrder
from workorders.querysets import Tab
from workorders.states import Move, Stage, State
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


def posted(line: Line, unit: Unit, role: Role = Role.DEPT_HANDLER) -> User:
    person = make_user()
    make_post(person, role, line.district, unit)
    return person


def with_the_department(line: Line) -> WorkOrder:
    order = report(line, line.worker, now=MONDAY)
    actions.reassign(order, actor=line.leader, unit=line.dept, now=MONDAY)
    return actions.sign(order, actor=line.handler, now=MONDAY)


def reload(order: WorkOrder) -> WorkOrder:
    return WorkOrder.objects.get(pk=order.pk)


def sees(user: User, order: WorkOrder) -> bool:
    user.__dict__.pop("_standing", None)
    return WorkOrder.objects.visible_to(user).filter(pk=order.pk).exists()


def to_do(user: User) -> list[WorkOrder]:
    return list(WorkOrder.objects.tab(Tab.TODO, standing_for(user)))


def told(user: User, kind: str) -> int:
    return Notification.objects.filter(recipient=user, kind=kind).count()


def handling(order: WorkOrder) -> StageClock:
    return StageClock.objects.running().get(order=order, stage=Stage.HANDLE)


@db
def test_nothing_changes_until_the_other_unit_accepts(line, water, plumber):
    order = with_the_department(line)
    before = (order.assignee_id, order.lead_unit_id, order.holder_id, order.state)
    actions.transfer(order, actor=line.handler, unit=water, note="属供水管道")
    after = reload(order)
    assert (after.assignee_id, after.lead_unit_id, after.holder_id, after.state) == before
    assert sees(plumber, order)
    assert to_do(plumber) == [order]
    assert moves_for(after, standing_for(plumber)) == [Move.ACCEPT_TRANSFER, Move.REFUSE_TRANSFER]
    assert order in to_do(line.handler)
    assert told(plumber, "transfer_proposed") == 1


@db
def test_whoever_accepts_leads_and_the_handling_clock_runs_on(line, water, plumber):
    order = with_the_department(line)
    clock = handling(order)
    actions.transfer(order, actor=line.handler, unit=water, note="属供水管道", now=MONDAY)
    taken = actions.accept_transfer(order, actor=plumber, now=MONDAY + dt.timedelta(hours=3))
    assert (taken.lead_unit, taken.assignee, taken.state) == (water, plumber, State.IN_PROGRESS)
    assert (handling(order).pk, handling(order).due_at) == (clock.pk, clock.due_at)
    assert taken.due_at == clock.due_at
    assert sees(line.handler, order)
    assert to_do(line.handler) == []
    assert told(line.handler, "transfer_accepted") == 1
    assert actions.submit_result(order, actor=plumber, result="已修").handler == plumber


@db
def test_a_refusal_needs_a_reason_and_leaves_the_order_where_it_is(line, water, plumber):
    order = with_the_department(line)
    actions.transfer(order, actor=line.handler, unit=water, note="属供水管道")
    with pytest.raises(ValidationError):
        actions.refuse_transfer(order, actor=plumber, note=" ")
    kept = actions.refuse_transfer(order, actor=plumber, note="属雨水管道")
    assert (kept.transfer_unit, kept.lead_unit, kept.assignee) == (None, line.dept, line.handler)
    assert not sees(plumber, order)
    assert told(line.handler, "transfer_refused") == 1


@db
def test_only_one_unit_is_asked_at_a_time_and_the_proposal_can_be_withdrawn(line, water, plumber):
    order = with_the_department(line)
    actions.transfer(order, actor=line.handler, unit=water, note="属供水管道")
    with pytest.raises(InvalidMove, match="already"):
        actions.transfer(order, actor=line.handler, unit=line.district.default_unit, note="又一家")
    with pytest.raises(PermissionDenied):
        actions.withdraw_transfer(order, actor=plumber)
    actions.withdraw_transfer(order, actor=line.handler)
    with pytest.raises(InvalidMove, match="No unit"):
        actions.accept_transfer(order, actor=plumber)
    assert not sees(plumber, order)


@db
def test_a_proposal_lapses_when_the_order_leaves_its_handler(line, water, plumber):
    solved, climbed, moved = (with_the_department(line) for _ in range(3))
    for order in (solved, climbed, moved):
        actions.transfer(order, actor=line.handler, unit=water, note="属供水管道", now=MONDAY)
    actions.submit_result(solved, actor=line.handler, result="已修", now=MONDAY)
    actions.reassign(moved, actor=line.leader, assignee=line.worker, now=MONDAY)
    sweeps.run(handling(climbed).climb_at)
    for order in (solved, climbed, moved):
        assert reload(order).transfer_unit is None
    assert moved.events.get(move=Move.REASSIGN, details__has_key="lapsed_transfer")


@db
def test_a_unit_without_anybody_in_post_and_the_unit_that_has_it_cannot_be_asked(line, water):
    order = with_the_department(line)
    for unit in (water, line.dept, make_unit(make_ruled_line("worker").district)):
        with pytest.raises(ValidationError):
            actions.transfer(order, actor=line.handler, unit=unit, note="不属本单位")


@db
def test_referring_gives_sight_and_changes_nothing_else(line, water, plumber):
    order = with_the_department(line)
    before = reload(order)
    actions.refer(order, actor=line.handler, unit=water, note="请知悉")
    actions.refer(order, actor=line.handler, assignee=line.operator)
    after = reload(order)
    assert (after.assignee, after.lead_unit, after.due_at) == (before.assignee, before.lead_unit, before.due_at)
    assert sees(plumber, order)
    assert to_do(plumber) == []
    assert moves_for(after, standing_for(plumber)) == []
    assert told(plumber, "order_referred") == told(line.operator, "order_referred") == 1
    assert list(Referral.objects.values_list("to_unit", "to_user", "by", "note")) == [
        (water.pk, None, line.handler.pk, "请知悉"),
        (None, line.operator.pk, line.handler.pk, ""),
    ]
    with pytest.raises(ValidationError, match="already"):
        actions.refer(order, actor=line.handler, unit=water)
    with pytest.raises(PermissionDenied):
        actions.refer(order, actor=plumber, assignee=line.clerk)


@db
def test_assigning_names_a_person_of_the_same_unit_and_touches_no_clock(line, water, plumber):
    colleague = posted(line, line.dept)
    order = with_the_department(line)
    due = handling(order).due_at
    named = actions.assign(order, actor=line.handler, assignee=colleague)
    assert (named.assignee, named.state, handling(order).due_at) == (colleague, State.IN_PROGRESS, due)
    assert Notification.objects.filter(recipient=colleague).latest("id").kind == "order_assigned"
    with pytest.raises(ValidationError, match="same unit"):
        actions.assign(order, actor=colleague, assignee=plumber)
    with pytest.raises(PermissionDenied):
        actions.assign(order, actor=line.handler, assignee=line.handler)
    head = posted(line, line.dept, Role.DEPT_LEADER)
    assert actions.assign(order, actor=head, assignee=line.handler).assignee == line.handler


@db
def test_where_no_unit_has_it_the_level_s_owner_names_somebody_of_the_grid(line):
    colleague = make_user()
    make_post(colleague, Role.GRID_WORKER, line.base)
    order = report(line, line.worker)
    assert actions.assign(order, actor=line.leader, assignee=colleague).assignee == colleague
    assert actions.sign(order, actor=colleague).state == State.IN_PROGRESS


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_gets_it():
    line = make_ruled_line()
    water = make_unit(line.district)
    first, second = posted(line, water), posted(line, water)
    order = with_the_department(line)
    actions.transfer(order, actor=line.handler, unit=water, note="属供水管道")
    failures = at_once(*(lambda p=p: actions.accept_transfer(order, actor=p) for p in (first, second)))
    assert [type(failure) for failure in failures] == [InvalidMove]
    assert reload(order).assignee in {first, second}
    assert order.events.filter(move=Move.ACCEPT_TRANSFER).count() == 1
