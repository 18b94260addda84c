"""Signing in to the API: a token for name and password, its end, and the lock after failed tries."""

import hashlib

import pytest
from django.conf import settings
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import tokens
from accounts.models import ApiToken, AuditRecord
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/token/"


def sign_in(username: str, password: str = PASSWORD):
    return APIClient().post(ADDRESS, {"username": username, "password": password})


def with_token(key: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    return client


def test_name_and_password_give_a_token_that_signs_in():
    answer = sign_in(make_user("Wang").username.upper())
    assert answer.status_code == 200
    assert with_token(answer.json()["token"]).get("/api/v1/grids/").status_code == 200
    assert AuditRecord.objects.filter(action="accounts.sign_in", detail={"by": "api"}).count() == 1


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer():
    user = make_user("wang")
    answers = [sign_in(user.username, "wrong"), sign_in("nobody")]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json() == answers[1].json()
    assert "token" not in answers[0].json()


def test_five_failures_lock_the_name_for_the_right_password_too():
    make_user("wang")
    for _ in range(5):
        sign_in("wang", "wrong")
    locked = sign_in("wang")
    assert locked.status_code == 429
    assert locked["Content-Type"] == "application/json"
    assert "30" in locked.json()["detail"]
    assert sign_in(make_user("li").username).status_code == 200, "others are not locked"


def test_who_is_closed_out_gets_no_token_and_loses_the_old_one():
    user = make_user("wang")
    client = with_token(sign_in("wang").json()["token"])
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert sign_in("wang").status_code == 401
    assert client.get("/api/v1/grids/").status_code == 401


def test_a_first_password_has_to_be_changed_before_the_api_opens():
    user = make_user("wang")
    client = with_token(sign_in("wang").json()["token"])
    user.must_change_password = True
    user.save(update_fields=["must_change_password"])
    assert sign_in("wang").status_code == 403
    assert client.get("/api/v1/grids/").status_code == 401


def test_a_token_ends_after_its_time(time_machine):
    key = sign_in(make_user("wang").username).json()["token"]
    time_machine.move_to(timezone.now() + settings.API_TOKEN_LIFE, tick=False)
    assert with_token(key).get("/api/v1/grids/").status_code == 401
    fresh = sign_in("wang").json()["token"]
    assert fresh != key
    assert with_token(fresh).get("/api/v1/grids/").status_code == 200


def test_a_revoked_token_signs_nobody_in():
    client = with_token(sign_in(make_user("wang").username).json()["token"])
    assert client.delete(ADDRESS).status_code == 204
    assert client.get("/api/v1/grids/").status_code == 401
    assert not ApiToken.objects.exists()


def test_a_token_stands_nowhere_but_with_its_owner():
    key = sign_in(make_user("wang").username).json()["token"]
    assert len(key) >= 43
    kept = ApiToken.objects.get()
    assert key not in str(vars(kept))
    assert kept.digest == hashlib.sha256(key.encode()).hexdigest()
    assert with_token(kept.digest).get("/api/v1/grids/").status_code == 401, "what stands in the row signs nobody in"


def test_each_client_has_its_own_token_and_signs_out_alone():
    user = make_user("wang")
    phone, desk = (with_token(sign_in(user.username).json()["token"]) for _ in range(2))
    assert phone.delete(ADDRESS).status_code == 204
    assert phone.get("/api/v1/grids/").status_code == 401
    assert desk.get("/api/v1/grids/").status_code == 200


def test_a_persons_tokens_do_not_pile_up(monkeypatch):
    monkeypatch.setattr(tokens, "MOST_TOKENS", 3)
    user, other = make_user(), make_user()
    others = tokens.issue(other).key
    keys = [tokens.issue(user).key for _ in range(5)]
    answers = [with_token(key).get("/api/v1/grids/").status_code for key in keys]
    assert answers == [401, 401, 200, 200, 200]
    assert with_token(others).get("/api/v1/grids/").status_code == 200


def test_a_session_may_end_all_of_ones_tokens():
    user = make_user("wang")
    client = with_token(sign_in("wang").json()["token"])
    browser = APIClient()
    browser.force_login(user)
    assert browser.delete(ADDRESS).status_code == 204
    assert client.get("/api/v1/grids/").status_code == 401


def test_a_new_password_ends_the_token(client):
    user = make_user("wang")
    api = with_token(sign_in("wang").json()["token"])
    client.force_login(user)
    new = "Another-horse-8"
    client.post("/accounts/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert sign_in("wang", new).status_code == 200
    assert api.get("/api/v1/grids/").status_code == 401


def test_without_a_token_or_with_a_false_one_the_api_answers_401():
    for client in (APIClient(), with_token("0" * 40)):
        answer = client.get("/api/v1/work-orders/")
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Token")
    assert APIClient().delete(ADDRESS).status_code == 401


def test_a_stale_token_does_not_stand_in_the_way_of_a_new_one():
    make_user("wang")
    assert with_token("0" * 40).post(ADDRESS, {"username": "wang", "password": PASSWORD}).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"username": "wang"},
        {"username": "", "password": ""},
        {"username": "a\0b", "password": "x"},
        ["wang"],
        "wang",
    ],
)
def test_a_senseless_request_for_a_token_names_the_field(body):
    assert APIClient().post(ADDRESS, body).status_code == 400


def test_asking_too_often_is_refused_for_a_while():
    answers = [sign_in(f"nobody{number}").status_code for number in range(31)]
    assert (set(answers[:30]), answers[30]) == ({401}, 429)


def test_a_session_needs_the_csrf_token_to_change_anything():
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(make_user("wang"))
    assert browser.get("/api/v1/grids/").status_code == 200
    assert browser.post("/api/v1/work-orders/", {}).status_code == 403
