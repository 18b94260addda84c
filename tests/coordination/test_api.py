"""Whistles and joint reviews for other systems: the pages' own rules, told as status codes."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from coordination.models import JointReview, Whistle
from tests.api.conftest import api  # noqa: F401 - a fixture
from tests.coordination.conftest import blow, make_department
from tests.coordination.test_reviews import climbed

WHISTLES, REVIEWS = "/api/v1/whistles/", "/api/v1/reviews/"


def test_a_whistle_from_call_to_close(api, line):  # noqa: F811
    caller, unit = api(line.secretary), api(line.handler)
    call = {
        "client_uuid": str(uuid.uuid4()),
        "node": line.community.pk,
        "units": [line.dept.pk],
        "subject": "占道经营",
        "place": "东门",
        "lng": 116.5051234567,
        "lat": 35.405,
    }
    made = caller.post(WHISTLES, call, format="json")
    assert made.status_code == 201
    assert made.json()["lng"] == "116.505123"
    assert caller.post(WHISTLES, call, format="json").status_code == 200
    [seen] = unit.get(f"{WHISTLES}?tab=called").json()["results"]
    assert [part["may"] for part in seen["summons"]] == [["check_in"]]
    at = f"{WHISTLES}{seen['id']}/"
    part = f"{at}units/{line.dept.pk}/"
    assert unit.post(f"{part}report/", {"words": "x"}).status_code == 409
    assert unit.post(f"{part}check-in/").json()["summons"][0]["attendance"] == "on_time"
    assert unit.post(f"{part}check-in/").json()["code"] == "invalid_move"
    assert unit.post(f"{part}report/", {"words": "已清理"}).status_code == 200
    assert unit.post(f"{part}rate/", {"rating": 5}).status_code == 403
    assert caller.post(f"{part}rate/", {"rating": 6}).status_code == 400
    rated = caller.post(f"{part}rate/", {"rating": 5}).json()
    assert caller.post(f"{at}close/", {"outcome": "x", "version": 0}).json()["code"] == "stale"
    closed = caller.post(f"{at}close/", {"outcome": "已畅通", "version": rated["version"]})
    assert closed.json()["state"] == "closed"
    assert unit.get(f"{WHISTLES}?tab=past").json()["results"][0]["id"] == seen["id"]


def test_who_is_no_party_finds_nothing(api, line):  # noqa: F811
    whistle = blow(line, now=timezone.now())
    stranger = api(line.worker)
    assert stranger.get(f"{WHISTLES}{whistle.pk}/").status_code == 404
    assert stranger.post(f"{WHISTLES}{whistle.pk}/units/{line.dept.pk}/check-in/").status_code == 404
    _unit, handler, _leader = make_department(line)
    assert api(handler).get(WHISTLES).json()["results"] == []


def test_a_call_names_what_is_wrong(api, line):  # noqa: F811
    call = {"client_uuid": str(uuid.uuid4()), "node": line.community.pk, "units": [], "subject": "x", "place": "y"}
    answer = api(line.secretary).post(WHISTLES, call, format="json")
    assert (answer.status_code, list(answer.json())) == (400, ["units"])
    call |= {"units": [line.dept.pk]}
    assert api(line.worker).post(WHISTLES, call, format="json").status_code == 403


def test_a_review_from_convening_to_its_correction(api, line):  # noqa: F811
    order = climbed(line)
    chair, unit = api(line.secretary), api(line.handler)
    at = timezone.now() + dt.timedelta(days=1)
    call = {
        "order": order.pk,
        "units": [line.dept.pk],
        "question": "由谁牵头",
        "meets_at": at.isoformat(),
        "place": "会议室",
        "due_at": at.isoformat(),
    }
    assert api(line.chief).post(REVIEWS, call, format="json").status_code == 403
    made = chair.post(REVIEWS, call, format="json")
    assert made.status_code == 201
    assert chair.post(REVIEWS, call, format="json").status_code == 409
    assert [row["number"] for row in unit.get(f"{REVIEWS}?tab=waiting").json()["results"]] == [made.json()["number"]]
    review = f"{REVIEWS}{made.json()['id']}/"
    decision = {"decision": "solve", "words": "由城管牵头", "lead_unit": line.dept.pk}
    assert chair.post(f"{review}decide/", decision, format="json").status_code == 409
    assert unit.post(f"{review}minutes/", {"words": "x"}).status_code == 403
    assert chair.post(f"{review}minutes/", {"words": "各单位发言"}).status_code == 200
    assert chair.post(f"{review}decide/", decision | {"order_version": 0}, format="json").json()["code"] == "stale"
    decided = chair.post(f"{review}decide/", decision, format="json").json()
    assert (decided["decision"], decided["lead_unit"]["id"]) == ("solve", line.dept.pk)
    assert decided["may"] == ["correct"]
    assert JointReview.objects.get().precedent_id == decided["precedent"]
    corrected = chair.post(f"{review}correct/", {"words": "更正"}).json()
    assert [entry["kind"] for entry in corrected["entries"]] == ["convene", "minutes", "decide", "correct"]


@pytest.mark.parametrize("many", [1, 20])
def test_lists_ask_the_database_as_often_for_many(api, line, django_assert_max_num_queries, many):  # noqa: F811
    for _ in range(many):
        blow(line, now=timezone.now())
    client = api(line.handler)
    client.get(WHISTLES)
    with django_assert_max_num_queries(12):
        assert len(client.get(WHISTLES).json()["results"]) == Whistle.objects.count() == many
