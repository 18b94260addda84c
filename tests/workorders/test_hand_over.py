"""When somebody's post ends or their account is closed, what they had goes on to somebody who can act."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts import actions as accounts
from accounts.models import Notification, User
from grids import posts
from grids.models import Post
from grids.roles import Role
from tests.factories import Line, make_order, make_post, make_ruled_line, make_user, report
from tests.grids.test_tree_races import at_once
from workorders import actions
from workorders.actions import hand_over
from workorders.models import StageClock, WorkOrder
from workorders.states import Move, State

db = pytest.mark.django_db


@pytest.fixture
def line() -> Line:
    return make_ruled_line()


@pytest.fixture
def leaves(line, django_capture_on_commit_callbacks):
    """Close somebody's account, and let what follows its commit happen."""

    def leave(person: User) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            accounts.set_active(person, actor=line.admin, is_active=False)

    return leave


def yesterday() -> dt.date:
    return timezone.localdate() - dt.timedelta(days=1)


def reload(order: WorkOrder) -> WorkOrder:
    return WorkOrder.objects.get(pk=order.pk)


def clocks(order: WorkOrder) -> list[tuple]:
    return list(StageClock.objects.filter(order=order).order_by("id").values_list("stage", "due_at", "stopped_at"))


def told(user: User) -> list[dict]:
    return list(Notification.objects.filter(recipient=user, kind="orders_handed_over").values_list("params", flat=True))


@db
def test_a_closed_account_s_orders_go_to_who_holds_the_same_post_with_one_notice_and_clocks_running_on(line, leaves):
    colleague = make_user()
    make_post(colleague, Role.GRID_WORKER, line.base)
    signed, waiting = report(line, line.worker), report(line, line.worker)
    actions.sign(signed, actor=line.worker)
    before = [clocks(signed), clocks(waiting)]
    leaves(line.worker)
    for order, state in ((signed, State.IN_PROGRESS), (waiting, State.DISPATCHED)):
        event = order.events.order_by("-id")[0]
        assert (reload(order).assignee, reload(order).state) == (colleague, state)
        assert (event.move, event.actor, event.to_user) == (Move.HAND_OVER, None, colleague)
        assert event.details["from"] == line.worker.pk
    assert [clocks(signed), clocks(waiting)] == before
    assert told(colleague) == [{"count": 2}]
    assert actions.submit_result(signed, actor=colleague, result="已修").state == State.PENDING_VERIFICATION


@db
def test_where_nobody_else_holds_the_post_the_nearest_dispatcher_takes_it(line, leaves):
    order = report(line, line.worker)
    leaves(line.worker)
    assert reload(order).assignee == line.leader
    leaves(line.leader)
    assert reload(order).assignee == line.secretary


@db
def test_a_unit_s_order_goes_back_to_its_people(line, leaves):
    colleague = make_user()
    make_post(colleague, Role.DEPT_HANDLER, line.district, line.dept)
    order = report(line, line.worker)
    actions.reassign(order, actor=line.leader, unit=line.dept)
    actions.sign(order, actor=line.handler)
    leaves(line.handler)
    after = reload(order)
    assert (after.assignee, after.lead_unit, after.state) == (None, line.dept, State.IN_PROGRESS)
    assert told(colleague) == [{"count": 1}]
    leaves(colleague)
    assert reload(order).assignee is None


@db
def test_the_last_one_of_a_unit_leaves_its_orders_to_who_dispatched_them(line, leaves):
    order = report(line, line.worker)
    actions.reassign(order, actor=line.leader, unit=line.dept)
    actions.sign(order, actor=line.handler)
    leaves(line.handler)
    assert reload(order).assignee == line.leader


@db
def test_an_order_that_nobody_could_take_waits_at_the_district(line, leaves):
    order = report(line, line.worker)
    Post.objects.exclude(user__in=[line.worker, line.admin]).delete()
    leaves(line.worker)
    after = reload(order)
    assert (after.state, after.holder, after.assignee) == (State.FILED, line.district, None)


@db
def test_a_post_that_ended_yesterday_hands_over_at_once_and_one_that_ends_today_at_night(
    line, django_capture_on_commit_callbacks
):
    order = report(line, line.worker)
    post = line.worker.posts.get()
    with django_capture_on_commit_callbacks(execute=True):
        posts.end_post(post, actor=None)
    assert reload(order).assignee == line.worker
    tomorrow = timezone.now() + dt.timedelta(days=1)
    assert hand_over.all_left_behind(now=tomorrow) == 1
    assert hand_over.all_left_behind(now=tomorrow) == 0
    assert reload(order).assignee == line.leader
    other = report(line, line.leader)
    actions.reassign(other, actor=line.secretary, assignee=line.leader)
    with django_capture_on_commit_callbacks(execute=True):
        posts.end_post(line.leader.posts.get(), actor=None, day=yesterday())
    assert reload(other).assignee == line.secretary


@db
def test_whoever_keeps_a_post_that_could_handle_it_keeps_the_order(line):
    order = report(line, line.worker)
    make_post(line.worker, Role.GRID_LEADER, line.base)
    line.worker.posts.filter(role=Role.GRID_WORKER).update(ends_on=yesterday())
    assert hand_over.all_left_behind() == 0
    assert reload(order).assignee == line.worker


@db
def test_a_post_in_another_unit_does_not_keep_a_unit_s_order(line):
    order = make_order(line, State.IN_PROGRESS, assignee=line.handler, lead_unit=line.dept)
    line.handler.posts.update(unit=line.district.default_unit)
    assert hand_over.all_left_behind() == 1
    assert reload(order).assignee != line.handler


@db
def test_rework_does_not_go_back_to_somebody_who_left(line, leaves):
    order = report(line, line.worker)
    actions.sign(order, actor=line.worker)
    actions.submit_result(order, actor=line.worker, result="已修")
    leaves(line.worker)
    back = actions.verify_fail(order, actor=line.leader, note="仍不亮")
    assert (back.state, back.assignee) == (State.IN_PROGRESS, line.leader)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_hand_each_order_over_once():
    line = make_ruled_line()
    orders = [report(line, line.worker) for _ in range(8)]
    line.worker.posts.update(ends_on=yesterday())
    assert at_once(hand_over.all_left_behind, hand_over.all_left_behind) == []
    for order in orders:
        assert order.events.filter(move=Move.HAND_OVER).count() == 1
    assert sum(notice["count"] for notice in told(line.leader)) == 8


@db
def test_looking_for_orders_left_behind_takes_as_many_queries_for_many_people(line, django_assert_num_queries):
    for _ in range(3):
        report(line, line.worker)
    with django_assert_num_queries(1):
        hand_over.all_left_behind()
