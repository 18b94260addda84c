"""What the administrator sees of messages to residents, and what becomes of "try again"."""

import re

import pytest
from django.utils import timezone

from accounts import retention
from accounts.models import AuditRecord, User
from accounts.rotation import targets
from messaging.models import Message, WayHealth
from tests.factories import make_line
from tests.messaging.conftest import send

pytestmark = pytest.mark.django_db
LIST = "/messages/"


@pytest.fixture
def admin(client, line):
    User.objects.filter(pk=line.admin.pk).update(language="en")
    client.force_login(User.objects.get(pk=line.admin.pk))
    return client


def words(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def given_up(line, **fields) -> Message:
    message = send(line, **fields)
    Message.objects.filter(pk=message.pk).update(
        state="given_up", failure="refused", code="17", attempts=10, tried_at=timezone.now()
    )
    return message


def test_the_page_says_how_each_way_does_and_what_failed_without_saying_what_or_to_whom(admin, line, sms):
    assert "No message yet" in words(admin.get(LIST))
    send(line)
    given_up(line)
    given_up(make_line("worker", lng=118.0))
    WayHealth.objects.create(way="sms", failures=3, failing_since=timezone.now(), last_failure="timeout")
    page = words(admin.get(LIST))
    assert "It did not answer in time · since" in page
    assert page.count("120****0001</td>") == 2
    assert "The gateway refused the message <small" in page
    assert "12000000001" not in page
    assert "路灯已修好" not in page
    assert "Not set up" in page, "WeCom"
    filtered = words(admin.get(LIST, {"state": "given_up", "way": "sms"}))
    assert filtered.count("120****0001</td>") == 1


def test_the_page_asks_the_same_few_questions_however_many_messages(admin, line, django_assert_max_num_queries):
    for _ in range(60):
        send(line)
    with django_assert_max_num_queries(12):
        page = words(admin.get(LIST))
    assert page.count("120****0001</td>") == 50
    assert "?after=" in page


def test_what_was_given_up_starts_anew_and_the_deed_is_on_record(admin, line):
    message = given_up(line)
    admin.post(f"{LIST}{message.pk}/try-again/")
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("waiting", 0)
    assert AuditRecord.objects.get(action="messaging.try_again").subject_id == str(message.pk)
    again = admin.post(f"{LIST}{message.pk}/try-again/", follow=True)
    assert "Only what failed is tried again." in words(again), "it waits already"
    given_up(line)
    given_up(line, way="wecom", address="zhang")
    admin.post(f"{LIST}ways/sms/try-again/")
    assert list(Message.objects.order_by("id").values_list("state", flat=True)) == ["waiting", "waiting", "given_up"]


def test_the_api_shows_the_same(admin, line):
    message = given_up(line)
    found = admin.get("/api/v1/messages/", {"state": "given_up"}).json()["results"]
    assert [(row["id"], row["address"], row["failure"]) for row in found] == [(message.pk, "120****0001", "refused")]
    assert admin.get("/api/v1/messages/", {"state": "sent"}).json()["results"] == []
    assert admin.post(f"/api/v1/messages/{message.pk}/try-again/").json()["state"] == "waiting"
    assert admin.post(f"/api/v1/messages/{message.pk}/try-again/").status_code == 409


def test_what_is_done_goes_after_its_time_and_what_waits_stays(line, settings):
    settings.MESSAGE_KEEP_DAYS = 90
    send(line)
    message = given_up(line)
    Message.objects.filter(pk=message.pk).update(tried_at=timezone.now() - timezone.timedelta(days=91))
    assert [outcome.count for outcome in retention.run(timezone.now(), only="messages")] == [1]
    assert Message.objects.get().state == "waiting"


def test_the_columns_are_written_anew_with_the_keys():
    columns = next(target.columns for target in targets() if target.model is Message)
    assert columns == ["address", "subject", "body"]
