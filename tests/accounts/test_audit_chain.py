"""`manage.py check_audit` finds what somebody with the database in his hands did to the audit log.

Forging takes the triggers away first, as the owner of the tables can.
"""

import threading
from contextlib import contextmanager
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts import audit, audit_chain, crypto
from accounts.models import AuditAnchor, AuditHead, AuditLink, AuditRecord, Notification
from grids.roles import Role
from grids.tasks import check_audit
from tests.factories import make_grid, make_post, make_user

TABLES = ["accounts_auditrecord", "accounts_auditlink", "accounts_auditanchor"]
pytestmark = pytest.mark.django_db


@contextmanager
def forging():
    with connection.cursor() as cursor:
        commit(cursor)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        commit(cursor)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def commit(cursor):
    """Run what waits for the end of the transaction, in which a test stays."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def write(count=5):
    user = make_user()
    lines = [
        audit.record(user, "accounts.edit_user", subject=user, detail={"number": number, "rate": 1e22, "half": 0.5})
        for number in range(count)
    ]
    with connection.cursor() as cursor:
        commit(cursor)
    return lines


def faults(expected=""):
    return [str(fault) for fault in audit_chain.check(expected)]


def test_a_log_that_nobody_touched_is_whole():
    lines = write()
    audit_chain.anchor(timezone.now())
    assert list(AuditLink.objects.order_by("position").values_list("position", "record_id")) == [
        (place, line.pk) for place, line in enumerate(lines, start=1)
    ]
    assert faults() == []
    out = StringIO()
    call_command("check_audit", stdout=out)
    assert "The audit log is whole: 5 lines" in out.getvalue()
    assert faults(out.getvalue().split()[-1]) == []


def test_an_empty_log_is_whole():
    assert faults() == []
    assert audit_chain.anchor(timezone.now()) is None


EDIT = "UPDATE accounts_auditrecord SET "


@pytest.mark.parametrize(
    "change",
    [
        "action = 'accounts.sign_in'",
        "detail = jsonb_set(detail, '{number}', '9')",
        "at = at + interval '1 microsecond'",
        "actor_id = NULL",
        "subject_id = '7'",
        "ip_address = '10.0.0.1'",
    ],
)
def test_an_edited_line_is_named(change):
    line = write()[2]
    with forging() as cursor:
        cursor.execute(EDIT + change + " WHERE id = %s", [line.pk])
    assert faults() == [
        f"Place 3: line {line.pk} does not fit its stamp: it was edited, or not written by the application"
    ]


@pytest.mark.parametrize("place", [1, 3, 5], ids=["oldest", "middle", "newest"])
def test_a_deleted_line_is_named(place):
    line = write()[place - 1]
    with forging() as cursor:
        cursor.execute("DELETE FROM accounts_auditrecord WHERE id = %s", [line.pk])
    assert faults() == [f"Place {place}: line {line.pk} was deleted"]


@pytest.mark.parametrize("place", [1, 3])
def test_a_line_deleted_with_its_link_leaves_a_gap(place):
    line = write()[place - 1]
    with forging() as cursor:
        cursor.execute("DELETE FROM accounts_auditrecord WHERE id = %s", [line.pk])
        cursor.execute("DELETE FROM accounts_auditlink WHERE record_id = %s", [line.pk])
    assert faults() == [f"Place {place - 1}: 1 lines after this place were deleted"]


def cut_the_end(cursor, places):
    cursor.execute("SELECT record_id FROM accounts_auditlink ORDER BY position DESC LIMIT %s", [places])
    gone = [pk for (pk,) in cursor.fetchall()]
    cursor.execute("DELETE FROM accounts_auditrecord WHERE id = ANY(%s)", [gone])
    cursor.execute("DELETE FROM accounts_auditlink WHERE record_id = ANY(%s)", [gone])


def rewind(cursor):
    cursor.execute(
        "UPDATE accounts_audithead SET (position, digest) = "
        "(SELECT position, digest FROM accounts_auditlink ORDER BY position DESC LIMIT 1)"
    )


def test_the_newest_lines_deleted_with_their_links_are_missed_by_the_head():
    write()
    with forging() as cursor:
        cut_the_end(cursor, 2)
    assert faults() == ["Place 3: the 2 newest lines after this place were deleted"]


def test_the_newest_lines_are_missed_by_the_anchor_when_the_head_was_rewound():
    write()
    audit_chain.anchor(timezone.now())
    with forging() as cursor:
        cut_the_end(cursor, 2)
        rewind(cursor)
    assert faults() == ["Place 3: the 2 newest lines after this place were deleted"]


def test_the_newest_lines_are_missed_by_what_was_kept_elsewhere_when_anchor_and_head_went_too():
    write()
    kept = str(AuditHead.objects.get())
    audit_chain.anchor(timezone.now())
    with forging() as cursor:
        cut_the_end(cursor, 2)
        rewind(cursor)
        cursor.execute("DELETE FROM accounts_auditanchor")
    assert faults() == []
    assert faults(kept) == ["Place 3: the 2 newest lines after this place were deleted"]


def test_a_chain_written_anew_is_not_the_one_that_was_anchored():
    lines = write()
    audit_chain.anchor(timezone.now())
    with forging() as cursor:
        cursor.execute("DELETE FROM accounts_auditrecord WHERE id = %s", [lines[1].pk])
        cursor.execute("DELETE FROM accounts_auditlink")
        digest, kept = audit_chain.EMPTY, [line for line in lines if line is not lines[1]]
        for place, line in enumerate(kept, start=1):
            digest = audit_chain.link_digest(digest, place, line.pk, line.stamp)
            cursor.execute("INSERT INTO accounts_auditlink VALUES (%s, %s, %s)", [line.pk, place, digest])
        rewind(cursor)
    audit.record(None, "accounts.sign_in")
    with connection.cursor() as cursor:
        commit(cursor)
    newest = AuditLink.objects.get(position=5).record_id
    assert faults() == [f"Place 5: line {newest} is not what it was when it was anchored: the chain was written anew"]


INSERT = (
    "INSERT INTO accounts_auditrecord (at, action, subject_type, subject_id, detail, stamp) "
    "SELECT at, action, subject_type, subject_id, detail, {} FROM accounts_auditrecord WHERE id = %s"
)


def test_a_line_put_in_by_hand_has_no_stamp():
    line = write()[0]
    with connection.cursor() as cursor:
        cursor.execute(INSERT.format("''"), [line.pk])
        commit(cursor)
    newest = AuditRecord.objects.latest("pk")
    assert faults() == [f"Place 6: line {newest.pk} has no stamp: it was not written by the application"]


def test_a_line_put_in_with_the_triggers_off_is_in_no_place():
    line = write()[0]
    with forging() as cursor:
        cursor.execute(INSERT.format("'local:' || repeat('0', 64) || '.1'"), [line.pk])
    newest = AuditRecord.objects.latest("pk")
    assert len(faults()) == 2
    assert f"line {newest.pk} is in no place of the chain" in faults()[0]


def test_a_true_line_is_not_put_in_twice():
    line = write()[0]
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="audit_stamp_once"), transaction.atomic():
        cursor.execute(INSERT.format("stamp"), [line.pk])


def test_two_lines_that_changed_places_are_named():
    lines = write()
    with forging() as cursor:
        cursor.execute("UPDATE accounts_auditlink SET position = -1 WHERE record_id = %s", [lines[1].pk])
        cursor.execute("UPDATE accounts_auditlink SET position = 2 WHERE record_id = %s", [lines[2].pk])
        cursor.execute("UPDATE accounts_auditlink SET position = 3 WHERE record_id = %s", [lines[1].pk])
    assert any(f"line {lines[2].pk} does not follow from the place before" in fault for fault in faults())


def test_a_false_anchor_and_a_false_cut_are_named():
    write()
    AuditAnchor.objects.create(position=4, digest=audit_chain.EMPTY, is_cut=True, stamp="local:00")
    assert len(faults()) == 1
    assert "does not fit its stamp" in faults()[0]


def test_a_head_that_was_deleted_is_missed():
    write()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_audithead")
    assert faults() == ["Place 5: is the last, but the head of the chain says otherwise"]


def test_a_line_of_a_key_that_left_the_ring_asks_for_it_back(settings):
    write(1)
    settings.FIELD_KEYS = f"other:{'A' * 43}="
    assert "put it back on FIELD_KEYS" in faults()[0]


def test_lines_of_both_profiles_stand_in_one_chain(settings):
    settings.CRYPTO_PROFILE = "guomi"
    write(2)
    settings.CRYPTO_PROFILE = "international"
    write(2)
    assert {line.stamp.partition(":")[0] for line in AuditRecord.objects.all()} == {
        crypto.sealer().head,
        f"{crypto.sealer().head}/sm",
    }
    assert faults() == []


@pytest.mark.parametrize("table", ["accounts_auditlink", "accounts_auditanchor"])
@pytest.mark.parametrize("change", ["UPDATE {} SET position = position + 10", "DELETE FROM {}"])
def test_the_database_refuses_to_change_the_chain(table, change):
    write()
    audit_chain.anchor(timezone.now())
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        cursor.execute(change.format(table))


def test_lines_of_before_the_chain_are_stamped_and_chained_by_the_migration():
    write(3)
    with forging() as cursor:
        cursor.execute("DELETE FROM accounts_auditlink; DELETE FROM accounts_audithead")
        cursor.execute("UPDATE accounts_auditrecord SET stamp = ''")
        cursor.execute("UPDATE accounts_auditrecord SET ip_address = '2001:db8::1', actor_id = NULL WHERE id % 2 = 0")
        with connection.schema_editor(atomic=False) as editor:
            import_module("accounts.migrations.0007_chain_what_is_there").chain(apps, editor)
    write(1)
    assert AuditHead.objects.get().position == 4
    assert faults() == []


def test_the_nightly_task_tells_the_audit_administrators():
    auditor = make_user("auditor", language="en")
    make_post(auditor, Role.AUDIT_ADMIN, make_grid())
    line = write()[0]
    check_audit()
    assert not Notification.objects.filter(kind="audit_broken").exists()
    with forging() as cursor:
        cursor.execute("DELETE FROM accounts_auditrecord WHERE id = %s", [line.pk])
    check_audit()
    assert Notification.objects.get(kind="audit_broken").recipient == auditor
    assert AuditRecord.objects.get(action="accounts.audit_broken").detail == {"count": 1, "lines": [line.pk]}


def test_the_command_ends_badly_when_something_is_wrong():
    line = write()[0]
    with forging() as cursor:
        cursor.execute("DELETE FROM accounts_auditrecord WHERE id = %s", [line.pk])
    out = StringIO()
    with pytest.raises(CommandError, match="1 faults"):
        call_command("check_audit", stdout=out)
    assert out.getvalue() == f"Place 1: line {line.pk} was deleted\n"
    with pytest.raises(CommandError, match="--expect takes"):
        call_command("check_audit", expect="nonsense")


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_make_one_chain_and_wait_for_nobodys_transaction():
    user = make_user()
    is_written, may_go = threading.Event(), threading.Event()

    def slow():
        try:
            with transaction.atomic():
                audit.record(user, "accounts.edit_user", detail={"slow": True})
                is_written.set()
                may_go.wait(20)
        finally:
            connection.close()

    def quick():
        try:
            for number in range(20):
                with transaction.atomic():
                    audit.record(user, "accounts.edit_user", detail={"number": number})
                    user.refresh_from_db()
        finally:
            connection.close()

    holder = threading.Thread(target=slow)
    holder.start()
    assert is_written.wait(10)
    writers = [threading.Thread(target=quick) for _ in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)
    assert AuditHead.objects.get().position == 120  # while the slow one was still at it
    may_go.set()
    holder.join()
    assert list(AuditLink.objects.order_by("position").values_list("position", flat=True)) == list(range(1, 122))
    assert AuditRecord.objects.get(pk=AuditLink.objects.get(position=121).record_id).detail == {"slow": True}
    assert faults() == []


@pytest.mark.django_db(transaction=True)
def test_a_lock_on_a_row_that_a_line_points_to_makes_no_deadlock():
    """The head is locked after every foreign key check: whoever holds it waits for nothing any more."""
    user = make_user()
    failures = []

    def edit():
        try:
            for _ in range(30):
                with transaction.atomic():
                    audit.record(user, "accounts.edit_user")
                    Notification.objects.create(recipient=user, kind="x")
        except DatabaseError as error:
            failures.append(error)
        finally:
            connection.close()

    def hold():
        try:
            for _ in range(30):
                with transaction.atomic():
                    type(user).objects.select_for_update().get(pk=user.pk)
                    audit.record(None, "accounts.edit_user")
        except DatabaseError as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for work in (edit, hold, edit, hold)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert faults() == []
