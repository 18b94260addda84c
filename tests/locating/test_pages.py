"""The pages and the API that find a grid by an address."""

import pytest
from django.urls import reverse

from accounts import tokens
from grids.roles import Role
from locating import actions
from locating.models import Correction
from tests.factories import make_post, make_user

pytestmark = pytest.mark.django_db
FIND, CORRECT, LIST = reverse("locating:find"), reverse("locating:correct"), reverse("locating:corrections")


@pytest.fixture
def clerk(town, client):
    user = make_user(language="en")
    make_post(user, Role.INTAKE_CLERK, town.district)
    client.force_login(user)
    return user


def test_the_page_shows_candidates_with_the_words_that_matched(town, clerk, client, django_assert_max_num_queries):
    assert client.get(FIND).status_code == 200
    with django_assert_max_num_queries(20):
        page = client.post(FIND, {"address": "京杭社区颂运花园3号楼"}).content.decode()
    assert town.a.name in page
    assert "Sure" in page
    for word in ("颂运花园", "京杭社区"):
        assert word in page
    page = client.post(FIND, {"address": "太白家园"}).content.decode()
    assert "Not sure" in page
    assert "Several places have this name." in page
    assert "No grid was found" in client.post(FIND, {"address": "某某大厦"}).content.decode()


def test_what_somebody_corrects_is_found_listed_and_retired(town, clerk, client):
    answer = client.post(CORRECT, {"address": "老火车站", "code": town.c.code}, follow=True)
    assert f"the same words find {town.c.name}" in answer.content.decode()
    assert "corrected on" in client.post(FIND, {"address": "老火车站"}).content.decode()
    admin = make_user(language="en")
    make_post(admin, Role.SYS_ADMIN, town.district)
    client.force_login(admin)
    assert "老火车站" in client.get(LIST).content.decode()
    row = Correction.objects.get()
    client.post(reverse("locating:correction-retire", args=[row.pk]), {"reason": "It was pulled down."})
    assert "老火车站" not in client.get(LIST).content.decode()
    assert "It was pulled down." in client.get(LIST, {"show": "ended"}).content.decode()


def test_nothing_is_kept_of_a_single_house_or_an_unknown_code(town, clerk, client):
    answer = client.post(CORRECT, {"address": "潘王乔村57号", "grid": town.v1.pk}, follow=True)
    assert "only one house" in answer.content.decode()
    answer = client.post(CORRECT, {"address": "老火车站", "code": "1"}, follow=True)
    assert "There is no grid of this code." in answer.content.decode()
    assert not Correction.objects.exists()


def test_the_list_asks_a_bounded_number_of_queries(town, clerk, client, django_assert_max_num_queries):
    admin = make_user()
    make_post(admin, Role.SYS_ADMIN, town.district)
    client.force_login(admin)
    for number in range(1, 60):
        actions.correct(f"老火车站{number}号楼", actor=clerk, grid=town.c)
    with django_assert_max_num_queries(12):
        page = client.get(LIST).content.decode()
    assert "after=" in page


def test_the_api_answers_with_words_score_and_doubts(town, clerk, client):
    headers = {"Authorization": f"Token {tokens.issue(clerk).key}"}
    ask = {"path": reverse("api:locating-find"), "content_type": "application/json", "headers": headers}
    answer = client.post(data={"address": "颂运花园3号楼", "lng": 116.605, "lat": 35.405}, **ask).json()
    assert answer["differs"] is True
    assert answer["is_sure"] is False
    assert [each["grid"] for each in answer["candidates"]] == [town.b.pk, town.a.pk]
    assert answer["candidates"][1]["words"] == [
        {"kind": "estate", "text": "颂运花园"},
        {"kind": "building", "text": "3"},
    ]
    assert answer["doubts"][-1]["code"] == "point"
    for wrong in ({}, {"address": "x", "lng": 116.6}, {"address": "x", "district": "nowhere"}):
        assert client.post(data=wrong, **ask).status_code == 400
