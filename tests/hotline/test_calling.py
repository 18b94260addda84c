"""Calling back: the draw keeps why, whoever handled never calls, three tries, the requester's word, closing."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from grids.backends import standing_for
from grids.roles import Role
from hotline import actions, call_sweeps, rules
from hotline.actions import Said
from hotline.calling import CallTrait, MeasureKey, Outcome
from hotline.models import CallBack, CallTry, QueuedCall, Request
from hotline.rules import Cell
from hotline.states import CallState, RequestState
from residents.errors import NotPossible
from tests.factories import make_order, make_post, make_ruled_line, make_user
from tests.hotlines import answered, make_agent
from workorders.models import Involvement
from workorders.states import State

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)
CONTENT = Said(True, "yes", 5)
UNHAPPY = Said(True, "no", 2, "not_solved", "灯还是不亮")


@pytest.fixture
def line():
    return make_ruled_line("worker", "clerk", "handler", "chief")


@pytest.fixture
def agent(line):
    return make_agent(line)


def queued(line, **fields):
    """Put an answered complaint there that is to be called back."""
    matter = answered(line, **{"kind": "complaint"} | fields)
    actions.draw(matter, now=MONDAY)
    return matter


def call(matter, agent, outcome=Outcome.REACHED, said=CONTENT, now=MONDAY):
    return actions.record_call(matter, actor=agent, outcome=outcome, said=said, now=now)


def test_a_complaint_is_always_called_back_and_the_reason_is_kept(line):
    matter = queued(line)
    drawn = matter.call_backs.get()
    assert (drawn.is_drawn, drawn.reason, drawn.share) == (True, "rule", 100)
    assert matter.call_state == CallState.QUEUED
    assert QueuedCall.objects.get().matter == matter


def test_drawing_again_changes_nothing(line):
    matter = answered(line)
    rules.set_share(line.district, Cell(), actor=line.chief, share=0)
    first = actions.draw(matter)
    rules.set_share(line.district, Cell(), actor=line.chief, share=100)
    assert actions.draw(matter) == first
    assert (CallBack.objects.count(), first.is_drawn) == (1, False)


def test_the_draw_takes_about_the_share_of_its_rule(line):
    rules.set_share(line.district, Cell(source="phone"), actor=line.chief, share=40)
    drawn = [actions.draw(answered(line, kind="help")).is_drawn for _ in range(120)]
    assert 30 <= sum(drawn) <= 66


@pytest.mark.parametrize(
    ("fields", "trait"),
    [
        ({"is_key": True}, CallTrait.KEY),
        ({"reopen_count": 1}, CallTrait.REOPENED),
        ({"requester_phone": "12000000077"}, CallTrait.DISSATISFIED),
    ],
)
def test_key_reopened_and_once_dissatisfied_are_always_called_back(line, agent, fields, trait):
    rules.set_share(line.district, Cell(), actor=line.chief, share=0)
    if trait == CallTrait.DISSATISFIED:
        call(queued(line, **fields), agent, said=UNHAPPY)
    drawn = actions.draw(answered(line, **fields))
    assert (drawn.is_drawn, drawn.trait) == (True, trait)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"requester_phone": "", "phone_hash": None}, "no_phone"), ({"reply_way": "none"}, "declined")],
)
def test_without_a_phone_or_where_no_answer_is_wanted_nobody_is_called(line, fields, reason):
    drawn = actions.draw(answered(line, kind="complaint", **fields))
    assert (drawn.is_drawn, drawn.reason) == (False, reason)


def test_what_is_not_answered_is_not_drawn(line):
    matter = answered(line, state=RequestState.RECEIVED, answered_at=None)
    with pytest.raises(NotPossible, match=r"."):
        actions.draw(matter)


def test_reached_and_content_closes_the_request_with_what_was_said(line, agent):
    matter = call(queued(line), agent)
    assert (matter.state, matter.call_state) == (RequestState.CLOSED, CallState.REACHED)
    assert (matter.was_contacted, matter.solved, matter.satisfaction) == (True, "yes", 5)
    said = CallTry.objects.get()
    assert (said.actor, said.outcome, said.satisfaction) == (agent, Outcome.REACHED, 5)
    assert not QueuedCall.objects.exists()


def test_what_is_still_worked_on_stays_open(line, agent):
    order = make_order(line, State.PENDING_CLOSURE)
    assert call(queued(line, order=order), agent).state == RequestState.ANSWERED


def test_three_tries_with_a_pause_then_nobody_tries_again(line, agent):
    matter, now = queued(line), MONDAY
    for number in range(3):
        call(matter, agent, Outcome.NO_ANSWER, now=now)
        if number < 2:
            with pytest.raises(NotPossible, match=r"."):
                call(matter, agent, Outcome.NO_ANSWER, now=now + dt.timedelta(hours=1))
        now += dt.timedelta(days=1)
    matter.refresh_from_db()
    assert (matter.call_state, matter.state) == (CallState.UNREACHABLE, RequestState.CLOSED)
    assert CallTry.objects.count() == 3
    assert not QueuedCall.objects.exists()


def test_a_wrong_number_is_not_tried_again(line, agent):
    assert call(queued(line), agent, Outcome.WRONG_NUMBER).call_state == CallState.UNREACHABLE


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Said(None, "yes", 5), "was_contacted"),
        (Said(True, "", 5), "solved"),
        (Said(True, "yes", None), "satisfaction"),
        (Said(True, "yes", 6), "satisfaction"),
        (Said(True, "no", 1), "reason"),
    ],
)
def test_what_a_reached_requester_says_is_complete(line, agent, said, field):
    with pytest.raises(ValidationError) as refusal:
        call(queued(line), agent, said=said)
    assert list(refusal.value.message_dict) == [field]


@pytest.mark.parametrize("hand", ["handler", "involved", "unit", "reply"])
def test_whoever_had_a_hand_in_it_never_calls_back(line, agent, hand):
    order = make_order(line, State.CLOSED, handler=agent if hand == "handler" else None)
    matter = queued(line, order=order)
    other = make_agent(line)
    if hand == "involved":
        Involvement.objects.create(order=order, user=agent)
    if hand == "unit":
        make_post(agent, Role.DEPT_LEADER, line.district, line.dept)
        Involvement.objects.create(order=order, unit=line.dept)
    if hand == "reply":
        order.replies.create(
            text="已修好", state="approved", drafted_by=line.worker, reviewed_by=agent, reviewed_at=MONDAY
        )
    for one, waits in ((agent, False), (other, True)):
        one.__dict__.pop("_standing", None)
        assert QueuedCall.objects.callable_by(standing_for(one)).exists() == waits
    with pytest.raises(PermissionDenied):
        call(matter, agent)
    call(matter, other)


def test_only_the_call_back_desk_calls(line):
    with pytest.raises(PermissionDenied):
        call(queued(line), line.clerk)


def test_a_call_that_a_colleague_opened_is_theirs_until_the_time_is_over(line, agent):
    matter, other = queued(line), make_agent(line)
    actions.claim_call(matter, actor=other, now=MONDAY)
    with pytest.raises(NotPossible, match=r"."):
        actions.claim_call(matter, actor=agent, now=MONDAY + dt.timedelta(minutes=20))
    actions.claim_call(matter, actor=agent, now=MONDAY + dt.timedelta(hours=2))
    actions.release_call(matter, actor=agent, now=MONDAY + dt.timedelta(hours=2))
    actions.claim_call(matter, actor=other, now=MONDAY + dt.timedelta(hours=2))


def test_the_requester_s_own_rating_ends_the_call_and_counts_once(line):
    matter = queued(line)
    rated = actions.rate(matter, 4, "basically", now=MONDAY)
    assert (rated.state, rated.satisfaction, QueuedCall.objects.count()) == (RequestState.CLOSED, 4, 0)
    with pytest.raises(NotPossible, match=r"."):
        actions.rate(matter, 1, "no", "other", now=MONDAY)


def test_draws_and_tries_are_never_changed(line, agent):
    call(queued(line), agent, said=UNHAPPY)
    for row in (CallBack, CallTry):
        with pytest.raises(DatabaseError), transaction.atomic():
            row.objects.update(round=7)


def test_the_sweep_draws_what_was_not_and_closes_what_rests(line, agent):
    rules.set_share(line.district, Cell(), actor=line.chief, share=0)
    left, complaint = answered(line, answered_at=MONDAY), answered(line, kind="complaint", answered_at=MONDAY)
    unhappy = queued(line, answered_at=MONDAY)
    call(unhappy, agent, said=UNHAPPY)
    history = answered(line, state=RequestState.CLOSED, answered_at=MONDAY)
    call_sweeps.run(MONDAY)
    assert CallBack.objects.filter(matter__in=[left, complaint]).count() == 2
    assert not CallBack.objects.filter(matter=history).exists()
    rules.set_measure(line.district, MeasureKey.CLOSE_AFTER, actor=line.chief, value=5, unit="working_day")
    call_sweeps.run(MONDAY + dt.timedelta(days=4))
    assert Request.objects.get(pk=left.pk).state == RequestState.ANSWERED
    call_sweeps.run(MONDAY + dt.timedelta(days=8))
    states = dict(Request.objects.values_list("pk", "state"))
    assert states[left.pk] == RequestState.CLOSED
    assert states[complaint.pk] == states[unhappy.pk] == RequestState.ANSWERED


def test_rules_keep_their_history_and_only_who_may_changes_them(line):
    rules.set_share(line.district, Cell(kind="help"), actor=line.chief, share=50)
    rules.set_share(line.district, Cell(kind="help"), actor=line.chief, share=60)
    rows = rules.CallRule.objects.order_by("id")
    assert [(row.share, row.valid_to is None, row.changed_by) for row in rows] == [
        (50, False, line.chief),
        (60, True, line.chief),
    ]
    rules.set_share(line.district, Cell(kind="help"), actor=line.chief, share=None)
    assert rules.shares(line.district.pk).keys() == rules.USUAL.keys()
    with pytest.raises(PermissionDenied):
        rules.set_share(line.district, Cell(), actor=make_user(), share=1)


def test_whoever_is_dissatisfied_gets_it_done_again_in_one_tap(line, agent):
    order = make_order(line, State.CLOSED, finished_at=MONDAY, profile="complaint_sd", handler=line.worker)
    matter = queued(line, order=order, answered_at=MONDAY)
    content = queued(line, answered_at=MONDAY)
    call(content, agent)
    with pytest.raises(NotPossible, match=r"."):
        actions.redo(content, actor=agent, note="没有理由")
    call(matter, agent, said=UNHAPPY)
    again = actions.redo(matter, actor=agent, note="灯还是不亮", now=MONDAY + dt.timedelta(hours=1))
    order.refresh_from_db()
    assert (again.state, again.reopen_count, again.call_state) == (RequestState.DISPATCHED, 1, CallState.NONE)
    assert (order.finished_at, order.reopen_count) == (None, 1)
