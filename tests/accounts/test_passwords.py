"""What a password must be, and the first one that an administrator hands over."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from accounts.models import AuditRecord
from accounts.passwords import first_password
from tests.factories import PASSWORD, make_user

NEW = "Grid-worker-2026"
pytestmark = pytest.mark.django_db


def change(client: Client, old: str = PASSWORD, new: str = NEW, again: str = ""):
    form = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post("/accounts/password/", form)


@pytest.mark.parametrize(
    ("password", "complaint"),
    [
        ("Short-1a", "too short"),
        ("alllowercaseletters", "at least three of"),
        ("lower-case-and-marks", "at least three of"),
        ("Wang-xiaoming-1", "too similar"),
        ("1234567890", "too common"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(password, complaint):
    user = make_user("wang-xiaoming", language="en")
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        validate_password(password, user)
    assert complaint in " ".join(refused.value.messages)


@pytest.mark.parametrize("password", ["Abcdefgh-x", "abcdefgh-12", "ABCDEFGH-12", "Abcdefgh123", "网格员-Ab-12345"])
def test_three_kinds_of_characters_and_ten_of_them_will_do(password):
    validate_password(password)


def test_first_passwords_satisfy_the_rules_and_differ():
    made = {first_password() for _index in range(200)}
    assert len(made) == 200
    for password in made:
        validate_password(password)


def test_a_first_password_must_be_changed_before_anything_else(client):
    user = make_user("wang", must_change_password=True, language="en")
    client.force_login(user)
    for page in ["/", "/accounts/profile/", "/accounts/notices/", "/work-orders/"]:
        assert client.get(page).url == "/accounts/password/"
    assert "first sign-in" in client.get("/accounts/password/").content.decode()

    assert change(client).url == "/"

    user.refresh_from_db()
    assert not user.must_change_password
    assert user.check_password(NEW)
    assert client.get("/accounts/profile/").status_code == 200
    record = AuditRecord.objects.get(action="accounts.change_password")
    assert (record.actor, record.subject_id) == (user, str(user.pk))


def test_language_and_text_size_can_be_chosen_before_the_first_password_is_changed(client):
    client.force_login(make_user("wang", must_change_password=True))
    for page, value in [("language", {"language": "en"}), ("text-size", {"text_size": "largest"})]:
        assert client.post(f"/accounts/{page}/", value | {"next": "/accounts/password/"}).url == "/accounts/password/"
    answer = client.get("/accounts/password/").content.decode()
    assert "Change password" in answer
    assert "text-largest" in answer


@pytest.mark.parametrize(
    ("old", "new", "again", "complaint"),
    [
        ("Wrong-horse-1", NEW, NEW, "old password was entered incorrectly"),
        (PASSWORD, NEW, "Grid-worker-2027", "didn’t match"),
        (PASSWORD, PASSWORD, PASSWORD, "must differ"),
        (PASSWORD, "short", "short", "too short"),
    ],
)
def test_a_change_that_is_not_right_changes_nothing(client, old, new, again, complaint):
    user = make_user("wang", language="en", must_change_password=True)
    client.force_login(user)
    answer = change(client, old, new, again)
    assert answer.status_code == 200
    assert complaint in answer.content.decode().replace("&#x27;", "'")
    user.refresh_from_db()
    assert user.must_change_password
    assert user.check_password(PASSWORD)


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(client):
    user = make_user("wang")
    elsewhere = Client()
    for each in (client, elsewhere):
        each.force_login(user)
    change(client)
    assert client.get("/accounts/profile/").status_code == 200
    assert elsewhere.get("/accounts/profile/").status_code == 302
