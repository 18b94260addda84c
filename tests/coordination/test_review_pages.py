"""The pages of joint reviews as their users meet them: convening from the order, minutes, decision, correction."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from coordination import actions
from coordination.models import JointReview
from coordination.states import Entry
from tests.coordination.test_reviews import climbed, convene, decide, ready
from workorders.models import Precedent
from workorders.states import State


@pytest.fixture
def as_():
    def client_of(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return client_of


def test_the_level_puts_an_order_before_a_meeting_from_its_page(as_, line):
    order = climbed(line)
    offer = f"/reviews/convene/?order={order.pk}"
    client = as_(line.secretary)
    assert offer in client.get(order.get_absolute_url()).content.decode()
    assert offer in client.get("/reviews/").content.decode()
    assert offer not in as_(line.chief).get(order.get_absolute_url()).content.decode()
    assert as_(line.chief).get(offer).status_code == 403
    assert client.get(offer).status_code == 200
    day = timezone.localtime() + dt.timedelta(days=1)
    data = {
        "question": "由谁牵头",
        "units": [line.dept.pk],
        "place": "会议室",
        "meets_at": f"{day:%Y-%m-%dT%H:%M}",
        "due_at": f"{day:%Y-%m-%dT%H:%M}",
        "version": order.version,
    }
    assert client.post(offer, data | {"place": ""}).status_code == 400
    stale = client.post(offer, data | {"version": order.version - 1})
    assert stale.status_code == 409
    assert "由谁牵头" in stale.content.decode()
    answer = client.post(offer, data)
    review = JointReview.objects.get()
    assert answer["Location"] == review.get_absolute_url()
    assert review.get_absolute_url() in client.get(order.get_absolute_url()).content.decode()
    assert offer not in client.get("/reviews/").content.decode()


def test_minutes_then_decision_then_correction(as_, line):
    order = climbed(line)
    review = convene(line, order)
    client, base = as_(line.secretary), review.get_absolute_url()
    assert f"{base}decide/" not in client.get(base).content.decode()
    assert client.post(f"{base}minutes/", {"words": ""}).status_code == 400
    assert client.post(f"{base}minutes/", {"words": "各单位发言"}).status_code == 302
    page = client.get(base)
    form = page.context["forms"]["decide"]
    data = {
        "decision": "solve",
        "words": "由城管牵头",
        "lead_unit": line.dept.pk,
        "as_precedent": "on",
        "version": form["version"].value(),
        "order_version": form["order_version"].value(),
    }
    assert client.post(f"{base}decide/", data | {"lead_unit": ""}).status_code == 400
    stale = client.post(f"{base}decide/", data | {"order_version": 0})
    assert stale.status_code == 409
    assert "由城管牵头" in stale.content.decode()
    assert client.post(f"{base}decide/", data).status_code == 302
    order.refresh_from_db()
    assert (order.state, order.lead_unit) == (State.DISPATCHED, line.dept)
    assert Precedent.objects.count() == 1
    assert f"/reviews/convene/?order={order.pk}" not in client.get("/reviews/").content.decode()
    assert client.post(f"{base}correct/", {"words": "更正"}).status_code == 302
    shown = as_(line.handler).get(base).content.decode()
    assert "更正" in shown
    assert "各单位发言" in shown
    assert f"{base}correct/" not in shown


def test_who_does_not_chair_reads_and_writes_nothing(as_, line):
    _order, review = ready(line)
    base = review.get_absolute_url()
    for name in ("minutes", "decide", "correct", "cancel"):
        assert as_(line.handler).post(f"{base}{name}/", {}).status_code == 403
    assert as_(line.handler).get(base).status_code == 200
    from tests.factories import make_ruled_line

    assert as_(make_ruled_line("chief").chief).get(base).status_code == 404


def test_an_order_that_went_on_is_said_and_only_cancelling_is_left(as_, line):
    from workorders import actions as orders

    order, review = ready(line)
    orders.escalate(order, actor=line.secretary, note="x")
    client, base = as_(line.secretary), review.get_absolute_url()
    page = client.get(base)
    assert page.context["has_gone_on"]
    assert f"{base}decide/" not in page.content.decode()
    data = {"reason": "已上报", "version": page.context["review"].version}
    assert client.post(f"{base}cancel/", data).status_code == 302


def test_lists_tell_what_waits_and_what_was_decided(as_, line, django_assert_max_num_queries):
    _order, review = ready(line)
    client = as_(line.handler)
    assert [row.pk for row in client.get("/reviews/").context["page"].rows] == [review.pk]
    tiles = {tile.url: number for tile, number in client.get("/").context["tiles"]}
    assert tiles["/reviews/?tab=waiting"] == "1"
    decide(line, review)
    for _ in range(5):
        again = convene(line, climbed(line))
        actions.cancel_review(again, actor=line.secretary, reason="x")
    client.get("/reviews/?tab=done")
    with django_assert_max_num_queries(16):
        page = client.get("/reviews/?tab=done")
    assert len(page.context["page"].rows) == 6
    assert review.entries.filter(kind=Entry.DECIDE).exists()
