"""Requests by the API: taken in, corrected, dispatched, answered; who asks for the desk alone."""

import uuid

import pytest
from rest_framework.test import APIClient

from hotline.models import Request
from tests.factories import make_category, make_ruled_line
from tests.hotlines import make_request, receive

pytestmark = pytest.mark.django_db
LIST = "/api/v1/hotline/requests/"


@pytest.fixture
def line():
    return make_ruled_line()


def client_of(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


def test_a_request_is_taken_in_once_corrected_and_dispatched(line):
    client, key = client_of(line.clerk), str(uuid.uuid4())
    given = {"client_uuid": key, "kind": "help", "text": "路灯不亮", "requester_phone": "12000000001"}
    made = client.post(LIST, given)
    assert made.status_code == 201
    assert client.post(LIST, given).json()["id"] == made.json()["id"]
    assert Request.objects.count() == 1
    one = f"{LIST}{made.json()['id']}/"
    right = client.post(f"{one}correct/", {"title": "南门路灯", "version": made.json()["version"]}).json()
    assert (right["title"], right["requester_phone"]) == ("南门路灯", "12000000001")
    stale = client.post(f"{one}correct/", {"title": "北门", "version": made.json()["version"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    category = make_category(needs_photo=False)
    sent = client.post(f"{one}dispatch/", {"grid": line.base.pk, "category": category.pk})
    assert sent.json()["state"] == "dispatched"
    assert client.post(f"{one}dispatch/", {"grid": line.base.pk}).status_code == 409


def test_an_enquiry_is_answered_and_what_is_missing_is_named(line):
    matter, client = receive(line, kind="enquiry"), client_of(line.clerk)
    assert list(client.post(f"{LIST}{matter.pk}/answer/", {}).json()) == ["answer"]
    assert list(client.post(LIST, {"kind": "help"}).json()) == ["client_uuid", "text"]
    done = client.post(f"{LIST}{matter.pk}/answer/", {"answer": "区政务大厅一楼窗口办理，电话见告知单。"})
    assert done.json()["answer"].startswith("区政务大厅")


def test_who_asks_is_for_the_desk_alone_and_acts_too(line):
    matter = make_request(line, requester_name="某人")
    shown = client_of(line.secretary).get(f"{LIST}{matter.pk}/").json()
    assert (shown["requester_name"], shown["requester_phone"]) == ("", "")
    assert client_of(line.clerk).get(f"{LIST}{matter.pk}/").json()["requester_name"] == "某人"
    assert client_of(line.secretary).post(f"{LIST}{matter.pk}/refuse/", {}).status_code == 403
    other = make_ruled_line()
    assert client_of(other.clerk).get(f"{LIST}{matter.pk}/").status_code == 404
    [row] = client_of(line.clerk).get(LIST, {"tab": "all"}).json()["results"]
    assert "requester_name" not in row
