"""Signing in, being locked out, being signed out: what an attacker and an honest person each meet."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditRecord, User
from tests.factories import PASSWORD, make_user

SIGN_IN = "/accounts/sign-in/"
WRONG = "The name and the password do not match an account in use."
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(client: Client) -> None:
    client.cookies["django_language"] = "en"


def try_to_sign_in(client: Client, username: str, password: str = PASSWORD, **extra: str):
    return client.post(SIGN_IN, {"username": username, "password": password, **extra})


def is_signed_in(client: Client) -> bool:
    return client.get("/accounts/profile/").status_code == 200


def test_a_person_signs_in_and_is_taken_where_they_were_going(client):
    make_user("wang")
    asked = client.get("/accounts/profile/")
    assert asked.status_code == 302
    assert asked.url == "/accounts/sign-in/?next=/accounts/profile/"

    answer = try_to_sign_in(client, "wang", next="/accounts/profile/")

    assert answer.status_code == 302
    assert answer.url == "/accounts/profile/"
    assert is_signed_in(client)
    assert AuditRecord.objects.filter(action="accounts.sign_in", actor__username="wang").count() == 1


@pytest.mark.parametrize(
    "next_url", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)", "evil"]
)
def test_the_way_on_never_leaves_the_site(client, next_url):
    make_user("wang")
    assert try_to_sign_in(client, "wang", next=next_url).url == "/"


def test_the_sign_in_name_ignores_case(client):
    make_user("wang")
    try_to_sign_in(client, "WANG")
    assert is_signed_in(client)


def test_unknown_names_wrong_passwords_and_closed_accounts_read_alike(client):
    make_user("wang")
    make_user("gone", is_active=False)
    pages = [
        try_to_sign_in(client, "wang", "Wrong-horse-1"),
        try_to_sign_in(client, "nobody"),
        try_to_sign_in(client, "gone"),
    ]
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert all(WRONG in page.content.decode() for page in pages)
    assert AuditRecord.objects.filter(action="accounts.sign_in_failed").count() == 3


def test_an_unknown_name_costs_as_many_password_hashes_as_a_known_one(client, monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher

    make_user("wang")
    hashes = []
    real = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *a, **k: hashes.append(1) or real(*a, **k))
    try_to_sign_in(client, "wang", "Wrong-horse-1")
    known = len(hashes)
    try_to_sign_in(client, "nobody", "Wrong-horse-1")
    assert known == 1
    assert len(hashes) == 2


@pytest.mark.parametrize("username", ["", "   ", "a" * 5000, "wang\x00", "' OR 1=1 --", "<script>alert(1)</script>"])
def test_hostile_names_are_refused_in_plain_words(client, username):
    answer = try_to_sign_in(client, username)
    assert answer.status_code == 200
    assert "field-error" in answer.content.decode() or WRONG in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()


def test_five_failures_lock_the_name_for_half_an_hour(client):
    make_user("wang")
    with time_machine.travel("2026-03-02 09:00:00+08:00", tick=False) as clock:
        for _try in range(4):
            assert try_to_sign_in(client, "wang", "Wrong-horse-1").status_code == 200
        fifth = try_to_sign_in(client, "wang", "Wrong-horse-1")
        assert fifth.status_code == 429
        assert "locked for 30 minutes" in fifth.content.decode()
        assert try_to_sign_in(client, "wang").status_code == 429, "the right password does not open a locked name"

        clock.shift(dt.timedelta(minutes=29))
        assert try_to_sign_in(client, "wang").status_code == 429
        clock.shift(dt.timedelta(minutes=2))
        assert try_to_sign_in(client, "wang").status_code == 302
        assert is_signed_in(client)


def test_writing_the_name_in_another_case_gives_no_further_tries(client):
    make_user("wang")
    for name in ["wang", "Wang", "wANG", "WANG", " waNg "]:
        last = try_to_sign_in(client, name, "Wrong-horse-1")
    assert last.status_code == 429


def test_a_name_that_does_not_exist_locks_just_the_same(client):
    for _try in range(5):
        last = try_to_sign_in(client, "nobody", "Wrong-horse-1")
    assert last.status_code == 429


def test_locking_one_name_leaves_the_others_alone(client):
    make_user("wang")
    make_user("zhang")
    for _try in range(5):
        try_to_sign_in(client, "wang", "Wrong-horse-1")
    assert try_to_sign_in(client, "zhang").status_code == 302


def test_a_success_forgets_the_failures_before_it(client):
    make_user("wang")
    for _round in range(2):
        for _try in range(4):
            try_to_sign_in(client, "wang", "Wrong-horse-1")
        assert try_to_sign_in(client, "wang").status_code == 302
        client.post("/accounts/sign-out/")


def test_thirty_idle_minutes_sign_one_out(client):
    make_user("wang", language="en")
    with time_machine.travel("2026-03-02 09:00:00+08:00", tick=False) as clock:
        try_to_sign_in(client, "wang")
        assert is_signed_in(client)
        clock.shift(dt.timedelta(minutes=29))
        assert is_signed_in(client)
        clock.shift(dt.timedelta(minutes=29))
        assert is_signed_in(client)
        clock.shift(dt.timedelta(minutes=31))
        assert not is_signed_in(client)
        assert "signed out after 30 minutes" in client.get(SIGN_IN).content.decode()


def test_a_page_that_refreshes_itself_does_not_keep_one_signed_in(client):
    make_user("wang")
    with time_machine.travel("2026-03-02 09:00:00+08:00", tick=False) as clock:
        try_to_sign_in(client, "wang")
        assert is_signed_in(client)
        for _minute in range(4):
            clock.shift(dt.timedelta(minutes=8))
            client.get("/accounts/profile/", headers={"X-Background": "1"})
        assert not is_signed_in(client)


def test_signing_out_takes_a_post(client):
    make_user("wang")
    try_to_sign_in(client, "wang")
    assert client.get("/accounts/sign-out/").status_code == 405
    assert is_signed_in(client)
    assert client.post("/accounts/sign-out/").url == SIGN_IN
    assert not is_signed_in(client)
    assert AuditRecord.objects.filter(action="accounts.sign_out").count() == 1


def test_private_pages_are_kept_out_of_caches(client):
    make_user("wang")
    try_to_sign_in(client, "wang")
    assert client.get("/accounts/profile/")["Cache-Control"] == "no-store"


def test_the_audit_line_believes_only_our_own_proxies(client, settings):
    make_user("wang")
    forged = {"X-Forwarded-For": "10.9.9.9, 203.0.113.7"}
    client.post(SIGN_IN, {"username": "wang", "password": PASSWORD}, headers=forged)
    assert AuditRecord.objects.get(action="accounts.sign_in").ip_address == "127.0.0.1"

    settings.TRUSTED_PROXY_COUNT = 1
    client.post("/accounts/sign-out/", headers=forged)
    assert AuditRecord.objects.get(action="accounts.sign_out").ip_address == "203.0.113.7"


def test_closing_the_account_ends_the_session_at_once(client):
    user = make_user("wang")
    try_to_sign_in(client, "wang")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert not is_signed_in(client)
