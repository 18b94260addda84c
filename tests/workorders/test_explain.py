"""Orders that are explained instead of solved, and reports that are taken back."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.factories import make_category, make_order, make_ruled_line, report
from tests.workorders.test_life import MONDAY, climb, inbox, moves, reload
from tests.workorders.test_merge import waiting
from workorders import actions
from workorders.models import Approval, StageClock
from workorders.states import ApprovalState, ClosingKind, Move, Stage, State
from workorders.workflow import InvalidMove

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
WHY = {"reason": "outside_law", "basis": "《物业管理条例》第三十条", "note": "已当面说明，居民表示知悉"}


@pytest.fixture
def line():
    return make_ruled_line()


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def in_hand(line, **fields):
    order = report(line, line.clerk, source="hotline", now=MONDAY, **fields)
    return actions.sign(order, actor=line.worker, now=MONDAY)


def proposed(line):
    return actions.request_explanation(in_hand(line), actor=line.worker, now=MONDAY, **WHY)


def test_an_explanation_is_agreed_by_a_second_person_and_closes_the_order_as_explained(line):
    order = proposed(line)
    assert (order.state, order.pending_approvals) == (State.IN_PROGRESS, ["explanation"])
    assert "explanation_asked" in inbox(line.secretary)
    order = actions.grant_explanation(order, actor=line.secretary, now=MONDAY + HOUR)
    assert (order.state, order.closing_kind, order.answer) == (State.PENDING_CLOSURE, "explained", WHY["note"])
    assert not StageClock.objects.running().filter(order=order, stage=Stage.HANDLE).exists()
    assert "explanation_granted" in inbox(line.worker)
    done = actions.close(order, actor=line.leader)
    assert (done.state, done.closing_kind) == (State.CLOSED, ClosingKind.EXPLAINED)


def test_the_basis_and_what_was_said_are_kept_with_the_request(line):
    order = proposed(line)
    approval = Approval.objects.get(order=order)
    assert (approval.reason, approval.basis, approval.note) == (WHY["reason"], WHY["basis"], WHY["note"])


@pytest.mark.parametrize("field", ["reason", "basis", "note"])
def test_a_proposal_without_reason_basis_or_words_is_refused(line, field):
    with pytest.raises(ValidationError) as refusal:
        actions.request_explanation(in_hand(line), actor=line.worker, **WHY | {field: " "})
    assert field in refusal.value.error_dict


def test_while_it_waits_for_a_decision_the_time_runs_on_and_nothing_else_may_be_asked(line):
    order = proposed(line)
    assert StageClock.objects.running().filter(order=order, stage=Stage.HANDLE).exists()
    with pytest.raises(InvalidMove, match="asked for already"):
        actions.request_explanation(order, actor=line.worker, **WHY)


def test_whoever_asks_does_not_decide(line):
    order = report(line, line.leader, now=MONDAY)
    order = actions.reassign(order, actor=line.secretary, assignee=line.secretary)
    order = actions.request_explanation(order, actor=line.secretary, **WHY)
    with pytest.raises(PermissionDenied):
        actions.grant_explanation(order, actor=line.secretary)
    assert actions.grant_explanation(order, actor=line.dispatcher).closing_kind == "explained"


def test_refused_it_stays_with_its_handler_who_is_told(line):
    order = proposed(line)
    with pytest.raises(ValidationError):
        actions.refuse_explanation(order, actor=line.secretary, opinion=" ")
    order = actions.refuse_explanation(order, actor=line.secretary, opinion="可以协调解决")
    assert (order.state, order.assignee, order.pending_approvals) == (State.IN_PROGRESS, line.worker, [])
    assert "explanation_refused" in inbox(line.worker)
    assert Approval.objects.get(order=order).state == ApprovalState.REFUSED


def test_nothing_is_closed_as_explained_without_that_agreement_nor_otherwise_with_it(line):
    order = in_hand(line)
    solved = actions.verify_pass(actions.submit_result(order, actor=line.worker, result="已修"), actor=line.leader)
    with pytest.raises(ValidationError, match="second person"):
        actions.close(solved, actor=line.leader, kind="explained", note="说明")
    explained = actions.grant_explanation(proposed(line), actor=line.secretary)
    with pytest.raises(ValidationError, match="agreed to explain"):
        actions.close(explained, actor=line.leader, kind="solved")
    with pytest.raises(ValidationError, match="move of its own"):
        actions.close(solved, actor=line.leader, kind="withdrawn", note="撤回")


def test_an_explained_order_that_climbed_is_struck_off_and_a_refusal_there_undoes_the_agreement(line):
    order = climb(report(line, line.clerk, source="hotline", now=MONDAY), 2)
    now = order.due_at
    order = actions.dispatch(order, actor=line.secretary, assignee=line.worker, now=now)
    order = actions.sign(order, actor=line.worker, now=now)
    order = actions.request_explanation(order, actor=line.worker, now=now, **WHY)
    order = actions.grant_explanation(order, actor=line.secretary, now=now)
    assert (order.state, order.holder) == (State.PENDING_STRIKE_OFF, line.community)
    order = actions.refuse_strike_off(order, actor=line.secretary, note="应予解决", now=now + HOUR)
    assert (order.state, order.closing_kind, order.answer) == (State.IN_PROGRESS, "", "")


def test_units_that_assist_must_be_released_before_an_explanation(line):
    order = in_hand(line)
    make_order(line, State.DISPATCHED, kind="assist", parent=order)
    with pytest.raises(InvalidMove, match="assist"):
        actions.request_explanation(order, actor=line.worker, **WHY)


# Withdrawing


def test_a_reporter_takes_their_report_back_and_who_had_it_is_told(line):
    order = actions.accept(waiting(line, make_category(needs_photo=False)), actor=line.leader)
    order = actions.withdraw(order, actor=order.reporter, note="问题已自行解决")
    assert (order.state, order.closing_kind) == (State.CLOSED, ClosingKind.WITHDRAWN)
    assert "order_withdrawn" in inbox(line.worker)
    assert not StageClock.objects.running().filter(order=order).exists()


def test_intake_withdraws_on_behalf_of_a_resident_but_nobody_withdraws_their_own_work(line):
    assert actions.withdraw(in_hand(line), actor=line.clerk, note="来电人撤诉").closing_kind == "withdrawn"
    own = report(line, line.worker)
    assert own.assignee == line.worker
    with pytest.raises(PermissionDenied):
        actions.withdraw(own, actor=line.worker, note="不想办")
    with pytest.raises(PermissionDenied):
        actions.withdraw(in_hand(line), actor=line.dispatcher, note="不想办")


def test_what_is_answered_is_not_withdrawn_and_what_is_withdrawn_is_not_rated(line):
    order = actions.submit_result(in_hand(line), actor=line.worker, result="已修")
    with pytest.raises(InvalidMove):
        actions.withdraw(order, actor=line.clerk, note="撤诉")
    order = actions.withdraw(in_hand(line), actor=line.clerk, note="撤诉")
    with pytest.raises(InvalidMove, match="nothing to rate"):
        actions.evaluate(order, actor=line.supervisor, rating=1)


def test_what_others_reported_of_the_same_lives_again(line):
    category = make_category(needs_photo=False)
    head, order = waiting(line, category), waiting(line, category)
    actions.merge(order, actor=line.clerk, into=head)
    actions.withdraw(head, actor=head.reporter, note="不再反映")
    assert reload(order).state == State.REPORTED
    assert moves(order)[-1] == Move.UNMERGE


# Pages and API


def test_the_forms_ask_for_the_basis_and_show_it_to_whoever_decides(line):
    order = in_hand(line)
    line.worker.language = line.secretary.language = "en"
    line.worker.save(update_fields=["language"])
    line.secretary.save(update_fields=["language"])
    client = Client()
    client.force_login(line.worker)
    address = reverse("workorders:move", args=[order.pk, "request-explanation"])
    assert "Outside the law" in client.get(address).content.decode()
    assert client.post(address, WHY | {"version": order.version}).status_code == 302
    client.force_login(line.secretary)
    address = reverse("workorders:move", args=[order.pk, "grant-explanation"])
    page = client.get(address).content.decode()
    assert WHY["basis"] in page
    assert WHY["note"] in page
    assert client.post(address, {"version": reload(order).version}).status_code == 302
    page = client.get(order.get_absolute_url()).content.decode()
    assert "To be closed as" in page
    close = client.get(reverse("workorders:move", args=[order.pk, "close"])).content.decode()
    assert 'value="explained"' in close
    assert 'value="solved"' not in close


def test_the_api_proposes_and_withdraws(line):
    order = in_hand(line)
    client = Client()
    client.force_login(line.worker)
    json = {"content_type": "application/json"}
    address = reverse("api:work-order-request-explanation", args=[order.pk])
    assert client.post(address, WHY | {"basis": ""}, **json).status_code == 400
    assert client.post(address, WHY, **json).status_code == 200
    client.force_login(line.clerk)
    answer = client.post(reverse("api:work-order-withdraw", args=[order.pk]), {"note": "撤诉"}, **json)
    assert (answer.status_code, answer.json()["closing_kind"]) == (200, "withdrawn")
