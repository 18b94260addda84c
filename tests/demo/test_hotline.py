"""The demo's hotline: a year of finished requests, a desk in the middle of its morning, people who call again."""

import re
from collections import Counter

import pytest
from django.db.models import F

from accounts.models import User
from demo import hotline_history
from grids.backends import standing_for
from hotline import identity
from hotline.models import CallBack, CallTry, QueuedCall, Reply, Request, RequestEvent, Snippet, Topic
from hotline.states import ENDED, RequestKind, RequestState
from tests.demo.conftest import NOW, SCALE
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db


def finished():
    return Request.objects.filter(state=RequestState.CLOSED)


def test_a_year_of_requests_is_as_many_as_the_scale_says(demo):
    begun = NOW - hotline_history.dt.timedelta(days=hotline_history.DAYS)
    year = Request.objects.filter(received_at__gte=begun, received_at__lt=NOW - hotline_history.dt.timedelta(hours=29))
    assert year.count() == pytest.approx(round(47_452 * SCALE), abs=12)


def test_every_order_of_the_hotline_is_some_request_and_runs_under_its_rule(demo):
    orders = WorkOrder.objects.filter(source="hotline")
    assert orders.count() > 20
    assert not orders.filter(requests=None).exists()
    assert not orders.filter(profile="").exists()
    complaints = Request.objects.filter(order__isnull=False, kind__in=["complaint", "tip"])
    assert set(complaints.values_list("order__profile", flat=True)) == {"complaint_sd"}


def test_every_state_and_every_way_of_the_desk_can_be_seen(demo):
    states = set(Request.objects.values_list("state", flat=True))
    assert states >= {"received", "dispatched", "closed", "refused"}
    assert {"phone", "platform", "web", "qr", "counter", "letter"} <= set(
        Request.objects.at_the_desk().values_list("source", flat=True)
    )
    assert Request.objects.at_the_desk().filter(due_at__lt=NOW).exists()
    assert Request.objects.open().overdue(NOW).exclude(order=None).exists()
    assert Request.objects.values("order").filter(order__isnull=False, state="dispatched").count() > 4
    assert Snippet.objects.count() == 10


def test_what_was_answered_hangs_together(demo):
    assert not finished().filter(answered_at=None).exists()
    assert not finished().filter(answer="").exists()
    assert not finished().filter(answered_at__lt=F("received_at")).exists()
    assert not finished().filter(closed_at__lt=F("answered_at")).exists()
    assert not Request.objects.filter(received_at__gt=NOW).exists()
    late = finished().filter(answered_at__gt=F("due_at")).count() / finished().count()
    assert late < 0.06
    answered = Request.objects.exclude(answered_at=None).exclude(order=None)
    replies = Reply.objects.filter(order__isnull=False, state="approved")
    assert set(replies.values_list("order_id", flat=True)) == set(answered.values_list("order_id", flat=True))


def test_the_call_back_desk_has_calls_waiting_made_and_in_vain(demo):
    states = Counter(Request.objects.values_list("call_state", flat=True))
    assert min(states["queued"], states["reached"], states["unreachable"], states["skipped"]) >= 1
    said = CallTry.objects.exclude(satisfaction=None)
    content = said.filter(satisfaction__gte=3).count() / said.count()
    assert content > 0.85
    assert QueuedCall.objects.filter(next_at__lte=NOW, matter__call_state="queued").exists()
    assert not CallTry.objects.filter(at__gt=NOW).exists()
    drawn = CallBack.objects.filter(is_drawn=True)
    assert set(drawn.values_list("matter__call_state", flat=True)) <= {"queued", "reached", "unreachable"}


def test_what_many_ask_is_a_topic(demo):
    assert Topic.objects.filter(requests__isnull=False).exists()


def test_each_request_has_its_history_from_receipt_to_its_state(demo):
    last = {}
    for event in RequestEvent.objects.order_by("matter_id", "at", "id").values("matter_id", "act", "to_state"):
        if event["matter_id"] not in last:
            assert event["act"] == "receive"
        last[event["matter_id"]] = event["to_state"]
    assert last == dict(Request.objects.values_list("pk", "state"))
    assert not RequestEvent.objects.filter(at__gt=NOW).exists()
    assert not Request.objects.filter(state__in=ENDED, closed_at=None).exists()


def test_a_few_callers_make_a_quarter_of_the_calls(demo):
    calls = Counter(Request.objects.exclude(phone_hash=None).values_list("phone_hash", flat=True))
    often = [count for count in calls.values() if count > 1]
    assert len(often) < 0.12 * len(calls)
    assert 0.15 < sum(often) / sum(calls.values()) < 0.4


def test_nobody_who_called_can_be_rung_up_and_each_is_found_by_their_phone(demo):
    for matter in Request.objects.order_by("?")[:40]:
        assert re.fullmatch(r"12\d{9}", matter.requester_phone)
        assert matter.phone_hash == identity.hash_to_keep(matter.requester_phone)


def test_enquiries_end_at_the_desk_and_secret_ones_leave_no_name_on_the_order(demo):
    direct = RequestEvent.objects.filter(act="answer_directly").values_list("matter__kind", flat=True)
    assert set(direct) <= {RequestKind.ENQUIRY, RequestKind.SUGGESTION, RequestKind.PRAISE}
    secret = Request.objects.filter(is_secret=True)
    assert secret.exists()
    assert not any(matter.order.contact_phone for matter in secret.exclude(order=None).select_related("order"))


@pytest.mark.parametrize(
    "username", ["operator", "dispatcher", "district", "worker", "secretary", "street", "callback"]
)
def test_each_account_that_works_with_requests_finds_some(demo, username):
    user = User.objects.get(username=username)
    seen = Request.objects.visible_to(user)
    assert seen.exists()
    if standing_for(user).has("hotline.intake"):
        assert seen.at_the_desk().count() >= 12
