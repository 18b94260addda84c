"""The audit log: who reads it, and that nobody changes it."""

import pytest
import time_machine
from django.db import DatabaseError, transaction

from accounts import audit
from accounts.models import AuditRecord
from grids.roles import Role
from tests.factories import make_grid, make_post, make_user

AUDIT = "/accounts/audit/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client):
    user = make_user("auditor", language="en")
    make_post(user, Role.AUDIT_ADMIN, make_grid())
    client.force_login(user)
    return user


def lines(client, **asked):
    return client.get(AUDIT, asked).context["lines"]


@pytest.mark.parametrize("role", [Role.SYS_ADMIN, Role.DUTY_CHIEF])
def test_only_the_audit_administrator_reads_it(client, role):
    user = make_user()
    make_post(user, role, make_grid())
    client.force_login(user)
    assert client.get(AUDIT).status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        lambda record: AuditRecord.objects.filter(pk=record.pk).update(action="x"),
        lambda record: AuditRecord.objects.filter(pk=record.pk).delete(),
        lambda record: record.save(),
    ],
    ids=["update", "delete", "save"],
)
def test_the_database_refuses_to_change_or_delete_a_line(change):
    record = audit.record(make_user(), "accounts.sign_in")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(record)
    assert AuditRecord.objects.get().action == "accounts.sign_in"


def test_a_line_says_who_what_when_and_on_what(client, auditor):
    wang, li = make_user("wang"), make_user("li", display_name="Li Na")
    with time_machine.travel("2026-03-02 09:05:07+08:00", tick=False):
        audit.record(wang, "accounts.edit_user", subject=li, detail={"fields": ["phone"]})
    page = client.get(AUDIT).content.decode()
    for words in ["Wang", "Changed an account", "Li Na", "fields: phone", "2026-03-02 09:05:07"]:
        assert words in page


def test_lines_are_found_by_person_action_and_day(client, auditor):
    for day, name, action in [(1, "wang", "sign_in"), (2, "wang", "sign_out"), (2, "zhang", "sign_in")]:
        with time_machine.travel(f"2026-03-0{day} 23:59:59+08:00", tick=False):
            audit.record(make_user(f"{name}{day}"), f"accounts.{action}")
    assert len(lines(client)) == 3
    assert len(lines(client, person="wang")) == 2
    assert len(lines(client, action="accounts.sign_in")) == 2
    assert len(lines(client, first="2026-03-02")) == 2
    assert len(lines(client, last="2026-03-01")) == 1
    assert len(lines(client, person="wang", first="2026-03-02", last="2026-03-02")) == 1
    assert client.get(AUDIT, {"person": "nobody"}).context["lines"] == []


@pytest.mark.parametrize(
    "asked", [{"first": "yesterday"}, {"action": "no.such"}, {"person": "x" * 99}, {"after": "zz"}]
)
def test_what_does_not_read_as_a_filter_is_left_out(client, auditor, asked):
    audit.record(None, "accounts.sign_in_failed")
    assert len(lines(client, **asked)) == 1


def test_a_longer_log_takes_no_more_queries(client, auditor, django_assert_max_num_queries):
    for number in range(60):
        audit.record(make_user(f"many{number}"), "accounts.edit_user", subject=auditor)
    client.get(AUDIT)
    with django_assert_max_num_queries(8):
        assert len(lines(client)) == 50
