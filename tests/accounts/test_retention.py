"""`manage.py purge`: what was kept long enough goes, what was not stays, and a trial removes nothing."""

import datetime as dt
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts import audit, audit_chain, notices, retention
from accounts.models import AuditLink, AuditRecord, Notification
from accounts.tasks import purge
from tests.accounts.test_audit_chain import commit
from tests.factories import make_line, make_order, make_user
from workorders import repeats
from workorders.models import WorkOrder
from workorders.states import State

pytestmark = pytest.mark.django_db
PHONE = "12000000007"


def run(**options):
    out = StringIO()
    call_command("purge", stdout=out, **options)
    return {line.split("  ")[0]: line.rpartition(": ")[2] for line in out.getvalue().splitlines()}


def write(count, days_ago):
    with time_machine.travel(timezone.now() - dt.timedelta(days=days_ago), tick=False):
        for _number in range(count):
            audit.record(None, "accounts.sign_in")
        with connection.cursor() as cursor:
            commit(cursor)


def test_old_audit_lines_are_cut_and_what_is_left_is_whole():
    write(3, 400)
    write(2, 10)
    audit_chain.anchor(timezone.now())
    assert run(dry_run=True)["audit"] == "3 would go"
    assert AuditRecord.objects.count() == 5
    assert run()["audit"] == "3 gone"
    with connection.cursor() as cursor:
        commit(cursor)
    assert list(AuditLink.objects.order_by("position").values_list("position", flat=True)) == [4, 5, 6]
    assert AuditRecord.objects.get(action="accounts.purge").detail == {"rule": "audit", "days": 365, "count": 3}
    assert list(audit_chain.check()) == []
    assert run()["audit"] == "0 gone"


def test_a_line_that_is_not_old_enough_holds_back_what_stands_after_it():
    write(1, 10)
    write(1, 400)
    assert run(only="audit") == {"audit": "0 gone"}


def test_nothing_but_a_cut_lets_a_line_go():
    write(1, 400)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditRecord.objects.all().delete()


def test_deleting_on_after_a_cut_is_found():
    write(2, 400)
    write(3, 10)
    run(only="audit")
    with connection.cursor() as cursor:
        commit(cursor)
        cursor.execute("ALTER TABLE accounts_auditrecord DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE accounts_auditlink DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM accounts_auditrecord WHERE id = (SELECT min(id) FROM accounts_auditrecord)")
        cursor.execute("DELETE FROM accounts_auditlink WHERE position = 3")
    assert [str(fault) for fault in audit_chain.check()] == ["Place 2: 1 lines after this place were deleted"]


def test_read_notices_go_and_unread_ones_stay():
    user = make_user()
    now = timezone.now()
    notices.send([user.pk], "old", {}, "/", now=now - dt.timedelta(days=300))
    notices.send([user.pk], "unread", {}, "/", now=now - dt.timedelta(days=300))
    notices.send([user.pk], "new", {}, "/", now=now)
    Notification.objects.filter(kind="old").update(read_at=now - dt.timedelta(days=200))
    Notification.objects.filter(kind="new").update(read_at=now)
    assert run()["notices"] == "1 gone"
    assert set(Notification.objects.values_list("kind", flat=True)) == {"unread", "new"}


def test_who_reported_an_order_is_forgotten_five_years_after_it_was_closed():
    line = make_line("worker")
    now = timezone.now()
    days = {"old": now - dt.timedelta(days=5 * 365 + 1), "young": now - dt.timedelta(days=30), "open": None}
    orders = {
        name: make_order(line, contact_name="甲", contact_phone=PHONE, contact_hash=repeats.hash_to_keep(PHONE))
        for name in days
    }
    for name in ("old", "young"):
        WorkOrder.objects.filter(pk=orders[name].pk).update(finished_at=days[name], state=State.CLOSED)
    assert run(dry_run=True)["order contacts"] == "1 would go"
    purge()
    found = {name: WorkOrder.objects.get(pk=order.pk) for name, order in orders.items()}
    assert {name: order.contact_phone for name, order in found.items()} == {"old": "", "young": PHONE, "open": PHONE}
    assert (found["old"].contact_name, found["old"].contact_hash) == ("", "")


def test_a_rule_that_fails_does_not_stop_the_others(monkeypatch, caplog):
    def fail(_before, _is_trial):
        message = f"phone {PHONE}"
        raise DatabaseError(message)

    monkeypatch.setitem(retention._rules, "a", retention.Rule("a", "Things", "AUDIT_KEEP_DAYS", fail))
    write(1, 400)
    with pytest.raises(CommandError, match="1 rules failed"):
        run()
    assert AuditRecord.objects.get().action == "accounts.purge"
    assert PHONE not in caplog.text


def test_nought_days_keep_for_ever(settings):
    settings.AUDIT_KEEP_DAYS = 0
    assert "audit" not in run()
    with pytest.raises(CommandError, match="No rule 'x'"):
        run(only="x")
