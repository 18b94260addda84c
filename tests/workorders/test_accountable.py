"""Who received an order first answers for it to the end, whoever handles it later (首接负责制)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from accounts.models import Notification, User
from grids.backends import standing_for
from grids.models import Unit
from grids.roles import Role
from tests.factories import Line, make_post, make_ruled_line, make_unit, make_user, report
from workorders import actions
from workorders.models import WorkOrder
from workorders.querysets import Tab
from workorders.states import Move, State
from workorders.workflow import InvalidMove, moves_for

pytestmark = pytest.mark.django_db


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
    person = make_user()
    make_post(person, Role.DEPT_HANDLER, line.district, water)
    return person


def reload(order: WorkOrder) -> WorkOrder:
    return WorkOrder.objects.get(pk=order.pk)


def told(user: User) -> list[str]:
    return list(Notification.objects.filter(recipient=user).order_by("id").values_list("kind", flat=True))


@pytest.fixture
def passed_on(line, water, plumber) -> WorkOrder:
    """An order that the department received first and the water company handles."""
    order = report(line, make_ruled_line().worker)
    actions.accept(order, actor=line.clerk)
    actions.return_order(order, actor=line.worker, reason="not_our_duty", note="属部门")
    WorkOrder.objects.filter(pk=order.pk).update(accountable_node=None)
    actions.dispatch(order, actor=line.leader, unit=line.dept)
    actions.reassign(order, actor=line.leader, unit=water)
    return actions.sign(order, actor=plumber)


def test_the_first_node_or_unit_that_received_an_order_stays_accountable(line, water):
    order = report(line, line.worker)
    assert (order.accountable_unit, order.accountable_node) == (None, line.base)
    assert not order.is_answered_for_elsewhere
    actions.reassign(order, actor=line.leader, unit=line.dept)
    actions.reassign(order, actor=line.leader, unit=water)
    after = reload(order)
    assert (after.accountable_unit, after.accountable_node) == (None, line.base)
    assert after.is_answered_for_elsewhere


def test_what_was_solved_on_the_spot_is_answered_for_by_its_grid(line):
    order = report(line, line.worker, self_handled=True, result="已清理")
    assert order.accountable_node == line.base
    assert not order.is_answered_for_elsewhere


def test_who_answers_is_told_of_each_step_sees_it_to_the_end_and_may_urge(line, passed_on, plumber):
    assert WorkOrder.objects.visible_to(line.handler).filter(pk=passed_on.pk).exists()
    assert passed_on in WorkOrder.objects.tab(Tab.DOING, standing_for(line.handler))
    assert Move.URGE in moves_for(reload(passed_on), standing_for(line.handler))
    before = told(line.handler).count("order_progress")
    actions.submit_result(passed_on, actor=plumber, result="已换管")
    assert told(line.handler).count("order_progress") == before + 1
    assert "order_progress" not in told(plumber)


def test_an_order_that_another_unit_solved_is_closed_after_the_accountable_one_gave_the_answer(
    line, passed_on, plumber
):
    actions.submit_result(passed_on, actor=plumber, result="已换管")
    actions.verify_pass(passed_on, actor=line.leader)
    order = reload(passed_on)
    assert order.needs_answer
    assert "order_to_answer" in told(line.handler)
    with pytest.raises(InvalidMove, match="gives the answer first"):
        actions.close(order, actor=line.worker)
    assert order in WorkOrder.objects.tab(Tab.TODO, standing_for(line.handler))
    assert order not in WorkOrder.objects.tab(Tab.TODO, standing_for(line.worker))
    with pytest.raises(PermissionDenied):
        actions.answer(order, actor=plumber, answer="已修复")
    actions.answer(order, actor=line.handler, answer="水管已更换,恢复供水。")
    assert "order_to_close" in told(line.worker)
    assert order in WorkOrder.objects.tab(Tab.TODO, standing_for(line.worker))
    closed = actions.close(order, actor=line.worker)
    assert (closed.state, closed.answer) == (State.CLOSED, "水管已更换,恢复供水。")
    with pytest.raises(InvalidMove):
        actions.answer(order, actor=line.handler, answer="再答")


def test_where_the_accountable_unit_is_silent_the_level_that_closes_answers_in_its_stead(line, passed_on, plumber):
    line.handler.posts.update(ends_on="2021-01-01")
    actions.submit_result(passed_on, actor=plumber, result="已换管")
    actions.verify_pass(passed_on, actor=line.secretary)
    assert "order_to_answer" in told(line.leader)
    assert passed_on in WorkOrder.objects.tab(Tab.TODO, standing_for(line.leader))
    assert actions.answer(passed_on, actor=line.leader, answer="已换管").answer == "已换管"


def test_closing_in_the_accountable_grid_needs_no_extra_step_and_the_result_is_the_answer(line):
    order = report(line, line.worker)
    actions.reassign(order, actor=line.leader, unit=line.dept)
    actions.sign(order, actor=line.handler)
    actions.submit_result(order, actor=line.handler, result="已修复路灯")
    actions.verify_pass(order, actor=line.leader)
    assert actions.close(order, actor=line.worker).answer == "已修复路灯"


def test_a_new_result_asks_for_a_new_answer(line, passed_on, plumber):
    actions.submit_result(passed_on, actor=plumber, result="已换管")
    actions.verify_pass(passed_on, actor=line.leader)
    actions.answer(passed_on, actor=line.handler, answer="已修复")
    WorkOrder.objects.filter(pk=passed_on.pk).update(state=State.IN_PROGRESS, assignee=plumber)
    actions.submit_result(passed_on, actor=plumber, result="又换一次")
    assert reload(passed_on).needs_answer
