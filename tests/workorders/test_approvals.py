"""Asking and deciding: one open request of a kind, a second person, and requests whose ground is gone lapse."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Notification, User
from grids.backends import standing_for
from tests.factories import Line, make_ruled_line, report
from workorders import actions, sweeps
from workorders.actions.approvals import ask, decide, lapse, tell_approvers, tell_asker
from workorders.actions.moving import Turn, keep, turn_on
from workorders.models import Approval, StageClock, WorkOrder
from workorders.states import ApprovalKind, ApprovalState, Stage
from workorders.workflow import InvalidMove

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
KIND = ApprovalKind.EXTENSION


@pytest.fixture
def line() -> Line:
    return make_ruled_line()


@pytest.fixture
def order(line: Line) -> WorkOrder:
    order = report(line, line.worker, now=MONDAY)
    return actions.sign(order, actor=line.worker, now=MONDAY)


def turn_of(order: WorkOrder, actor: User, now: dt.datetime = MONDAY) -> Turn:
    return turn_on(WorkOrder.objects.get(pk=order.pk), actor, standing_for(actor), now)


def asked(order: WorkOrder, by: User, kind: ApprovalKind = KIND) -> Approval:
    turn = turn_of(order, by)
    approval = ask(turn, kind, note="等配件", wanted_until=MONDAY + dt.timedelta(days=3))
    keep(turn)
    tell_approvers(turn, kind)
    return approval


def test_what_was_asked_waits_and_the_nearest_who_decide_are_told(line, order):
    asked(order, line.worker)
    assert WorkOrder.objects.get(pk=order.pk).pending_approvals == ["extension"]
    told = Notification.objects.filter(kind="extension_asked").values_list("recipient", flat=True)
    assert list(told) == [line.secretary.pk]


def test_the_same_is_not_asked_twice_while_it_is_open(line, order):
    asked(order, line.worker)
    with pytest.raises(InvalidMove):
        asked(order, line.worker)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(
            district=line.district, order=order, kind=KIND, asked_by=line.worker, asked_at=MONDAY, note="再问"
        )


def test_asking_needs_an_explanation(line, order):
    with pytest.raises(ValidationError, match="note"):
        ask(turn_of(order, line.worker), KIND, note="  ")


def test_a_decision_is_kept_and_told_to_who_asked(line, order):
    asked(order, line.worker)
    turn = turn_of(order, line.secretary)
    approval = decide(turn, KIND, granted=True)
    keep(turn)
    tell_asker(turn, approval)
    approval.refresh_from_db()
    assert (approval.state, approval.decided_by) == (ApprovalState.GRANTED, line.secretary)
    assert approval.granted_until == approval.wanted_until
    assert WorkOrder.objects.get(pk=order.pk).pending_approvals == []
    assert Notification.objects.filter(kind="extension_granted", recipient=line.worker).exists()


def test_another_date_is_a_grant_with_a_change(line, order):
    asked(order, line.worker)
    approval = decide(turn_of(order, line.secretary), KIND, granted=True, granted_until=MONDAY + dt.timedelta(days=2))
    assert approval.state == ApprovalState.CHANGED


def test_nobody_decides_on_what_they_asked_for(line, order):
    approval = asked(order, line.secretary)
    with pytest.raises(PermissionDenied):
        decide(turn_of(order, line.secretary), KIND, granted=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(pk=approval.pk).update(
            state=ApprovalState.GRANTED, decided_at=MONDAY, decided_by=line.secretary
        )


def test_a_refusal_needs_an_opinion_and_only_what_is_open_is_decided(line, order):
    with pytest.raises(InvalidMove):
        decide(turn_of(order, line.secretary), KIND, granted=True)
    asked(order, line.worker)
    with pytest.raises(ValidationError, match="opinion"):
        decide(turn_of(order, line.secretary), KIND, granted=False)


def test_requests_can_be_let_lapse_by_name(line, order):
    asked(order, line.worker)
    turn = turn_of(order, line.secretary)
    assert lapse(turn, ApprovalKind.EXCLUSION) == []
    assert lapse(turn, KIND) == ["extension"]


@pytest.mark.parametrize(
    "leave",
    [
        lambda order, line: actions.submit_result(order, actor=line.worker, result="修好了"),
        lambda order, line: actions.reassign(order, actor=line.leader, unit=line.dept),
        lambda order, line: actions.escalate(order, actor=line.worker, note="要上级协调"),
        lambda order, line: actions.void(order, actor=line.chief, note="误报"),
        lambda order, line: actions.return_order(
            order, actor=line.worker, reason="not_our_duty", note="不属本岗", now=MONDAY
        ),
    ],
)
def test_a_handlers_request_lapses_when_the_order_leaves_their_hands_and_history_says_so(line, order, leave):
    approval = asked(order, line.worker)
    exclusion = asked(order, line.worker, ApprovalKind.EXCLUSION)
    left = leave(order, line)
    approval.refresh_from_db()
    exclusion.refresh_from_db()
    assert (approval.state, exclusion.state) == (ApprovalState.LAPSED, ApprovalState.OPEN)
    assert WorkOrder.objects.get(pk=order.pk).pending_approvals == ["exclusion"]
    assert any(event.details.get("lapsed") == ["extension"] for event in left.events.all())


def test_a_climb_by_the_timers_lets_the_handlers_request_lapse(line, order):
    approval = asked(order, line.worker)
    asked(order, line.worker, ApprovalKind.EXCLUSION)
    clock = StageClock.objects.running().get(order=order, stage=Stage.HANDLE)
    assert sweeps.run(clock.climb_at).escalated == 1
    approval.refresh_from_db()
    assert approval.state == ApprovalState.LAPSED
    assert WorkOrder.objects.get(pk=order.pk).pending_approvals == ["exclusion"]
    assert order.events.order_by("-id")[0].details["lapsed"] == ["extension"]
