"""Who sees which orders, and that the lists of a person agree with what they may do."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Notification
from grids.backends import standing_for
from grids.models import Kind
from grids.roles import Role
from tests.factories import make_grid, make_line, make_order, make_post, make_ruled_line, make_user, report
from workorders import actions, sweeps
from workorders.models import EscalationStep, StageClock, WorkOrder
from workorders.querysets import Tab
from workorders.states import FINAL, State
from workorders.workflow import moves_for

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def seen_by(user) -> list[WorkOrder]:
    return list(WorkOrder.objects.visible_to(user).order_by("id"))


def tab(name: str, user) -> list[WorkOrder]:
    return list(WorkOrder.objects.tab(name, standing_for(user)).order_by("id"))


def test_a_post_opens_the_orders_below_it_and_no_others():
    line, other = make_line(), make_line(lng=117)
    order = make_order(line)
    make_order(other)
    for name in ("worker", "leader", "secretary", "operator", "clerk", "dispatcher", "chief", "supervisor"):
        assert seen_by(line.people[name]) == [order], name
    assert seen_by(line.admin) == []
    assert seen_by(line.handler) == []


def test_an_ended_post_opens_nothing():
    line = make_line("worker")
    make_order(line)
    line.worker.posts.update(ends_on="2021-01-01")
    assert seen_by(line.worker) == []


def test_a_unit_sees_what_it_was_handed_also_after_it_went_elsewhere():
    line = make_ruled_line()
    order = report(line, line.clerk, source="hotline")
    actions.return_order(order, actor=line.worker, reason="not_our_duty", note="")
    assert seen_by(line.handler) == []
    actions.dispatch(order, actor=line.leader, unit=line.dept)
    actions.reassign(order, actor=line.leader, assignee=line.worker)
    assert seen_by(line.handler) == [order]


def test_a_confidential_order_is_seen_by_those_who_have_it_and_by_levels_that_may():
    line = make_ruled_line()
    colleague = make_user()
    make_post(colleague, Role.GRID_WORKER, line.base)
    order = report(line, line.clerk, source="hotline", is_confidential=True)
    assert order.assignee == line.worker
    for person in (line.worker, line.clerk, line.secretary, line.chief):
        assert seen_by(person) == [order]
    assert seen_by(colleague) == []
    assert seen_by(line.leader) == []


def test_the_second_community_of_a_dedicated_grid_sees_and_acts_like_the_first():
    line = make_ruled_line()
    second = make_grid(line.street, kind=Kind.COMMUNITY)
    secretary = make_user()
    make_post(secretary, Role.COMMUNITY_SECRETARY, second)
    mall = make_grid(line.community, kind=Kind.DEDICATED, co_managed_by=second)
    order = report(line, line.clerk, source="hotline", grid=mall)
    assert seen_by(secretary) == [order]
    assert moves_for(order, standing_for(secretary)) == moves_for(order, standing_for(line.secretary))


def test_to_do_is_what_waits_for_ones_own_move():
    line = make_ruled_line()
    order = report(line, line.clerk, source="hotline")
    assert tab(Tab.TODO, line.worker) == [order]
    assert tab(Tab.TODO, line.leader) == []
    assert tab(Tab.DOING, line.leader) == [order]
    actions.sign(order, actor=line.worker)
    actions.submit_result(order, actor=line.worker, result="已修")
    assert tab(Tab.TODO, line.worker) == []
    assert tab(Tab.TODO, line.leader) == [order]
    actions.verify_pass(order, actor=line.leader)
    assert tab(Tab.TODO, line.worker) == [order]
    actions.close(order, actor=line.worker)
    assert tab(Tab.DONE, line.secretary) == [order]
    assert tab(Tab.REPORTED, line.clerk) == [order]
    assert tab(Tab.DOING, line.secretary) == []


@pytest.mark.parametrize("state", sorted(set(State) - FINAL - {State.SUSPENDED}))
def test_whoever_has_an_order_to_do_has_a_button_for_it(state):
    line = make_line()
    unit = line.dept if state in {State.DISPATCHED, State.IN_PROGRESS} else None
    order = make_order(line, state, holder=line.community, lead_unit=unit)
    waiting = [name for name, person in line.people.items() if order in tab(Tab.TODO, person)]
    assert waiting
    for name in waiting:
        assert moves_for(order, standing_for(line.people[name])), name


def test_a_confidential_order_is_put_before_nobody_who_may_not_see_it():
    line = make_ruled_line()
    order = report(line, line.clerk, source="hotline", is_confidential=True)
    actions.sign(order, actor=line.worker)
    actions.submit_result(order, actor=line.worker, result="已修")
    assert tab(Tab.TODO, line.leader) == []
    assert tab(Tab.TODO, line.secretary) == [order]
    assert not Notification.objects.filter(recipient=line.leader).exists()
    actions.verify_pass(order, actor=line.secretary)
    assert tab(Tab.TODO, line.worker) == [order]
    assert tab(Tab.TODO, line.leader) == []


def test_a_confidential_report_waits_for_those_who_may_see_it():
    line = make_ruled_line()
    order = report(line, make_ruled_line().worker, is_confidential=True)
    assert tab(Tab.TODO, line.worker) == tab(Tab.TODO, line.leader) == []
    assert tab(Tab.TODO, line.secretary) == [order]
    assert not Notification.objects.filter(recipient=line.worker).exists()


@pytest.fixture
def late_secret():
    """Make a confidential order with the grid's worker, of whose grid the leader may not see such orders."""
    line = make_ruled_line()
    order = report(line, line.clerk, source="hotline", is_confidential=True, now=MONDAY)
    return line, order


def told(user) -> list[str]:
    return list(Notification.objects.filter(recipient=user).order_by("id").values_list("kind", flat=True))


def test_the_timers_tell_of_a_confidential_order_only_those_who_may_see_it(late_secret):
    line, order = late_secret
    actions.sign(order, actor=line.worker, now=MONDAY)
    actions.submit_result(order, actor=line.worker, result="已修", now=MONDAY)
    WorkOrder.objects.filter(pk=order.pk).update(holder=line.base)
    sweeps.run(MONDAY + dt.timedelta(days=20))
    assert told(line.leader) == []
    assert "order_overdue" in told(line.secretary)


def test_a_confidential_order_that_climbs_is_told_to_those_alone_who_may_see_it(late_secret):
    line, order = late_secret
    EscalationStep.objects.filter(level="base").update(role=Role.MICRO_LEAD)
    climbed_at = StageClock.objects.running().get(order=order, stage="handle").climb_at
    for person in (line.leader, line.secretary):
        assert told(person) == []
    sweeps.run(climbed_at)
    assert told(line.leader) == []
    assert WorkOrder.objects.get(pk=order.pk).assignee is not None


def test_passing_a_confidential_order_up_by_hand_tells_nobody_who_may_not_see_it(late_secret):
    line, order = late_secret
    EscalationStep.objects.filter(level="base").update(role=Role.MICRO_LEAD)
    actions.escalate(order, actor=line.worker, note="超出能力")
    assert told(line.leader) == []
    assert seen_by(line.leader) == []
    assert WorkOrder.objects.get(pk=order.pk).assignee == line.secretary
