"""Reports of the same thing: merged, followed, taken out again; races between those who merge."""

import datetime as dt
import threading
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import Notification
from grids.backends import standing_for
from grids.roles import Role
from tests.factories import make_category, make_line, make_order, make_post, make_ruled_line, make_user, report
from tests.workorders.test_life import MONDAY, inbox, moves, reload
from workorders import actions, doubles
from workorders.actions.moving import involve
from workorders.models import StageClock, WorkOrder
from workorders.states import Move, Stage, State
from workorders.workflow import InvalidMove, StaleOrder, check_move, sees_contact

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TUESDAY = MONDAY + DAY
JUST_THERE = (116.505, 35.405)
FIFTY_METRES = 0.00045


@pytest.fixture
def line():
    return make_ruled_line()


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def category():
    return make_category(needs_photo=False)


def from_clerk(line, category, **fields):
    """Let a hotline call come in; the worker of the grid gets it when somebody accepts it."""
    return report(line, line.clerk, **{"source": "hotline", "category": category, "now": MONDAY} | fields)


def pair(line, category):
    """Make two reports of the same, the first one accepted and with the grid's worker."""
    head = actions.accept(waiting(line, category), actor=line.leader, now=MONDAY)
    return head, waiting(line, category)


def waiting(line, category, **fields):
    """Make a report of somebody who may not accept it."""
    stranger = fields.pop("by", None) or make_user()
    make_post(stranger, Role.MICRO_LEAD, line.base)
    return report(line, stranger, **{"category": category, "now": MONDAY} | fields)


def test_merging_ends_an_order_stops_its_clocks_and_tells_both_sides(line, category):
    head, order = pair(line, category)
    merged = actions.merge(order, actor=line.clerk, into=head, now=TUESDAY)
    assert (merged.state, merged.merged_into, merged.finished_at) == (State.MERGED, head, TUESDAY)
    assert not StageClock.objects.running().filter(order=order).exists()
    assert inbox(order.reporter)[-1] == "order_merged"
    assert inbox(line.worker)[-1] == "order_joined"


def test_a_merged_order_cannot_be_merged_again(line, category):
    head, order = pair(line, category)
    actions.merge(order, actor=line.clerk, into=head)
    with pytest.raises(InvalidMove):
        actions.merge(order, actor=line.clerk, into=head)


def test_merging_into_a_merged_order_goes_to_its_head_and_never_in_a_circle(line, category):
    head, order = pair(line, category)
    third = waiting(line, category)
    actions.merge(order, actor=line.clerk, into=head)
    assert actions.merge(third, actor=line.clerk, into=order).merged_into == head
    for into in (head, order, third):
        with pytest.raises(ValidationError, match="itself"):
            actions.merge(head, actor=line.dispatcher, into=into)


def test_only_an_open_order_of_the_district_that_one_may_see_will_do(line, category):
    order = waiting(line, category)
    elsewhere = make_line()
    secret = make_order(line, State.FILED, is_confidential=True)
    done = make_order(line, State.CLOSED)
    for into in (make_order(elsewhere, State.FILED), secret):
        with pytest.raises(ValidationError, match="may see"):
            actions.merge(order, actor=line.clerk, into=into)
    with pytest.raises(ValidationError, match="finished"):
        actions.merge(order, actor=line.clerk, into=done)
    assert reload(order).state == State.REPORTED


def test_a_form_that_is_out_of_date_is_refused(line, category):
    head, order = pair(line, category)
    with pytest.raises(StaleOrder):
        actions.merge(order, actor=line.clerk, into=head, version=order.version - 1)


def test_units_that_assist_must_be_released_first(line, category):
    head, order = pair(line, category)
    make_order(line, State.DISPATCHED, kind="assist", parent=order)
    with pytest.raises(InvalidMove, match="assist"):
        actions.merge(order, actor=line.clerk, into=head)


def test_a_worker_merges_their_own_waiting_report_and_no_other(line, category):
    head, order = pair(line, category)
    check_move(order, Move.MERGE, standing_for(order.reporter))
    with pytest.raises(PermissionDenied):
        actions.merge(order, actor=line.worker, into=head)


def test_the_head_s_people_see_what_was_merged_into_it_unless_it_is_confidential(line, category):
    head, order = pair(line, category)
    secret = waiting(line, category, is_confidential=True)
    head = actions.reassign(head, actor=line.dispatcher, unit=line.dept)
    actions.merge(order, actor=line.clerk, into=head)
    actions.merge(secret, actor=line.secretary, into=head)
    seen = WorkOrder.objects.visible_to(line.handler)
    assert set(seen) == {head, order}
    later = make_user()
    make_post(later, Role.DEPT_HANDLER, line.street, make_line().dept)
    involve(head, user_id=later.pk)
    assert set(WorkOrder.objects.visible_to(later)) == {head, order}


# Followers


def finished(head, line):
    actions.sign(head, actor=line.worker)
    actions.submit_result(head, actor=line.worker, result="换了灯泡")
    actions.verify_pass(head, actor=line.leader)
    return actions.close(head, actor=line.secretary)


def test_each_follower_gets_the_answer_once_by_their_own_number(line, category):
    head, order = pair(line, category)
    twice = waiting(line, category, by=order.reporter)
    behind = waiting(line, category)
    actions.merge(behind, actor=line.clerk, into=order)
    actions.merge(order, actor=line.clerk, into=head)
    actions.merge(twice, actor=line.clerk, into=head)
    Notification.objects.all().delete()
    finished(head, line)
    told = Notification.objects.filter(kind="order_followed_closed")
    assert {(note.recipient, note.params["number"]) for note in told} == {
        (order.reporter, order.number),
        (behind.reporter, behind.number),
    }
    assert told.count() == 2
    assert inbox(head.reporter).count("order_closed") == 1


def test_a_clerk_answers_each_resident_who_called(line, category):
    head = waiting(line, category)
    calls = [from_clerk(line, category, contact_phone=f"1380000000{n}", same_as=head) for n in range(3)]
    assert {call.merged_into for call in calls} == {head}
    head = actions.accept(head, actor=line.leader)
    finished(head, line)
    told = Notification.objects.filter(recipient=line.clerk, kind="order_followed_closed")
    assert {note.params["number"] for note in told} == {call.number for call in calls}
    assert sees_contact(reload(calls[0]), standing_for(line.clerk))
    assert not sees_contact(reload(calls[0]), standing_for(line.worker))


def test_followers_of_a_rejected_order_are_told_and_keep_their_page(line, category):
    head, order = waiting(line, category), waiting(line, category)
    actions.merge(order, actor=line.clerk, into=head)
    actions.reject(head, actor=line.clerk, reason="no_facts", note="现场无异常")
    assert inbox(order.reporter)[-1] == "order_followed_rejected"
    assert reload(order).state == State.MERGED


def test_what_was_merged_into_a_voided_order_lives_again(line, category):
    head, order = pair(line, category)
    behind = waiting(line, category)
    actions.merge(behind, actor=line.clerk, into=order, now=MONDAY)
    actions.merge(order, actor=line.clerk, into=head, now=MONDAY)
    actions.void(head, actor=line.chief, note="误建", now=TUESDAY)
    assert (reload(order).state, reload(order).merged_into) == (State.REPORTED, None)
    assert reload(behind).merged_into == order
    assert inbox(order.reporter)[-1] == "order_unmerged"


# Taking out again


def test_taken_out_an_unaccepted_order_waits_for_acceptance_and_its_whole_clock_has_run_on(line, category):
    head, order = pair(line, category)
    whole = StageClock.objects.get(order=order, stage=Stage.WHOLE)
    accept = StageClock.objects.get(order=order, stage=Stage.ACCEPT)
    actions.merge(order, actor=line.clerk, into=head, now=MONDAY + dt.timedelta(minutes=30))
    out = actions.unmerge(order, actor=line.clerk, note="不是同一处", now=MONDAY + dt.timedelta(minutes=90))
    assert (out.state, out.merged_into, out.finished_at) == (State.REPORTED, None, None)
    assert out.whole_due_at == whole.due_at
    again = StageClock.objects.get(order=order, stage=Stage.ACCEPT)
    assert (again.pk, again.stopped_at, again.paused_seconds) == (accept.pk, None, 3600)
    assert out.due_at == again.due_at == accept.due_at + dt.timedelta(hours=1)
    assert [clock.stage for clock in StageClock.objects.running().filter(order=order).order_by("pk")] == [
        Stage.WHOLE,
        Stage.ACCEPT,
    ]


def test_an_order_in_work_goes_back_to_dispatch_with_its_handling_time(line, category):
    head, _ = pair(line, category)
    other, _ = pair(line, category)
    due_at = other.due_at
    actions.merge(other, actor=line.dispatcher, into=head, now=TUESDAY)
    out = actions.unmerge(other, actor=line.dispatcher, note="不是同一处", now=TUESDAY + DAY)
    assert (out.state, out.stage, out.holder) == (State.FILED, Stage.HANDLE, line.base)
    assert out.due_at == due_at + DAY
    assert actions.dispatch(out, actor=line.leader, assignee=line.worker).state == State.DISPATCHED


def test_a_report_that_followed_at_once_gets_its_first_clock_when_it_is_taken_out(line, category):
    head = waiting(line, category)
    order = from_clerk(line, category, same_as=head)
    assert moves(order) == [Move.REPORT, Move.MERGE]
    out = actions.unmerge(order, actor=line.clerk, note="不是同一处")
    assert (out.state, out.stage) == (State.REPORTED, Stage.ACCEPT)


def test_it_can_be_taken_out_as_long_as_the_other_could_be_reopened(line, category):
    head, order = pair(line, category)
    late = waiting(line, category)
    for one in (order, late):
        actions.merge(one, actor=line.clerk, into=head)
    closed = finished(head, line).finished_at
    assert actions.unmerge(order, actor=line.clerk, note="不是同一处", now=closed + 15 * DAY).state == State.REPORTED
    with pytest.raises(InvalidMove, match="too long ago"):
        actions.unmerge(late, actor=line.clerk, note="不是同一处", now=closed + 16 * DAY)
    with pytest.raises(PermissionDenied):
        actions.unmerge(late, actor=line.worker, note="不是同一处", now=closed)


# Reporting the same


def test_a_report_of_the_same_is_kept_and_follows_at_once(line, category):
    head = waiting(line, category)
    order = report(line, line.worker, category=category, same_as=head)
    assert (order.state, order.merged_into) == (State.MERGED, head)
    assert order.whole_due_at is not None


def test_a_report_is_never_lost_where_the_other_is_finished_or_hidden(line, category):
    done, secret = make_order(line, State.CLOSED), make_order(line, State.FILED, is_confidential=True)
    for other in (done, secret):
        order = report(line, line.worker, category=category, same_as=other)
        assert (order.state, order.merged_into) == (State.DISPATCHED, None)


def test_what_was_solved_on_the_spot_is_no_follower(line, category):
    head = waiting(line, category)
    order = report(line, line.worker, category=category, same_as=head, self_handled=True, result="已扶正")
    assert order.state == State.PENDING_CLOSURE


def test_the_api_merges_and_takes_out(line, category):
    head, order = pair(line, category)
    client = Client()
    client.force_login(line.clerk)
    address = reverse("api:work-order-merge", args=[order.pk])
    assert client.post(address, {"into": 0}, content_type="application/json").status_code == 400
    answer = client.post(address, {"into": head.pk}, content_type="application/json")
    assert (answer.status_code, answer.json()["state"]) == (200, "merged")
    answer = client.post(
        reverse("api:work-order-unmerge", args=[order.pk]), {"note": "不是同一处"}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["state"]) == (200, "reported")


# Races


@pytest.mark.django_db(transaction=True)
def test_two_that_are_merged_into_each_other_at_once_end_as_one():
    line = make_ruled_line()
    category = make_category(needs_photo=False)
    for _ in range(8):
        one, other = waiting(line, category), waiting(line, category)
        said = _at_once(
            [
                partial(actions.merge, one, actor=line.clerk, into=other),
                partial(actions.merge, other, actor=line.clerk, into=one),
            ]
        )
        assert sorted(said) == ["merged", "refused"]
        assert sorted([reload(one).state, reload(other).state]) == [State.MERGED, State.REPORTED]


@pytest.mark.django_db(transaction=True)
def test_merging_into_an_order_that_is_voided_at_the_same_time_leaves_nobody_behind():
    line = make_ruled_line()
    category = make_category(needs_photo=False)
    for _ in range(8):
        head, order = waiting(line, category), waiting(line, category)
        _at_once(
            [
                partial(actions.void, head, actor=line.chief, note="误建"),
                partial(actions.merge, order, actor=line.clerk, into=head),
            ]
        )
        assert reload(head).state == State.VOIDED
        assert reload(order).state == State.REPORTED


@pytest.mark.django_db(transaction=True)
def test_a_chain_made_by_two_people_at_once_has_one_open_head():
    line = make_ruled_line()
    category = make_category(needs_photo=False)
    for _ in range(8):
        first, second, third = (waiting(line, category) for _ in range(3))
        _at_once(
            [
                partial(actions.merge, first, actor=line.clerk, into=second),
                partial(actions.merge, second, actor=line.dispatcher, into=third),
            ]
        )
        assert doubles.head_of(first.pk) == doubles.head_of(second.pk) == third.pk


def _at_once(works):
    """Run these on connections of their own at the same moment; say how each ended."""
    said, gate = [], threading.Barrier(len(works))

    def run(work):
        try:
            gate.wait()
            work()
            said.append("merged")
        except (InvalidMove, ValidationError):
            said.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return said
