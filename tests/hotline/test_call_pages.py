"""The pages of the call-back desk: the queue in few queries, the script with the number, rules that a chief edits."""

import datetime as dt

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tokens
from hotline import actions
from hotline.actions import Said
from hotline.models import CallTry, QueuedCall
from hotline.states import CallState, RequestState
from tests.factories import make_order, make_ruled_line
from tests.hotlines import answered, make_agent
from workorders.states import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def line():
    return make_ruled_line("worker", "chief")


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def queued(line, **fields):
    matter = answered(line, **{"kind": "complaint"} | fields)
    actions.draw(matter)
    return matter


def test_the_queue_shows_the_nearest_first_in_few_queries(line, django_assert_max_num_queries):
    agent, now = make_agent(line), timezone.now()
    made = [queued(line, answered_at=now - dt.timedelta(hours=hours)) for hours in (1, 3, 2)]
    queued(line, order=make_order(line, State.CLOSED, handler=agent))
    client = client_of(agent)
    client.get(reverse("hotline:call-backs"))
    with django_assert_max_num_queries(12):
        page = client.get(reverse("hotline:call-backs"))
    assert [matter.pk for matter in page.context["page"].rows] == [made[1].pk, made[2].pk, made[0].pk]
    assert page.context["navigation"].standing.user_id == agent.pk


def test_a_call_from_the_queue_to_the_next_one(line):
    agent = make_agent(line)
    first = queued(line, answered_at=timezone.now() - dt.timedelta(hours=5), requester_phone="12000000055")
    second, client = queued(line), client_of(agent)
    opened = client.post(reverse("hotline:call-next"))
    assert opened.url == reverse("hotline:call", args=[first.pk])
    assert "12000000055" in client.get(opened.url).content.decode()
    given = {
        "version": first.version,
        "outcome": "reached",
        "was_contacted": "no",
        "solved": "yes",
        "satisfaction": "4",
    }
    saved = client.post(opened.url, given | {"next": "1"})
    assert saved.url == reverse("hotline:call", args=[second.pk])
    first.refresh_from_db()
    assert (first.state, first.was_contacted, first.satisfaction) == (RequestState.CLOSED, False, 4)
    assert QueuedCall.objects.get().claimed_by == agent


def test_what_is_missing_stands_beside_its_question_and_nothing_is_kept(line):
    matter, client = queued(line), client_of(make_agent(line))
    page = client.post(
        reverse("hotline:call", args=[matter.pk]),
        {"version": matter.version, "outcome": "reached", "solved": "no", "satisfaction": "1", "note": "还在漏水"},
    )
    assert page.status_code == 400
    assert set(page.context["form"].errors) == {"was_contacted", "reason"}
    assert "还在漏水" in page.content.decode()
    assert not CallTry.objects.exists()


def test_a_form_of_an_older_version_is_refused_and_keeps_what_was_typed(line):
    matter, client = queued(line), client_of(make_agent(line))
    page = client.post(
        reverse("hotline:call", args=[matter.pk]), {"version": 0, "outcome": "no_answer", "note": "没人接"}
    )
    assert page.status_code == 409
    assert "没人接" in page.content.decode()


def test_whoever_handled_it_finds_no_door(line):
    agent = make_agent(line)
    matter, client = queued(line, order=make_order(line, State.CLOSED, handler=agent)), client_of(agent)
    for method in (client.get, client.post):
        assert method(reverse("hotline:call", args=[matter.pk])).status_code == 403
    client.post(reverse("hotline:call-next"))
    assert QueuedCall.objects.get().claimed_by is None


def test_the_dissatisfied_wait_for_a_decision_that_has_a_reason(line):
    agent, matter = make_agent(line), queued(line)
    actions.record_call(matter, actor=agent, outcome="reached", said=Said(True, "no", 1, "not_solved"))
    matter.refresh_from_db()
    client, close = client_of(agent), reverse("hotline:call-close", args=[matter.pk])
    page = client.get(reverse("hotline:call-backs"), {"tab": "unhappy"})
    assert [row.pk for row in page.context["page"].rows] == [matter.pk]
    client.post(close, {"version": matter.version, "note": ""})
    matter.refresh_from_db()
    assert (matter.state, matter.call_state) == (RequestState.ANSWERED, CallState.REACHED)
    client.post(close, {"version": matter.version, "note": "属政策规定，已解释"})
    matter.refresh_from_db()
    assert matter.state == RequestState.CLOSED


def test_a_chief_edits_the_rules_and_what_held_before_stays_to_be_read(line):
    client = client_of(line.chief)
    client.post(reverse("hotline:rule-share"), {"kind": "help", "share": "40"})
    client.post(reverse("hotline:rule-share"), {"kind": "help", "share": "45"})
    client.post(reverse("hotline:rule-measure", args=["call_pause"]), {"value": "2", "unit": "hour"})
    wrong = client.post(reverse("hotline:rule-measure", args=["weight_3"]), {"value": "101"})
    assert wrong.status_code == 400
    page = client.get(reverse("hotline:rules"))
    assert [row.share for row, _words in page.context["ended_shares"]] == [40]
    assert "45 %" in page.content.decode()
    assert not list(get_messages(page.wsgi_request))


def test_the_api_lists_calls_takes_them_down_and_gives_the_rates(line):
    agent, matter = make_agent(line), queued(line)
    headers = {"Authorization": f"Token {tokens.issue(agent).key}"}
    client = Client(headers=headers)
    row = client.get(reverse("api:hotline-calls")).json()[0]
    assert (row["id"], "requester_phone" in row) == (matter.pk, False)
    address, given = reverse("api:hotline-call", args=[matter.pk]), {"outcome": "reached", "version": row["version"]}
    refused = client.post(address, given, content_type="application/json")
    assert (refused.status_code, sorted(refused.json())) == (400, ["satisfaction", "solved", "was_contacted"])
    said = {"was_contacted": True, "solved": "basically", "satisfaction": 4}
    assert client.post(address, given | said, content_type="application/json").json()["state"] == "closed"
    assert client.post(address, given | said, content_type="application/json").status_code == 409
    rates = {one["rate"]: one for one in client.get(reverse("api:hotline-rates")).json()["total"]}
    assert (rates["satisfaction"]["numerator"], rates["satisfaction"]["denominator"]) == ("0.80", 1)
