"""Requests come in and become work orders: deadlines by rule, secrecy, sight, history that nobody changes."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from grids.calendar import load_calendar
from hotline import actions
from hotline.models import Request, RequestEvent
from hotline.states import Act, RequestState
from residents.errors import NotPossible, Stale
from tests.factories import make_category, make_ruled_line
from tests.hotlines import dispatched, make_request, receive
from workorders import actions as orders
from workorders.states import Profile, Stage, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def line():
    return make_ruled_line()


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_a_request_waits_at_the_desk_with_its_number_and_legal_limit(line):
    matter = receive(line)
    assert matter.state == RequestState.RECEIVED
    assert matter.number.startswith(line.district.code[:6])
    assert "R" in matter.number
    assert matter.due_at == load_calendar().add(matter.received_at, 5, "working_day")
    assert [event.act for event in matter.events.all()] == [Act.RECEIVE]


def test_a_complaint_has_fifteen_working_days(line):
    matter = receive(line, kind="complaint")
    assert matter.due_at == load_calendar().add(matter.received_at, 15, "working_day")


def test_the_same_request_sent_twice_is_one(line):
    key = uuid.uuid4()
    assert receive(line, client_uuid=key) == receive(line, client_uuid=key)
    assert Request.objects.count() == RequestEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "长" * 10_001}, "text"),
        ({"source": "pigeon"}, "source"),
        ({"kind": "wish"}, "kind"),
        ({"reply_way": "email"}, "reply_address"),
        ({"requester_phone": ""}, "requester_phone"),
    ],
)
def test_what_is_missing_is_named(line, wrong, field):
    with pytest.raises(ValidationError) as refusal:
        receive(line, **wrong)
    assert list(refusal.value.message_dict) == [field]


def test_only_the_desk_takes_in_requests(line):
    with pytest.raises(PermissionDenied):
        receive(line, actor=line.worker)


def test_dispatch_makes_an_order_of_the_rule_for_the_grid_s_worker(line):
    matter = dispatched(line)
    order = matter.order
    assert (order.profile, order.state, order.assignee) == (Profile.HOTLINE, State.DISPATCHED, line.worker)
    assert matter.due_at == order.whole_due_at
    assert order.clocks.filter(stage=Stage.WHOLE).exists()
    assert [event.act for event in matter.events.order_by("id")] == [Act.RECEIVE, Act.DISPATCH]


def test_a_handler_of_a_secret_request_sees_no_identity(line):
    matter = dispatched(line, requester_name="保密人", is_secret=True)
    assert (matter.order.contact_name, matter.order.contact_phone, matter.order.contact_hash) == ("", "", "")
    shown = client_of(line.worker).get(reverse("hotline:request", args=[matter.pk])).content.decode()
    assert "保密人" not in shown
    assert matter.requester_phone not in shown
    assert "保密人" in client_of(line.clerk).get(reverse("hotline:request", args=[matter.pk])).content.decode()


def test_dispatch_says_what_is_missing_and_happens_once(line):
    matter = receive(line)
    with pytest.raises(ValidationError, match="grid"):
        actions.dispatch(matter, actor=line.clerk, category=make_category())
    with pytest.raises(ValidationError, match="category"):
        actions.dispatch(matter, actor=line.clerk, grid=line.base)
    with pytest.raises(PermissionDenied):
        actions.dispatch(matter, actor=line.secretary, grid=line.base, category=make_category())
    with pytest.raises(Stale):
        actions.dispatch(matter, actor=line.clerk, grid=line.base, category=make_category(), version=7)
    actions.dispatch(matter, actor=line.clerk, grid=line.base, category=make_category())
    with pytest.raises(NotPossible):
        actions.dispatch(matter, actor=line.clerk, grid=line.base, category=make_category())


def test_one_sees_the_requests_of_one_s_area_and_of_one_s_orders(line):
    other = make_ruled_line()
    mine, unplaced = make_request(line), make_request(line, street=None, community=None, grid=None)
    theirs = make_request(other)
    assert set(Request.objects.visible_to(line.secretary)) == {mine}
    assert set(Request.objects.visible_to(line.clerk)) == {mine, unplaced}
    assert set(Request.objects.visible_to(line.handler)) == set()
    answer = client_of(line.secretary).get(reverse("hotline:request", args=[theirs.pk]))
    assert answer.status_code == 404
    sent = dispatched(line)
    sent.order.involvements.create(unit=line.dept)
    assert set(Request.objects.visible_to(line.handler)) == {sent}


@pytest.mark.parametrize(
    ("end", "given"),
    [
        (orders.void, {"note": "Wrong place."}),
        (orders.withdraw, {"note": "No longer needed."}),
    ],
)
def test_a_request_whose_order_answers_nobody_waits_at_the_desk_again(line, end, given):
    matter = dispatched(line)
    first = matter.order
    end(first, actor=line.chief if end == orders.void else line.clerk, **given)
    matter.refresh_from_db()
    assert (matter.state, matter.order) == (RequestState.RECEIVED, None)
    assert matter.events.order_by("-id").first().act == Act.ORDER_ENDED
    again = actions.dispatch(matter, actor=line.clerk)
    assert again.order != first
    assert again.order.state == State.DISPATCHED


def test_nobody_changes_the_history(line):
    matter = receive(line)
    with pytest.raises(DatabaseError), transaction.atomic():
        matter.events.update(note="never")
