"""The staff's side of the hotline by the API: held reports, links, key cases, circulars, exchanges."""

import datetime as dt

import pytest
from django.test import Client

from accounts import tokens
from hotline import circulars
from hotline.models import KeyCase
from tests.factories import make_ruled_line
from tests.hotlines import make_request
from tests.public.people import PHONE, make_held

pytestmark = pytest.mark.django_db


@pytest.fixture
def line():
    return make_ruled_line()


def api(user):
    return Client(headers={"Authorization": f"Token {tokens.issue(user).key}"})


def test_the_desk_lets_a_held_report_in_once_and_nobody_is_told_who_sent_it(line):
    held, robot = make_held(line, number="H1"), make_held(line, number="H2")
    client = api(line.clerk)
    listed = client.get("/api/v1/hotline/held/")
    assert {row["number"] for row in listed.json()["results"]} == {"H1", "H2"}
    assert PHONE not in listed.content.decode()
    let_in = client.post(f"/api/v1/hotline/held/{held.pk}/let-in/").json()
    assert let_in["matter"] is not None
    assert client.post(f"/api/v1/hotline/held/{held.pk}/let-in/").status_code == 409
    assert client.post(f"/api/v1/hotline/held/{robot.pk}/discard/").json()["text"] == ""
    assert client.get("/api/v1/hotline/held/").json()["results"] == []


def test_the_ledger_and_published_circulars_are_read(line):
    matter = make_request(line)
    now = dt.datetime(2026, 3, 5, 2, 0, tzinfo=dt.UTC)
    KeyCase.objects.create(district=line.district, matter=matter, reason="second", flagged_at=now)
    draft = circulars.compose(line.district, dt.date(2026, 3, 2), actor=None)
    client = api(line.secretary)
    assert [row["number"] for row in client.get("/api/v1/hotline/key-cases/").json()["results"]] == [matter.number]
    assert client.get("/api/v1/hotline/key-cases/?tab=lifted").json()["results"] == []
    assert client.get(f"/api/v1/hotline/circulars/{draft.pk}/").status_code == 404, "a draft is for who writes it"
    assert api(line.chief).get(f"/api/v1/hotline/circulars/{draft.pk}/").json()["monday"] == "2026-03-02"
