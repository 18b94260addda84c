"""What the desk does with a waiting request: correct, answer, refuse, join, take up again; and who has it open."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from grids.calendar import load_calendar
from grids.models import Kind
from grids.roles import Role
from hotline import actions
from hotline.models import Snippet
from hotline.states import Act, RequestState
from locating.models import Correction
from residents.errors import NotPossible, Stale
from tests.factories import make_category, make_grid, make_order, make_post, make_ruled_line, make_user
from tests.hotlines import dispatched, make_request, receive
from workorders.actions.replying import reply_given
from workorders.models import WorkOrder
from workorders.states import ClosingKind, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def line():
    return make_ruled_line()


def acts(matter):
    return [event.act for event in matter.events.order_by("id")]


def closed(matter):
    """Let the order's work and answer be done, without the moves between."""
    order = reply_given(matter.order, "The lamp was mended.")
    now = timezone.now()
    order.state, order.closing_kind, order.finished_at = State.CLOSED, ClosingKind.SOLVED, now
    order.holder, order.assignee = order.grid, None
    order.save()
    matter.state, matter.answer, matter.answered_at, matter.closed_at = RequestState.CLOSED, order.answer, now, now
    matter.save()
    return matter


def test_a_correction_names_its_fields_and_not_what_they_said(line):
    matter = receive(line, requester_name="测试甲")
    fixed = actions.correct(
        matter, actor=line.clerk, changes={"requester_name": "测试乙", "kind": "complaint"}, version=1
    )
    assert (fixed.requester_name, fixed.kind, fixed.version) == ("测试乙", "complaint", 2)
    assert fixed.due_at == load_calendar().add(fixed.received_at, 15, "working_day"), "a complaint's own limit"
    details = fixed.events.get(act=Act.CORRECT).details
    assert details == {"fields": ["kind", "requester_name"], "was": matter.due_at.astimezone(dt.UTC).isoformat()}
    assert actions.correct(fixed, actor=line.clerk, changes={"kind": "complaint"}).version == 2, "nothing differed"
    with pytest.raises(Stale):
        actions.correct(fixed, actor=line.clerk, changes={"kind": "help"}, version=1)
    with pytest.raises(PermissionDenied):
        actions.correct(fixed, actor=line.secretary, changes={"kind": "help"})
    with pytest.raises(ValidationError, match="state"):
        actions.correct(fixed, actor=line.clerk, changes={"state": "closed"})
    with pytest.raises(ValidationError, match="requester_phone"):
        actions.correct(fixed, actor=line.clerk, changes={"requester_phone": ""})


def test_once_dispatched_only_the_requester_is_corrected_and_secrecy_reaches_the_order(line):
    matter = dispatched(line, requester_name="测试人")
    assert matter.order.contact_phone
    with pytest.raises(NotPossible):
        actions.correct(matter, actor=line.clerk, changes={"kind": "complaint"})
    actions.correct(matter, actor=line.clerk, changes={"is_secret": True})
    matter.order.refresh_from_db()
    assert (matter.order.contact_name, matter.order.contact_phone, matter.order.contact_hash) == ("", "", "")


def test_an_enquiry_is_answered_at_the_desk_and_the_knowledge_counts_its_use(line):
    now = timezone.now()
    snippet = Snippet.objects.create(
        district=line.district, title="几点上班", text="工作日九点至五点。", verified_by=line.chief, verified_at=now
    )
    matter, other = receive(line, kind="enquiry"), receive(line, kind="enquiry")
    actions.merge(other, actor=line.clerk, into=matter)
    done = actions.answer_directly(matter, actor=line.clerk, answer=snippet.text, snippet=snippet, now=now)
    assert (done.state, done.answer, done.answered_at, done.closed_at) == (RequestState.CLOSED, snippet.text, now, now)
    other.refresh_from_db()
    assert (other.state, other.answer) == (RequestState.CLOSED, snippet.text), "what was joined has the answer too"
    snippet.refresh_from_db()
    assert snippet.used_count == 1
    with pytest.raises(NotPossible):
        actions.answer_directly(matter, actor=line.clerk, answer="Again.")


def test_what_asks_for_work_is_not_ended_at_the_desk(line):
    for kind in ("help", "complaint", "tip"):
        with pytest.raises(NotPossible):
            actions.answer_directly(receive(line, kind=kind), actor=line.clerk, answer="No.")
    with pytest.raises(ValidationError, match="answer"):
        actions.answer_directly(receive(line, kind="praise"), actor=line.clerk, answer=" ")
    with pytest.raises(PermissionDenied):
        actions.answer_directly(receive(line, kind="praise"), actor=line.secretary, answer="Thanks.")


def test_a_refusal_has_a_reason_of_the_list(line):
    matter = receive(line)
    with pytest.raises(ValidationError, match="reason"):
        actions.refuse(matter, actor=line.clerk, reason="rude")
    with pytest.raises(ValidationError, match="note"):
        actions.refuse(matter, actor=line.clerk, reason="other")
    with pytest.raises(Stale):
        actions.refuse(matter, actor=line.clerk, reason="outside", version=9)
    done = actions.refuse(matter, actor=line.clerk, reason="outside")
    assert (done.state, done.refusal, done.is_ended) == (RequestState.REFUSED, "outside", True)
    with pytest.raises(NotPossible):
        actions.refuse(matter, actor=line.clerk, reason="outside")


def test_what_is_joined_at_the_desk_takes_the_way_of_its_head(line):
    head, first, second = receive(line), receive(line), receive(line)
    actions.merge(second, actor=line.clerk, into=first)
    actions.merge(first, actor=line.clerk, into=head, version=1)
    second.refresh_from_db()
    assert (second.state, second.merged_into) == (RequestState.MERGED, head), "chains stay one step long"
    sent = actions.dispatch(head, actor=line.clerk, grid=line.base, category=make_category(needs_photo=False))
    for matter in (first, second):
        matter.refresh_from_db()
        assert (matter.state, matter.order, matter.merged_into) == (RequestState.DISPATCHED, sent.order, None)
        assert (matter.due_at, acts(matter)[-1]) == (sent.due_at, Act.DISPATCH)
    with pytest.raises(NotPossible):
        actions.merge(first, actor=line.clerk, into=head)


def test_a_request_joined_to_grid_work_makes_it_wait_for_a_reply_until_it_is_taken_out(line):
    order = make_order(line, State.IN_PROGRESS, assignee=line.worker)
    matter = receive(line)
    due = matter.due_at
    joined = actions.merge(matter, actor=line.clerk, order=order)
    order.refresh_from_db()
    assert (joined.state, joined.order, joined.due_at, order.is_reply_due) == (
        RequestState.DISPATCHED,
        order,
        due,
        True,
    )
    out = actions.unmerge(joined, actor=line.clerk, note="Another lamp.")
    order.refresh_from_db()
    assert (out.state, out.order, order.is_reply_due) == (RequestState.RECEIVED, None, False)
    with pytest.raises(NotPossible):
        actions.unmerge(dispatched(line), actor=line.clerk)


def test_nothing_is_joined_to_itself_to_another_district_or_to_what_is_over(line):
    matter, theirs = receive(line), make_ruled_line()
    for wrong in ({"into": matter}, {"into": make_request(theirs)}, {"order": make_order(theirs)}, {}):
        with pytest.raises(ValidationError):
            actions.merge(matter, actor=line.clerk, **wrong)
    with pytest.raises(NotPossible):
        actions.merge(matter, actor=line.clerk, into=make_request(line, RequestState.CLOSED))
    with pytest.raises(NotPossible):
        actions.merge(matter, actor=line.clerk, order=make_order(line, State.CLOSED))
    with pytest.raises(PermissionDenied):
        actions.merge(matter, actor=line.secretary, into=receive(line))


def test_a_request_is_taken_up_again_and_so_is_its_order(line):
    matter = closed(dispatched(line))
    first = matter.answered_at
    with pytest.raises(PermissionDenied):
        actions.reopen(matter, actor=line.secretary, reason="not_solved", note="Dark again.")
    again = actions.reopen(matter, actor=None, reason="not_solved", note="Dark again.", by="requester")
    again.order.refresh_from_db()
    assert (again.state, again.closed_at, again.answered_at) == (RequestState.DISPATCHED, None, first)
    assert (again.order.state, again.order.assignee, again.order.is_reply_due) == (State.DISPATCHED, line.worker, True)
    assert again.due_at == again.order.whole_due_at
    assert again.events.get(act=Act.REOPEN).details["by"] == "requester"
    with pytest.raises(NotPossible):
        actions.reopen(matter, actor=None, reason="not_solved", note="Twice.")


def test_after_the_days_of_the_rule_one_asks_anew(line):
    matter = closed(dispatched(line))
    late = actions.reopens_until(matter) + dt.timedelta(seconds=1)
    assert late - matter.answered_at > dt.timedelta(days=14)
    with pytest.raises(NotPossible):
        actions.reopen(matter, actor=line.supervisor, reason="not_solved", note="Late.", now=late)


def test_what_was_answered_at_the_desk_goes_back_there_and_gets_an_order_of_its_own(line):
    matter = receive(line, kind="enquiry")
    actions.answer_directly(matter, actor=line.clerk, answer="On Monday.")
    again = actions.reopen(matter, actor=line.supervisor, reason="not_solved", note="Nobody came.")
    assert (again.state, again.answer) == (RequestState.RECEIVED, "")
    sent = actions.dispatch(again, actor=line.clerk, grid=line.base, category=make_category(needs_photo=False))
    WorkOrder.objects.filter(pk=sent.order_id).update(state=State.VOIDED, finished_at=timezone.now())
    closed_one = closed_without_order(sent)
    back = actions.reopen(closed_one, actor=None, reason="not_solved", note="Still.", by="requester")
    assert (back.state, back.order) == (RequestState.RECEIVED, None), "a voided order takes nothing up again"
    assert actions.dispatch(back, actor=line.clerk, grid=line.base).order != sent.order


def closed_without_order(matter):
    matter.state, matter.answered_at, matter.closed_at = RequestState.CLOSED, timezone.now(), timezone.now()
    matter.save()
    return matter


def test_the_leader_of_a_micro_grid_gets_it_where_they_are_of_the_grid_s_people(line):
    micro = make_grid(line.base, kind=Kind.MICRO)
    lead = make_user()
    make_post(lead, Role.GRID_WORKER, line.base)
    make_post(lead, Role.MICRO_LEAD, micro)
    sent = dispatched(line, grid=micro)
    assert (sent.micro, sent.grid) == (micro, line.base)
    sent.order.refresh_from_db()
    assert sent.order.assignee == lead


def test_the_grid_that_the_operator_says_is_remembered_for_the_address(line):
    dispatched(line, address="槐树湾老码头")
    assert Correction.objects.get().grid == line.base
    dispatched(line, address="槐树湾老码头")
    assert Correction.objects.count() == 1


def test_two_operators_do_not_open_the_same_one_until_it_lapses(line):
    other = make_user()
    make_post(other, Role.INTAKE_CLERK, line.district)
    later, sooner = receive(line, kind="complaint"), receive(line)
    now = timezone.now()
    assert actions.claim_next(actor=line.clerk, now=now) == sooner, "the nearest deadline first"
    assert actions.claim_next(actor=other, now=now) == later
    assert not actions.claim(sooner, actor=other, now=now)
    assert actions.claim(sooner, actor=other, now=now + dt.timedelta(minutes=11))
    actions.release(sooner, actor=other)
    assert actions.claim(sooner, actor=line.clerk)
    with pytest.raises(PermissionDenied):
        actions.claim(sooner, actor=line.secretary)
