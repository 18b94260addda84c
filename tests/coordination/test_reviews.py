"""Joint reviews: who convenes, what a decision does to the order, what stands for good."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Notification
from coordination import actions, sweeps
from coordination.models import JointReview, ReviewEntry, ReviewUnit
from coordination.states import Decision, Entry, Part, ReviewState
from grids.roles import Role
from tests.api.test_races import at_once
from tests.coordination.conftest import MONDAY, make_department
from tests.factories import make_post, make_ruled_line, make_unit, make_user, report
from workorders import actions as orders
from workorders.models import Event, Precedent, WorkOrder
from workorders.states import Move, State
from workorders.workflow import InvalidMove, StaleOrder

DAY = dt.timedelta(days=1)


def climbed(line, **fields) -> WorkOrder:
    """Report an order and let its grid leader pass it up to the community."""
    order = report(line, line.clerk, source="hotline", now=MONDAY, **fields)
    orders.sign(order, actor=line.worker, now=MONDAY)
    for person in (line.worker, line.leader):
        orders.escalate(order, actor=person, note="需协调", now=MONDAY)
        order.refresh_from_db()
        if order.holder == line.community:
            break
    assert (order.holder, order.is_escalated, order.state) == (line.community, True, State.FILED)
    return order


def convene(line, order, *units, **fields) -> JointReview:
    usual = {
        "actor": line.secretary,
        "question": "由谁牵头",
        "meets_at": MONDAY + DAY,
        "place": "社区会议室",
        "due_at": MONDAY + 2 * DAY,
        "now": MONDAY,
    }
    return actions.convene(order, units=list(units) or [line.dept], **usual | fields)


def ready(line, **fields) -> tuple[WorkOrder, JointReview]:
    """Return a climbed order and its review with minutes, so that it can decide."""
    order = climbed(line)
    review = convene(line, order, **fields)
    actions.record_minutes(review, actor=line.secretary, words="各单位发言", now=MONDAY + DAY)
    order.refresh_from_db()
    return order, review


def decide(line, review, decision=Decision.SOLVE, **fields) -> JointReview:
    usual = {"actor": line.secretary, "words": "由城管牵头", "now": MONDAY + DAY}
    if decision == Decision.SOLVE:
        usual["lead_unit"] = line.dept
    return actions.decide(review, decision=decision, **usual | fields)


def told(user) -> list[str]:
    found = Notification.objects.filter(recipient=user, kind__startswith="review")
    return list(found.order_by("id").values_list("kind", flat=True))


def test_attending_units_see_the_order_and_are_told(line):
    order = climbed(line)
    assert not WorkOrder.objects.visible_to(line.handler).exists()
    review = convene(line, order)
    assert list(WorkOrder.objects.visible_to(line.handler)) == [order]
    assert list(JointReview.objects.visible_to(line.handler)) == [review]
    assert told(line.handler) == ["review_convened"]
    event = Event.objects.filter(order=order).latest("id")
    assert (event.move, event.note, event.actor) == (Move.CONVENE_REVIEW, review.number, line.secretary)


def test_only_the_level_that_has_a_climbed_order_convenes_and_once(line):
    order = climbed(line)
    for person in (line.operator, line.chief, line.leader, line.handler, line.supervisor):
        with pytest.raises(PermissionDenied):
            convene(line, order, actor=person)
    convene(line, order)
    with pytest.raises(InvalidMove, match="before a meeting already"):
        convene(line, order)


def test_an_order_that_did_not_climb_is_not_put_before_a_meeting(line):
    order = report(line, line.clerk, source="hotline", now=MONDAY)
    make_post(line.secretary, Role.COMMUNITY_SECRETARY, line.base)
    with pytest.raises(InvalidMove, match="Only an order that climbed"):
        convene(line, order)


def test_convening_asks_for_what_is_missing(line):
    order = climbed(line)
    with pytest.raises(ValidationError) as caught:
        convene(line, order, make_unit(line.district), question="", place=" ", due_at=MONDAY + DAY / 2)
    assert set(caught.value.message_dict) == {"question", "place", "due_at", "units"}


def test_a_decision_to_solve_dispatches_for_good(line):
    order, review = ready(line)
    decided = decide(line, review)
    order.refresh_from_db()
    assert (decided.state, decided.lead_unit) == (ReviewState.DECIDED, line.dept)
    assert (order.state, order.lead_unit, order.assignee, order.is_dispatch_final) == (
        State.DISPATCHED,
        line.dept,
        None,
        True,
    )
    moves = list(Event.objects.filter(order=order).order_by("-id").values_list("move", flat=True)[:2])
    assert moves == [Move.DISPATCH, Move.DECIDE_REVIEW]
    with pytest.raises(InvalidMove, match="final decision"):
        orders.return_order(order, actor=line.handler, reason="not_our_duty", note="x", now=MONDAY + DAY)
    assert told(line.handler) == ["review_convened", "review_decided"]


def test_an_order_in_hand_is_taken_over_by_the_unit_that_the_meeting_names(line):
    order = climbed(line)
    orders.dispatch(order, actor=line.secretary, assignee=line.worker, now=MONDAY)
    review = convene(line, order)
    actions.record_minutes(review, actor=line.secretary, words="x", now=MONDAY)
    decide(line, review)
    order.refresh_from_db()
    assert (order.lead_unit, order.assignee, order.is_dispatch_final) == (line.dept, None, True)


def test_assisting_units_get_sub_orders_with_the_decision(line):
    unit, handler, _leader = make_department(line)
    order, review = ready(line)
    decide(line, review, assist_units=[unit, line.dept])
    [sub] = order.assists.all()
    assert (sub.lead_unit, sub.state, sub.description) == (unit, State.DISPATCHED, "由城管牵头")
    assert set(WorkOrder.objects.visible_to(handler)) == {order, sub}
    assert list(ReviewUnit.objects.filter(part=Part.ASSIST).values_list("unit", flat=True)) == [unit.pk]
    assert list(Precedent.objects.get().assist_units.all()) == [unit]


def test_when_a_unit_cannot_assist_nothing_is_decided(line):
    order, review = ready(line)
    with pytest.raises(ValidationError, match="Nobody is in post"):
        decide(line, review, assist_units=[make_unit(line.district)])
    order.refresh_from_db()
    assert order.state == State.FILED
    assert not order.assists.exists()


def test_a_decision_to_pass_up_escalates(line):
    order, review = ready(line)
    decide(line, review, Decision.PASS_UP)
    order.refresh_from_db()
    assert (order.holder, order.state) == (line.street, State.FILED)
    assert not Precedent.objects.exists()


def test_a_decision_to_explain_is_proposed_by_the_chair_and_agreed_by_a_second_person(line):
    order, review = ready(line)
    with pytest.raises(ValidationError, match="reason from the list"):
        decide(line, review, Decision.EXPLAIN)
    with pytest.raises(ValidationError, match="Name the law"):
        decide(line, review, Decision.EXPLAIN, reason="unreasonable", basis=" ")
    decide(line, review, Decision.EXPLAIN, reason="unreasonable", basis="《物业管理条例》")
    order.refresh_from_db()
    assert (order.state, order.assignee, order.pending_approvals) == (
        State.IN_PROGRESS,
        line.secretary,
        ["explanation"],
    )
    assert not order.is_dispatch_final
    assert not Precedent.objects.exists()
    with pytest.raises(PermissionDenied):
        orders.grant_explanation(order, actor=line.secretary, now=MONDAY + DAY)
    orders.grant_explanation(order, actor=line.operator, now=MONDAY + DAY)
    order.refresh_from_db()
    assert order.closing_kind == "explained"


def test_the_minutes_come_before_the_decision(line):
    order = climbed(line)
    review = convene(line, order)
    with pytest.raises(InvalidMove, match="minutes first"):
        decide(line, review)


def test_when_the_order_went_on_nothing_is_decided(line):
    order, review = ready(line)
    orders.escalate(order, actor=line.secretary, note="x", now=MONDAY + DAY)
    with pytest.raises(InvalidMove, match="gone on since the meeting"):
        decide(line, review)
    assert JointReview.objects.get().state == ReviewState.CONVENED
    actions.cancel_review(review, actor=line.secretary, reason="已上报", now=MONDAY + DAY)
    assert JointReview.objects.get().state == ReviewState.CANCELLED


def test_a_stale_page_decides_nothing(line):
    order, review = ready(line)
    version = order.version
    orders.dispatch(order, actor=line.secretary, assignee=line.worker, now=MONDAY + DAY)
    with pytest.raises(StaleOrder, match="moved this order"):
        decide(line, review, order_version=version)
    with pytest.raises(StaleOrder, match="wrote in this record"):
        decide(line, review, version=0)


def test_when_a_move_is_refused_nothing_of_the_decision_stays(line):
    order, review = ready(line)
    before = (order.version, Event.objects.count(), ReviewEntry.objects.count())
    with pytest.raises(ValidationError, match="takes no orders"):
        decide(line, review, lead_unit=make_unit(make_ruled_line("worker").district))
    order.refresh_from_db()
    assert (order.version, Event.objects.count(), ReviewEntry.objects.count()) == before
    assert JointReview.objects.get().state == ReviewState.CONVENED
    assert not Precedent.objects.exists()


def test_what_was_recorded_and_decided_stands_and_is_corrected_by_another_line(line):
    _order, review = ready(line)
    decide(line, review)
    for change in (
        lambda: actions.record_minutes(review, actor=line.secretary, words="x"),
        lambda: decide(line, review),
        lambda: actions.cancel_review(review, actor=line.secretary, reason="x"),
    ):
        with pytest.raises(InvalidMove, match="what was recorded stands"):
            change()
    for change in (
        lambda: JointReview.objects.update(decision=Decision.PASS_UP),
        lambda: JointReview.objects.filter(pk=review.pk)._raw_delete("default"),
        lambda: ReviewEntry.objects.update(words="x"),
        lambda: ReviewEntry.objects.all()._raw_delete("default"),
        lambda: ReviewUnit.objects.update(part=Part.ASSIST),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()
    actions.correct(review, actor=line.secretary, words="应为“综合行政执法局”")
    kinds = list(ReviewEntry.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == [Entry.CONVENE, Entry.MINUTES, Entry.DECIDE, Entry.CORRECT]


def test_a_correction_needs_a_decision(line):
    _order, review = ready(line)
    with pytest.raises(InvalidMove, match="Only what was decided"):
        actions.correct(review, actor=line.secretary, words="x")


def test_only_the_chairs_level_writes(line):
    _order, review = ready(line)
    for person in (line.operator, line.handler, line.chief):
        with pytest.raises(PermissionDenied):
            actions.record_minutes(review, actor=person, words="x")
        with pytest.raises(PermissionDenied):
            decide(line, review, actor=person)


def test_an_overdue_decision_gives_notice_once_to_the_level(line):
    _order, review = ready(line)
    colleague = make_user()
    make_post(colleague, Role.COMMUNITY_SECRETARY, line.community)
    assert sweeps.run(review.due_at).overdue == 0
    assert sweeps.run(review.due_at + DAY).overdue == 1
    assert sweeps.run(review.due_at + DAY).overdue == 0
    assert told(line.secretary) == told(colleague) == ["review_overdue"]
    decide(line, review, now=review.due_at + 2 * DAY)
    assert JointReview.objects.get().state == ReviewState.DECIDED


def test_a_decided_review_is_never_overdue(line):
    _order, review = ready(line)
    decide(line, review)
    assert sweeps.run(review.due_at + DAY).overdue == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_two_decisions_at_once_make_one_and_the_other_is_told(attempt):
    line = make_ruled_line()
    unit, _handler, _leader = make_department(line)
    colleague = make_user()
    make_post(colleague, Role.COMMUNITY_SECRETARY, line.community)
    order, review = ready(line)

    def say(actor, lead) -> str:
        try:
            return decide(line, review.pk, actor=actor, lead_unit=lead, order_version=order.version).decision
        except InvalidMove:
            return "refused"

    answers = at_once(lambda: say(line.secretary, line.dept), lambda: say(colleague, unit))
    assert sorted(answers) == ["refused", "solve"]
    order.refresh_from_db()
    assert order.lead_unit == JointReview.objects.get().lead_unit == Precedent.objects.get().lead_unit
    assert Event.objects.filter(order=order, move=Move.DECIDE_REVIEW).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_a_decision_beside_another_move_leaves_one_story(attempt):
    line = make_ruled_line()
    order, review = ready(line)

    def tried(call) -> str:
        try:
            call()
        except InvalidMove:
            return "refused"
        return "done"

    answers = at_once(
        lambda: tried(lambda: decide(line, review.pk, order_version=order.version)),
        lambda: tried(
            lambda: orders.escalate(order.pk, actor=line.secretary, note="x", version=order.version, now=MONDAY + DAY)
        ),
    )
    assert sorted(answers) == ["done", "refused"]
    order.refresh_from_db()
    assert order.state == Event.objects.filter(order=order).latest("id").to_state
