"""Reopening (重办): within its time, once, back to who answers for it; the whole time never begins anew."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from grids.backends import standing_for
from grids.models import Post
from grids.roles import Role
from tests.factories import make_category, make_post, make_ruled_line, make_unit, make_user, report
from tests.workorders.test_life import MONDAY, climb, inbox, reload
from tests.workorders.test_merge import waiting
from workorders import actions
from workorders.models import Escalation, Event, Limit, StageClock, WorkOrder
from workorders.offers import moves_offered
from workorders.states import Move, Stage, State
from workorders.workflow import InvalidMove

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
WHY = {"reason": "not_solved", "note": "回访反映路灯仍不亮"}


@pytest.fixture
def line():
    return make_ruled_line()


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def finish(order, line, by, now):
    order = actions.sign(order, actor=by, now=now) if order.state == State.DISPATCHED else order
    actions.submit_result(order, actor=by, result="已修", now=now)
    order = actions.verify_pass(order, actor=line.leader, now=now)
    return actions.close(order, actor=line.secretary, now=now)


def closed(line, now=MONDAY + DAY, **fields):
    order = report(line, line.clerk, source="hotline", now=MONDAY, **fields)
    return finish(order, line, line.worker, now)


def test_it_goes_back_to_who_answers_for_it_with_a_new_handling_clock(line):
    order = closed(line)
    assert order.accountable_node == line.base
    now = order.finished_at + 3 * DAY
    order = actions.reopen(order, actor=line.supervisor, now=now, **WHY)
    assert (order.state, order.assignee, order.holder) == (State.DISPATCHED, line.worker, line.base)
    assert (order.finished_at, order.closing_kind, order.result, order.reopen_count) == (None, "", "", 1)
    handle = StageClock.objects.running().get(order=order, stage=Stage.HANDLE)
    assert (handle.started_at, order.due_at) == (now, handle.due_at)
    assert "order_reopened" in inbox(line.clerk)
    assert inbox(line.worker)[-1] == "order_assigned"


def test_the_whole_clock_runs_on_and_the_time_since_closing_is_a_pause_in_it(line):
    order = closed(line)
    whole = StageClock.objects.get(order=order, stage=Stage.WHOLE)
    due_at = whole.due_at
    order = actions.reopen(order, actor=line.supervisor, now=order.finished_at + 7 * DAY, **WHY)
    again = StageClock.objects.running().get(order=order, stage=Stage.WHOLE)
    assert (again.pk, again.started_at, again.paused_seconds) == (whole.pk, whole.started_at, 7 * 86400)
    assert again.due_at == order.whole_due_at == due_at + 7 * DAY


def test_the_accountable_unit_gets_it_back_even_if_another_one_handled_it(line):
    order = report(line, line.worker, now=MONDAY)
    order = actions.reassign(order, actor=line.leader, unit=line.dept, now=MONDAY)
    WorkOrder.objects.filter(pk=order.pk).update(accountable_unit=line.dept, accountable_node=None)
    other = make_unit(line.district)
    colleague = make_user()
    make_post(colleague, Role.DEPT_HANDLER, line.district, other)
    order = actions.reassign(order, actor=line.leader, unit=other, now=MONDAY)
    order = actions.sign(order, actor=colleague, now=MONDAY)
    actions.submit_result(order, actor=colleague, result="已修", now=MONDAY + DAY)
    actions.verify_pass(order, actor=line.leader, now=MONDAY + DAY)
    WorkOrder.objects.filter(pk=order.pk).update(answer="已修")
    order = actions.close(order, actor=line.secretary, now=MONDAY + DAY)
    order = actions.reopen(order, actor=line.supervisor, now=MONDAY + 2 * DAY, **WHY)
    assert (order.lead_unit, order.assignee, order.state) == (line.dept, None, State.DISPATCHED)
    assert inbox(line.handler)[-1] == "order_assigned"


def test_somebody_else_of_the_level_takes_it_where_the_handler_left(line):
    order = closed(line)
    Post.objects.filter(user=line.worker).update(ends_on=dt.date(2020, 2, 1))
    heir = make_user()
    make_post(heir, Role.GRID_WORKER, line.base, is_primary=True)
    order = actions.reopen(order, actor=line.supervisor, now=order.finished_at + DAY, **WHY)
    assert order.assignee in {heir, line.leader}


def test_where_nobody_is_left_whoever_dispatches_decides(line):
    order = closed(line)
    Post.objects.exclude(user__in=[line.dispatcher, line.supervisor]).update(ends_on=dt.date(2020, 2, 1))
    order = actions.reopen(order, actor=line.supervisor, now=order.finished_at + DAY, **WHY)
    assert (order.state, order.holder, order.stage) in {
        (State.FILED, line.district, Stage.DISPATCH),
        (State.DISPATCHED, line.base, Stage.HANDLE),
    }
    assert order.state == State.FILED or order.assignee == line.dispatcher


def test_it_is_reopened_once_and_within_fifteen_days(line):
    order = closed(line)
    with pytest.raises(InvalidMove, match="time in which"):
        actions.reopen(order, actor=line.supervisor, now=order.finished_at + 16 * DAY, **WHY)
    now = order.finished_at + 15 * DAY
    order = actions.reopen(order, actor=line.supervisor, now=now, **WHY)
    order = finish(order, line, line.worker, now + DAY)
    with pytest.raises(InvalidMove, match="as often"):
        actions.reopen(order, actor=line.supervisor, now=now + 2 * DAY, **WHY)
    Limit.objects.filter(stage=Stage.REOPEN).update(times=2)
    assert actions.reopen(order, actor=line.supervisor, now=now + 2 * DAY, **WHY).reopen_count == 2


def test_the_button_is_there_only_while_it_is_possible(line):
    who = standing_for(line.supervisor)
    fresh = closed(line, now=dt.datetime.now(dt.UTC))
    assert Move.REOPEN in moves_offered(fresh, who)
    fresh.reopen_count = 1
    assert Move.REOPEN not in moves_offered(fresh, who)
    old = closed(line)
    WorkOrder.objects.filter(pk=old.pk).update(finished_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert Move.REOPEN not in moves_offered(reload(old), who)


def test_only_those_who_hear_residents_or_supervise_reopen_and_say_why(line):
    order = closed(line)
    for name in ("worker", "clerk", "dispatcher"):
        with pytest.raises(PermissionDenied):
            actions.reopen(order, actor=line.people[name], now=order.finished_at, **WHY)
    for wrong in ({"reason": "whim"}, {"note": " "}):
        with pytest.raises(ValidationError):
            actions.reopen(order, actor=line.supervisor, now=order.finished_at, **WHY | wrong)


def test_a_bad_rating_is_told_to_whoever_may_reopen_and_stays_in_the_history(line):
    order = actions.evaluate(closed(line), actor=line.clerk, rating=2)
    assert "order_rated_badly" in inbox(line.supervisor)
    order = actions.reopen(order, actor=line.supervisor, now=order.finished_at + DAY, **WHY)
    assert order.rating is None
    assert Event.objects.get(order=order, move=Move.EVALUATE).details["rating"] == 2
    assert Event.objects.get(order=order, move=Move.REOPEN).details["rating"] == 2


def test_a_good_rating_is_told_to_the_handler_alone(line):
    actions.evaluate(closed(line), actor=line.clerk, rating=3)
    assert "order_rated_badly" not in inbox(line.supervisor) + inbox(line.chief)


def test_every_level_that_it_had_climbed_to_confirms_anew(line):
    order = climb(report(line, line.clerk, source="hotline", now=MONDAY), 2)
    now = order.due_at
    order = actions.dispatch(order, actor=line.secretary, assignee=line.worker, now=now)
    actions.sign(order, actor=line.worker, now=now)
    actions.submit_result(order, actor=line.worker, result="已修", now=now)
    order = actions.verify_pass(order, actor=line.leader, now=now)
    order = actions.strike_off(order, actor=line.secretary, now=now)
    order = actions.close(order, actor=line.secretary, now=now)
    order = actions.reopen(order, actor=line.supervisor, now=now + DAY, **WHY)
    assert not Escalation.objects.filter(order=order, struck_off_at__isnull=False).exists()
    order = actions.sign(order, actor=order.assignee, now=now + DAY)
    actions.submit_result(order, actor=order.assignee, result="已重修", now=now + DAY)
    order = actions.verify_pass(order, actor=line.dispatcher, now=now + DAY)
    assert order.state == State.PENDING_STRIKE_OFF


def test_followers_are_told(line):
    category = make_category(needs_photo=False)
    head, order = waiting(line, category), waiting(line, category)
    actions.merge(order, actor=line.clerk, into=head)
    head = actions.accept(head, actor=line.leader)
    head = finish(head, line, line.worker, head.dispatched_at)
    actions.reopen(head, actor=line.supervisor, now=head.finished_at + DAY, **WHY)
    assert inbox(order.reporter)[-1] == "order_followed_reopened"


def test_what_was_withdrawn_is_not_reopened(line):
    order = report(line, line.clerk, source="hotline")
    order = actions.withdraw(order, actor=line.clerk, note="撤诉")
    with pytest.raises(InvalidMove, match="withdrew"):
        actions.reopen(order, actor=line.supervisor, **WHY)


def test_the_page_and_the_api_reopen(line):
    order = closed(line, now=dt.datetime.now(dt.UTC))
    client = Client()
    client.force_login(line.supervisor)
    address = reverse("workorders:move", args=[order.pk, "reopen"])
    assert client.get(address).status_code == 200
    assert client.post(address, WHY | {"version": order.version}).status_code == 302
    assert reload(order).reopen_count == 1
    address = reverse("api:work-order-reopen", args=[order.pk])
    assert client.post(address, WHY, content_type="application/json").status_code == 409


@pytest.mark.django_db(transaction=True)
def test_two_who_reopen_at_once_reopen_once():
    line = make_ruled_line()
    order = closed(line, now=dt.datetime.now(dt.UTC))
    said, gate = [], threading.Barrier(2)

    def run(actor):
        try:
            gate.wait()
            actions.reopen(order, actor=actor, **WHY)
            said.append("reopened")
        except InvalidMove:
            said.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[actor]) for actor in (line.supervisor, line.chief)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(said) == ["refused", "reopened"]
    assert reload(order).reopen_count == 1
    assert StageClock.objects.running().filter(order=order, stage=Stage.HANDLE).count() == 1
