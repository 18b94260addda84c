"""Accounts in an administrator's hands: who may, whose, and what a first password goes through."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts import actions, tokens
from accounts.models import ApiToken, AuditRecord, User
from grids.roles import Role
from tests.factories import PASSWORD, make_line, make_post, make_user

USERS = "/accounts/users/"
LI = {"username": "li", "display_name": "Li Na", "employee_number": "E7", "phone": "", "email": "li@example.org"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def line():
    line = make_line("worker", "secretary", "admin")
    User.objects.update(language="en")
    return line


@pytest.fixture
def admin(client, line):
    client.force_login(line.admin)
    return client


def shown_password(answer) -> str:
    return answer.context["password"]


@pytest.mark.parametrize("who", ["worker", "secretary"])
def test_others_may_not_look_after_accounts(client, line, who):
    client.force_login(line.people[who])
    pk = line.worker.pk
    assert client.get(USERS).status_code == 403
    assert client.get(f"{USERS}add/").status_code == 403
    assert client.post(f"{USERS}add/", LI).status_code == 403
    assert client.get(f"{USERS}{pk}/").status_code == 403
    assert client.post(f"{USERS}{pk}/password/").status_code == 403
    assert client.post(f"{USERS}{pk}/active/", {"is_active": "0"}).status_code == 403
    assert not User.objects.filter(username="li").exists()
    assert User.objects.get(pk=pk).is_active
    assert USERS not in client.get("/").content.decode()


def test_a_new_account_gets_a_first_password_shown_once(admin, line):
    answer = admin.post(f"{USERS}add/", LI)
    password = shown_password(answer)
    user = User.objects.get(username="li")
    assert user.must_change_password
    assert user.check_password(password)
    assert password in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert password not in admin.get(f"{USERS}{user.pk}/").content.decode()
    record = AuditRecord.objects.get(action="accounts.add_user")
    assert (record.actor, record.subject_id) == (line.admin, str(user.pk))
    assert password not in str(record.detail)

    theirs = Client()
    theirs.post("/accounts/sign-in/", {"username": "li", "password": password})
    assert theirs.get("/").url == "/accounts/password/"


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"username": ""}, "required"),
        ({"display_name": " "}, "required"),
        ({"username": "a b"}, "valid username"),
        ({"username": "l" * 51}, "at most 50"),
        ({"username": "TAKEN"}, "taken"),
        ({"employee_number": "E1"}, "given to somebody else"),
        ({"email": "nonsense"}, "valid email"),
        ({"display_name": "x\x00y"}, "Null characters"),
    ],
)
def test_a_wrong_field_is_named_and_makes_nobody(admin, fields, complaint):
    make_user("taken", employee_number="E1")
    answer = admin.post(f"{USERS}add/", LI | fields)
    assert answer.status_code == 200
    assert complaint in answer.content.decode()
    assert not AuditRecord.objects.filter(action="accounts.add_user").exists()


def test_an_edit_is_kept_and_the_log_names_the_fields_not_their_values(admin, line):
    form = {"username": line.worker.username, "display_name": "Wang Fang", "phone": "12000000001"}
    assert admin.post(f"{USERS}{line.worker.pk}/", form).url == USERS
    line.worker.refresh_from_db()
    assert (line.worker.display_name, line.worker.phone) == ("Wang Fang", "12000000001")
    assert AuditRecord.objects.get(action="accounts.edit_user").detail == {"fields": ["display_name", "phone"]}


def test_a_new_first_password_ends_sessions_and_tokens(admin, line):
    theirs = Client()
    theirs.force_login(line.worker)
    tokens.issue(line.worker)
    password = shown_password(admin.post(f"{USERS}{line.worker.pk}/password/"))
    assert theirs.get("/accounts/profile/").status_code == 302
    assert not ApiToken.objects.filter(user=line.worker).exists()
    line.worker.refresh_from_db()
    assert line.worker.must_change_password
    assert line.worker.check_password(password)
    assert not line.worker.check_password(PASSWORD)


def test_closing_an_account_ends_its_sessions_and_reopening_does_not_bring_them_back(admin, line):
    theirs = Client()
    theirs.force_login(line.worker)
    tokens.issue(line.worker)
    admin.post(f"{USERS}{line.worker.pk}/active/", {"is_active": "0"})
    assert theirs.get("/accounts/profile/").status_code == 302
    assert not ApiToken.objects.filter(user=line.worker).exists()
    sign_in = {"username": line.worker.username, "password": PASSWORD}
    assert theirs.post("/accounts/sign-in/", sign_in).status_code == 200, "the sign-in page again"
    admin.post(f"{USERS}{line.worker.pk}/active/", {"is_active": "1"})
    assert theirs.get("/accounts/profile/").status_code == 302
    done = AuditRecord.objects.filter(actor=line.admin).order_by("id").values_list("action", flat=True)
    assert list(done) == ["accounts.deactivate_user", "accounts.activate_user"]


def test_nobody_closes_their_own_account(admin, line):
    assert admin.post(f"{USERS}{line.admin.pk}/active/", {"is_active": "0"}).status_code == 403
    assert User.objects.get(pk=line.admin.pk).is_active


def test_the_accounts_of_another_district_are_not_there(admin, line):
    other = make_line("worker", lng=117.5)
    both = make_user("both")
    make_post(both, Role.GRID_WORKER, line.base)
    make_post(both, Role.GRID_WORKER, other.base)
    for person in (other.worker, both):
        assert admin.get(f"{USERS}{person.pk}/").status_code == 404
        assert admin.post(f"{USERS}{person.pk}/password/").status_code == 404
        assert admin.post(f"{USERS}{person.pk}/active/", {"is_active": "0"}).status_code == 404
    listed = {person.pk for person in admin.get(USERS).context["page"].rows}
    assert listed == {line.worker.pk, line.secretary.pk, line.admin.pk}


def test_an_account_without_a_post_is_open_to_every_administrator(admin):
    fresh = make_user("fresh")
    assert admin.get(f"{USERS}{fresh.pk}/").status_code == 200


def test_a_superuser_is_out_of_reach_of_an_administrator(admin, line):
    boss = User.objects.create_superuser("boss", PASSWORD, display_name="Boss")
    assert admin.get(f"{USERS}{boss.pk}/").status_code == 404
    assert boss not in admin.get(USERS).context["page"].rows
    with pytest.raises(PermissionDenied):
        actions.reset_password(boss, actor=line.admin)


@pytest.mark.parametrize(
    ("words", "found"), [("fang", 1), ("FANG", 1), ("e77", 1), ("nobody", 0), ("%", 0), ("\x00", 4)]
)
def test_people_are_found_by_name_sign_in_name_and_number(admin, words, found):
    make_user("fang", employee_number="E77")
    assert len(admin.get(USERS, {"q": words}).context["page"].rows) == found


def test_a_longer_list_takes_no_more_queries(admin, django_assert_max_num_queries):
    for number in range(60):
        make_user(f"many{number}")
    admin.get(USERS)
    with django_assert_max_num_queries(7):
        page = admin.get(USERS).context["page"]
    assert len(page.rows) == 50
    rest = admin.get(f"{USERS}{page.older}").context["page"]
    assert {p.pk for p in page.rows} | {p.pk for p in rest.rows} == set(User.objects.values_list("pk", flat=True))
