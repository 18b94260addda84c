"""Messages to residents leave once, by the way they were written for, and an outage loses none."""

import datetime as dt
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.utils import timezone

from accounts.models import Notification
from grids.errors import Refused
from messaging import backoff, delivering, purposes
from messaging.models import Message, WayHealth
from messaging.states import MessageState
from tests.gateway.doors import is_signed
from tests.messaging.conftest import send
from tests.messaging.gateways import SmsGateway

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent.parent
LOCMEM = "django.core.mail.backends.locmem.EmailBackend"


def later(**span: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + dt.timedelta(**span))


def states() -> list[str]:
    return list(Message.objects.order_by("id").values_list("state", flat=True))


def test_an_sms_leaves_with_signature_token_and_its_own_key(line, sms, settings):
    settings.SMS_TOKEN, settings.SMS_SECRET, settings.SMS_SIGNATURE = "t0ken", "s3cret", "任城区"
    message = send(line)
    assert delivering.run() == {"sent": 1}
    message.refresh_from_db()
    assert sms.sent == {
        str(message.uuid): {"id": str(message.uuid), "to": "12000000001", "text": "【任城区】路灯已修好"}
    }
    assert (message.state, message.provider_id, message.attempts, message.carried_by) == ("sent", "m-1", 1, "sms")
    headers = sms.headers[0]
    assert (headers["Authorization"], headers["Idempotency-Key"]) == ("Bearer t0ken", str(message.uuid))
    body = f'{{"id":"{message.uuid}","to":"12000000001","text":"【任城区】路灯已修好"}}'.encode()
    assert is_signed(headers, body, "s3cret")
    assert delivering.run() == {}, "it leaves once"


def test_an_e_mail_leaves_with_its_subject_and_the_uuid_as_its_message_id(line, settings):
    settings.EMAIL_BACKEND = LOCMEM
    message = send(line, "email", "w@example.com")
    assert delivering.run() == {"sent": 1}
    assert [(m.subject, m.body, m.to) for m in mail.outbox] == [("答复", "路灯已修好", ["w@example.com"])]
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<{message.uuid}@localhost>"


def test_wecom_sends_under_one_token_and_asks_for_another_when_it_is_used_up(line, wecom_double):
    send(line, "wecom", "zhang")
    send(line, "wecom", "zhang")
    assert delivering.run() == {"sent": 2}
    assert wecom_double.tokens == 1
    wecom_double.tokens = 5  # the token from before is worth nothing any more
    send(line, "wecom", "zhang")
    assert delivering.run() == {"sent": 1}
    assert [said["text"]["content"] for said in wecom_double.sent] == ["路灯已修好"] * 3
    assert (wecom_double.sent[0]["touser"], wecom_double.sent[0]["agentid"]) == ("zhang", 7)
    gone = send(line, "wecom", "nobody")
    assert delivering.run() == {"given_up": 1}
    gone.refresh_from_db()
    assert (gone.failure, gone.attempts) == ("address", 1)


def test_a_gateway_that_is_down_for_days_loses_no_message_and_its_keepers_are_told(line, stand_up, settings):
    gateway = SmsGateway()
    settings.SMS_URL = gateway.url
    gateway.close()
    for _ in range(30):
        send(line)
    assert delivering.run() == {"waiting": 1}, "the first failure stops the way"
    assert delivering.run() == {}, "it rests"
    for hours in range(1, 80, 6):
        with later(hours=hours):
            delivering.run()
    assert set(Message.objects.values_list("state", "attempts")) == {("waiting", 0)}
    assert WayHealth.objects.get(way="sms").last_failure == "connection"
    told = Notification.objects.filter(kind="messages_down_sms")
    assert list(told.values_list("recipient", flat=True)) == [line.admin.pk], "once for the outage"
    again = stand_up(SmsGateway(gateway.port))
    with later(hours=90):
        assert delivering.run() == {"sent": 30}
    assert len(again.sent) == 30
    assert WayHealth.objects.get(way="sms").failures == 0


@pytest.mark.django_db(transaction=True)
def test_a_way_that_is_not_set_up_keeps_its_messages_and_stops_no_other(line, sms):
    waiting, sent = send(line, "wecom", "zhang"), send(line)
    assert delivering.run() == {"sent": 1, "waiting": 1}
    waiting.refresh_from_db()
    sent.refresh_from_db()
    assert (waiting.state, waiting.failure, sent.state) == ("waiting", "not_set_up", "sent")


@pytest.mark.parametrize(
    ("fault", "state", "failure"),
    [
        ((400, {"code": "BAD_TEXT"}), "failed", "refused"),
        ((200, {"code": 17, "message": "12000000001 is on the list"}), "failed", "refused"),
        ((200, {"code": "NO_SUCH_NUMBER"}), "given_up", "address"),
        ((500, {}), "failed", "status"),
        ((401, {}), "waiting", "access"),
        ((503, {}), "waiting", "timeout"),
        ((302, {}), "waiting", "redirect"),
    ],
)
def test_what_a_gateway_says_is_kept_as_a_class_and_a_code(line, sms, fault, state, failure):
    sms.faults = [fault]
    message = send(line)
    delivering.run()
    message.refresh_from_db()
    assert (message.state, message.failure) == (state, failure)
    assert "12000000001" not in message.code + message.provider_id


def test_a_refused_message_is_tried_with_growing_pauses_and_then_given_up_and_told(line, sms):
    ended = []
    purposes.register("tests.answer", "Answer", lambda message, _now: ended.append((message.reference, message.state)))
    sms.faults = [(400, {})] * backoff.MOST_ATTEMPTS
    send(line)
    pauses = []
    now = timezone.now()
    for _ in range(backoff.MOST_ATTEMPTS):
        with time_machine.travel(now, tick=False):
            delivering.run()
        message = Message.objects.get()
        pauses.append(message.next_at - now)
        now = message.next_at + dt.timedelta(seconds=1)
    assert message.state == MessageState.GIVEN_UP
    assert pauses[0] < dt.timedelta(minutes=2)
    assert pauses[-2] > dt.timedelta(hours=2)
    assert ended == [(7, "given_up")]
    assert Message.objects.count() == 1, "the row is kept"


def test_the_console_says_that_a_message_went_out_and_neither_what_nor_to_whom(line, settings, caplog):
    settings.MESSAGES_TO_CONSOLE = True
    with caplog.at_level(logging.INFO):
        message = send(line)
        assert delivering.run() == {"sent": 1}
    message.refresh_from_db()
    assert message.carried_by == "console"
    assert str(message.uuid) in caplog.text
    assert "路灯" not in caplog.text
    assert "12000000001" not in caplog.text


def test_address_and_words_are_encrypted_in_the_row(line):
    send(line)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(m)::text FROM messaging_message m")
        row = cursor.fetchone()[0]
    assert "12000000001" not in row
    assert "路灯" not in row


@pytest.mark.parametrize(
    ("way", "address"), [("sms", "0537-2345678"), ("sms", "no"), ("email", "no"), ("wecom", "张 三"), ("wecom", "")]
)
def test_an_address_that_does_not_fit_its_way_is_refused_before_anything_is_promised(line, way, address):
    with pytest.raises(Refused):
        send(line, way, address)
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_sends_nothing_twice_where_the_gateway_knows_the_key(line, sms):
    for _ in range(5):
        send(line)
    sms.faults = [30.0]
    worker = start_worker(sms.url)
    wait_until(lambda: sms.tries)
    worker.send_signal(signal.SIGKILL)
    assert worker.wait(10) == -signal.SIGKILL
    assert states() == ["waiting"] * 5
    assert delivering.run() == {}, "nobody else has them before the lease is over"
    with later(minutes=4):
        assert delivering.run() == {"sent": 5}
    assert states() == ["sent"] * 5
    assert (len(sms.sent), sms.tries) == (5, 6)


def start_worker(url: str) -> "subprocess.Popen[bytes]":
    """Run one sweep in a process of its own, on the tests' database."""
    facts = connection.settings_dict
    host = facts["OPTIONS"].get("host") or facts["HOST"]
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{facts['USER']}@/{facts['NAME']}?host={host}",
        "WEBHOOK_ALLOW_HTTP": "1",
        "WEBHOOK_NETWORKS": "127.0.0.0/8",
        "SMS_URL": url,
        "MESSAGE_TIMEOUT": "60",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    code = "import django; django.setup(); from messaging import delivering; delivering.run()"
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment)


def wait_until(condition, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
