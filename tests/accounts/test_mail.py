"""Notices by mail: after the change, once for each recipient at most, tried again when the server says no."""

import datetime as dt
import threading
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction

from accounts import notices, tasks
from accounts.models import Notification
from tests.factories import make_user

NOON = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)  # 12:00 in Shanghai
NIGHT = dt.datetime(2026, 3, 2, 15, 30, tzinfo=dt.UTC)  # 23:30 in Shanghai
pytestmark = pytest.mark.django_db


class Moody(EmailBackend):
    """A mail server that refuses some addresses, or is down."""

    refused: frozenset[str] = frozenset()
    is_down = False

    def open(self) -> bool:
        if self.is_down:
            message = "down"
            raise SMTPServerDisconnected(message)
        return True

    def send_messages(self, messages):
        for message in messages:
            if set(message.to) & self.refused:
                raise SMTPRecipientsRefused({})
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def _kind(monkeypatch, time_machine):
    monkeypatch.setattr(notices, "_kinds", dict(notices._kinds))
    notices.register("test.news", "Order %(number)s has news")
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def moody(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Moody"
    return lambda **mood: [monkeypatch.setattr(Moody, name, value) for name, value in mood.items()]


def tell(*people, now=NOON, url="/work-orders/7/"):
    return notices.send([p.pk for p in people], "test.news", {"number": "W1"}, url, now=now)


def make_reader(name="wang", **fields):
    return make_user(name, email=f"{name}@example.org", **fields)


def test_a_notice_goes_out_once(settings):
    settings.SITE_URL = "https://grid.example"
    tell(make_reader(language="en", display_name="Wang Wei"))
    assert tasks.send_mail_notices() == 1
    assert tasks.send_mail_notices() == 0
    [sent] = mail.outbox
    assert sent.to == ["wang@example.org"]
    assert sent.subject == "Wangge: Order W1 has news"
    assert "Dear Wang Wei," in sent.body
    assert "https://grid.example/work-orders/7/" in sent.body
    assert 'href="https://grid.example/work-orders/7/"' in sent.alternatives[0][0]


def test_each_mail_is_in_the_language_of_its_reader():
    tell(make_reader("li", language="en"), make_reader("wang", language="zh-hans"))
    tasks.send_mail_notices()
    bodies = {message.to[0]: message for message in mail.outbox}
    assert "Please do not answer it." in bodies["li@example.org"].body
    assert "请勿回复" in bodies["wang@example.org"].body
    assert bodies["wang@example.org"].subject == "【网格】Order W1 has news"


def test_values_are_escaped_in_the_html_and_not_in_the_text():
    [notice] = tell(make_reader(language="en"))
    Notification.objects.filter(pk=notice.pk).update(params={"number": "<b>1 & 2</b>\nBcc: x@example.org"})
    tasks.send_mail_notices()
    [sent] = mail.outbox
    assert "<b>1 & 2</b>" in sent.body
    assert "&lt;b&gt;1 &amp; 2&lt;/b&gt;" in sent.alternatives[0][0]
    assert "\n" not in sent.subject


@pytest.mark.django_db(transaction=True)
def test_nothing_leaves_before_the_change_is_committed():
    wang = make_reader()
    sent_meanwhile = []

    def elsewhere():
        sent_meanwhile.append(tasks.send_mail_notices())
        connection.close()

    with transaction.atomic():
        tell(wang)
        worker = threading.Thread(target=elsewhere)
        worker.start()
        worker.join()
    assert sent_meanwhile == [0]
    assert mail.outbox == []
    assert tasks.send_mail_notices() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_notice_once():
    people = [make_reader(f"person{number}") for number in range(120)]
    tell(*people)
    barrier = threading.Barrier(3)

    def work():
        barrier.wait()
        tasks.send_mail_notices()
        connection.close()

    workers = [threading.Thread(target=work) for _index in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(m.to[0] for m in mail.outbox) == sorted(p.email for p in people)


def test_a_notice_of_the_night_is_mailed_in_the_morning(time_machine):
    tell(make_reader(), now=NIGHT)
    time_machine.move_to(NIGHT, tick=False)
    assert tasks.send_mail_notices() == 0
    time_machine.move_to("2026-03-03 07:59:59+08:00", tick=False)
    assert tasks.send_mail_notices() == 0
    time_machine.move_to("2026-03-03 08:00:00+08:00", tick=False)
    assert tasks.send_mail_notices() == 1


def test_one_refused_address_does_not_stop_the_others(moody):
    moody(refused=frozenset({"bad@example.org"}))
    tell(make_reader("bad"))
    tell(make_reader("good"), make_reader("fine"))
    assert tasks.send_mail_notices() == 2
    assert {message.to[0] for message in mail.outbox} == {"good@example.org", "fine@example.org"}


def test_a_refused_mail_is_tried_again_ever_later_and_then_given_up(moody, time_machine):
    moody(refused=frozenset({"bad@example.org"}))
    [notice] = tell(make_reader("bad"))
    waits, now = [], NOON
    for _round in range(20):
        tasks.send_mail_notices()
        notice.refresh_from_db()
        if notice.email_due_at is None:
            break
        waits.append(notice.email_due_at - now)
        now = notice.email_due_at
        time_machine.move_to(now, tick=False)
    assert waits == tasks.DELAYS
    assert waits == sorted(set(waits))
    assert notice.email_attempts == len(tasks.DELAYS) + 1
    assert notice.email_sent_at is None


def test_a_refused_mail_arrives_once_the_address_works(moody, time_machine):
    moody(refused=frozenset({"wang@example.org"}))
    tell(make_reader())
    tasks.send_mail_notices()
    moody(refused=frozenset())
    assert tasks.send_mail_notices() == 0, "not before its time"
    time_machine.shift(tasks.DELAYS[0])
    assert tasks.send_mail_notices() == 1
    assert len(mail.outbox) == 1


def test_a_server_that_is_down_uses_up_nobodys_tries(moody, time_machine):
    moody(is_down=True)
    people = [make_reader(f"person{number}") for number in range(3)]
    tell(*people)
    for _round in range(10):
        assert tasks.send_mail_notices() == 0
        time_machine.shift(tasks.SERVER_DOWN_DELAY)
    assert set(Notification.objects.values_list("email_attempts", flat=True)) == {0}
    moody(is_down=False)
    assert tasks.send_mail_notices() == 3


def test_a_worker_that_dies_after_its_claim_causes_no_second_mail(monkeypatch):
    tell(make_reader())
    tasks._claim(NOON)
    assert tasks.send_mail_notices() == 0
    assert mail.outbox == []


def test_people_without_an_address_or_with_a_closed_account_get_none():
    tell(make_user("zhang"), make_reader("gone", is_active=False), make_reader("wang"))
    assert tasks.send_mail_notices() == 1
    assert [message.to for message in mail.outbox] == [["wang@example.org"]]
    assert Notification.objects.mail_due(NOON).count() == 0
