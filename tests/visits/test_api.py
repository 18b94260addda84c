"""Visits for other systems: the pages' sight, masking and actions."""

import uuid

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from accounts import tokens
from tests.factories import make_line
from tests.registers import make_house, make_resident
from tests.visiting import make_visit
from visits.models import LogEntry, Visit

pytestmark = pytest.mark.django_db
VISITS = reverse("api:visit-list")


def api(user):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {tokens.issue(user).key}")
    return client


def test_a_visit_is_recorded_once_with_its_finding(line, house):
    person = make_resident(house, name="王小明")
    sent = {
        "client_uuid": str(uuid.uuid4()),
        "house": house.pk,
        "outcome": "met",
        "people": [person.pk],
        "finding_kind": "demand",
        "finding": "路灯坏了",
    }
    answers = [api(line.worker).post(VISITS, sent, format="json") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert (Visit.objects.count(), LogEntry.objects.count()) == (1, 1)
    assert answers[0].json()["people"] == [{"resident": person.pk, "name": "王**"}]


def test_what_is_wrong_is_named_and_what_one_may_not_see_is_not_there(line, house):
    make_resident(house)
    usual = {"client_uuid": str(uuid.uuid4()), "outcome": "met"}
    client = api(line.worker)
    assert client.post(VISITS, usual, format="json").status_code == 400
    elsewhere = make_house(make_line("worker").base)
    assert client.post(VISITS, usual | {"house": elsewhere.pk}, format="json").status_code == 404
    stranger = make_resident(elsewhere)
    answer = client.post(VISITS, usual | {"house": house.pk, "people": [stranger.pk]}, format="json")
    assert answer.status_code == 400
    assert "people" in answer.json()
    assert api(line.dispatcher).post(VISITS, usual | {"house": house.pk}, format="json").status_code == 403


def test_the_list_is_ones_own_and_the_day_plan_is_there(line, house):
    make_resident(house)
    make_visit(house, line.worker)
    assert len(api(line.worker).get(VISITS).json()["results"]) == 1
    assert api(line.secretary).get(VISITS).json()["results"] == []
    plan = api(line.worker).get(reverse("api:visit-due")).json()
    assert plan["grid"] == line.base.pk
    assert plan["stops"] == []
    assert api(line.secretary).get(reverse("api:visit-due")).status_code == 404
