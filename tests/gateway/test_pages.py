"""The administrator's pages: the secret once, tests, pauses, the log and sending again."""

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts.models import AuditRecord, User
from gateway import actions, draining, tasks
from gateway.models import Delivery, Receiver
from gateway.states import DeliveryState
from tests.factories import make_ruled_line
from tests.gateway.conftest import event_ids, make_moves, make_receiver
from tests.gateway.doors import is_signed
from workorders.models import Event

LIST = "/gateway/receivers/"


@pytest.fixture
def admin(client, line):
    User.objects.filter(pk=line.admin.pk).update(language="en")
    client.force_login(User.objects.get(pk=line.admin.pk))
    return client


def words(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.django_db
def test_an_empty_list_says_what_to_do(admin):
    page = words(admin.get(LIST))
    assert "No system is told of events yet" in page
    assert "/gateway/receivers/add/" in page


@pytest.mark.django_db
def test_the_secret_is_shown_once_and_kept_encrypted(admin, line):
    given = {"name": "City platform", "url": "https://hooks.example.com/in", "moves": ["close"], "kinds": ["incident"]}
    answer = admin.post(f"{LIST}add/", given)
    receiver = Receiver.objects.get()
    assert (receiver.district, receiver.moves, receiver.kinds) == (line.district, ["close"], ["incident"])
    assert receiver.secret in words(answer)
    assert len(receiver.secret) >= 43
    for page in (LIST, f"{LIST}{receiver.pk}/", f"{LIST}{receiver.pk}/edit/"):
        assert receiver.secret not in words(admin.get(page))
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM gateway_receiver")
        assert receiver.secret not in cursor.fetchone()[0]
    record = AuditRecord.objects.get(action="gateway.add_receiver")
    assert receiver.secret not in str(record.detail)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "words_of_it"),
    [
        ({"url": "https://user:pw@example.com/"}, "must not carry a name or a password"),
        ({"url": "https://192.168.0.9/"}, "network that webhooks may not go to"),
        ({"url": "no address"}, "Enter a valid URL"),
        ({"name": ""}, "This field is required"),
        ({"name": "Taken"}, "There is a receiver of this name"),
        ({"moves": ["fly"]}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field(admin, line, given, words_of_it):
    make_receiver(line, "https://example.com/", name="Taken")
    answer = admin.post(f"{LIST}add/", {"name": "New", "url": "https://example.com/"} | given)
    assert answer.status_code == 400
    assert words_of_it in words(answer)
    assert Receiver.objects.count() == 1


@pytest.mark.django_db
def test_there_is_an_end_to_how_many_there_can_be(admin, line, monkeypatch):
    monkeypatch.setattr(actions, "MOST_RECEIVERS", 1)
    make_receiver(line, "https://example.com/")
    answer = admin.post(f"{LIST}add/", {"name": "New", "url": "https://example.com/"}, follow=True)
    assert "There are 1 receivers; remove one first." in words(answer)
    assert Receiver.objects.count() == 1


@pytest.mark.django_db
def test_another_districts_receivers_are_not_there(admin, line):
    other = make_receiver(make_ruled_line("admin"), "https://example.com/", name="Elsewhere")
    assert "Elsewhere" not in words(admin.get(LIST))
    assert admin.get(f"{LIST}{other.pk}/").status_code == 404
    assert admin.post(f"{LIST}{other.pk}/pause/").status_code == 404
    with pytest.raises(actions.PermissionDenied):
        actions.pause(other, actor=line.admin)


@pytest.mark.django_db
def test_a_changed_address_starts_with_a_clean_record(admin, line):
    receiver = make_receiver(line, "https://example.com/a", failures=7, last_failure="timeout")
    Receiver.objects.update(next_at=timezone.now() + dt.timedelta(hours=1), failing_since=timezone.now())
    admin.post(f"{LIST}{receiver.pk}/edit/", {"name": "Same", "url": "https://example.com/a"})
    assert Receiver.objects.get().failures == 7
    admin.post(f"{LIST}{receiver.pk}/edit/", {"name": "Same", "url": "https://example.com/b"})
    receiver.refresh_from_db()
    assert (receiver.failures, receiver.last_failure, receiver.failing_since) == (0, "", None)
    assert receiver.next_at <= timezone.now()
    changes = [record.detail["changed"] for record in AuditRecord.objects.filter(action="gateway.edit_receiver")]
    assert ["url"] in changes


@pytest.mark.django_db(transaction=True)
def test_while_the_secret_changes_both_sign_and_then_only_the_new_one(admin, line, door):
    receiver = make_receiver(line, door.url)
    page = words(admin.post(f"{LIST}{receiver.pk}/secret/", {"hours": "24"}))
    receiver.refresh_from_db()
    assert receiver.secret != "s3cret"
    assert receiver.secret in page
    make_moves(line)
    draining.run()
    headers, body, _ = door.taken[0]
    assert is_signed(headers, body, "s3cret")
    assert is_signed(headers, body, receiver.secret)
    assert "signs too until" in words(admin.get(f"{LIST}{receiver.pk}/"))
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=25)):
        assert receiver.keys(timezone.now()) == [receiver.secret]
    admin.post(f"{LIST}{receiver.pk}/secret/end/")
    make_moves(line)
    draining.run()
    headers, body, _ = door.taken[-1]
    assert not is_signed(headers, body, "s3cret")
    assert is_signed(headers, body, receiver.secret)


@pytest.mark.django_db
def test_a_secret_that_leaked_stops_at_once(admin, line):
    receiver = make_receiver(line, "https://example.com/")
    admin.post(f"{LIST}{receiver.pk}/secret/", {"hours": "0"})
    receiver.refresh_from_db()
    assert receiver.keys(timezone.now()) == [receiver.secret] != ["s3cret"]
    assert receiver.former_secret == ""


@pytest.mark.django_db
def test_a_receiver_whose_key_was_lost_can_be_changed_mended_and_removed(admin, line):
    receiver = make_receiver(line, "https://example.com/", name="Old")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE gateway_receiver SET secret = 'lost:AAAA'")
    assert admin.get(LIST).status_code == 200
    assert admin.get(f"{LIST}{receiver.pk}/").status_code == 200
    admin.post(f"{LIST}{receiver.pk}/edit/", {"name": "New", "url": "https://example.com/"})
    assert "New" in words(admin.get(LIST))
    assert admin.post(f"{LIST}{receiver.pk}/secret/", {"hours": "0"}).status_code == 200
    assert len(Receiver.objects.get().secret) == 43
    with connection.cursor() as cursor:
        cursor.execute("UPDATE gateway_receiver SET secret = 'lost:AAAA'")
    admin.post(f"{LIST}{receiver.pk}/remove/")
    assert not Receiver.objects.exists()


@pytest.mark.django_db
def test_a_test_says_what_came_of_it_and_leaves_the_record_alone(admin, line, door):
    receiver = make_receiver(line, door.url)
    page = words(admin.post(f"{LIST}{receiver.pk}/test/", follow=True))
    assert "The receiver took the test: 200 after" in page
    headers, body, _ = door.taken[0]
    assert is_signed(headers, body, "s3cret")
    assert (door.told[0]["event"], door.told[0]["id"], door.told[0]["order"]) == ("test", 0, None)
    door.usual = 503
    assert "The test failed: It answered with an error (503)." in words(
        admin.post(f"{LIST}{receiver.pk}/test/", follow=True)
    )
    receiver.refresh_from_db()
    assert (receiver.failures, receiver.last_sent_at) == (0, None)


@pytest.mark.django_db
def test_pausing_and_resuming_say_so(admin, line):
    receiver = make_receiver(line, "https://example.com/")
    assert "Paused by an administrator" in words(admin.post(f"{LIST}{receiver.pk}/pause/", follow=True))
    assert "Paused" in words(admin.get(LIST))
    page = words(admin.post(f"{LIST}{receiver.pk}/resume/", follow=True))
    assert "Paused by an administrator" not in page
    assert list(AuditRecord.objects.filter(action__startswith="gateway.").values_list("action", flat=True)) == [
        "gateway.pause_receiver",
        "gateway.resume_receiver",
    ]


@pytest.mark.django_db
def test_removing_takes_the_log_along(admin, line):
    receiver = make_receiver(line, "https://example.com/")
    make_moves(line)
    Delivery.objects.create(
        receiver=receiver, event=Event.objects.earliest("id"), order=Event.objects.earliest("id").order
    )
    page = words(admin.post(f"{LIST}{receiver.pk}/remove/", follow=True))
    assert "The receiver is removed." in page
    assert not Delivery.objects.exists()
    assert Event.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_log_is_filtered_and_one_is_sent_again_with_its_id(admin, line, door):
    receiver = make_receiver(line, door.url)
    one, other = make_moves(line, 2)
    door.replies = [400]
    draining.run()
    page = words(admin.get(f"{LIST}{receiver.pk}/"))
    assert "It answered with an error" in page
    assert one.number in page
    assert other.number in page
    assert other.number not in words(admin.get(f"{LIST}{receiver.pk}/?number={one.number}"))
    assert other.number not in words(admin.get(f"{LIST}{receiver.pk}/?state=failed"))
    assert "No delivery matches these filters." in words(admin.get(f"{LIST}{receiver.pk}/?move=close"))
    failed = Delivery.objects.get(state=DeliveryState.FAILED)
    admin.post(f"/gateway/deliveries/{failed.pk}/replay/")
    draining.run()
    assert door.ids.count(failed.event_id) == 2
    sent = Delivery.objects.filter(state=DeliveryState.SENT).latest("event_id")
    admin.post(f"/gateway/deliveries/{sent.pk}/replay/")
    draining.run()
    assert door.ids.count(sent.event_id) == 2
    assert door.ids[-1] == sent.event_id


@pytest.mark.django_db(transaction=True)
def test_everything_since_a_moment_is_sent_again_even_what_left_the_log(admin, line, door):
    receiver = make_receiver(line, door.url)
    with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(days=2)):
        make_moves(line)
    before = len(event_ids())
    make_moves(line, 2)
    draining.run()
    Delivery.objects.filter(event=event_ids()[-1]).delete()
    door.taken.clear()
    since = timezone.localtime() - dt.timedelta(hours=1)
    page = words(admin.post(f"{LIST}{receiver.pk}/replay/", {"since": since.strftime("%Y-%m-%dT%H:%M")}, follow=True))
    assert "6 events leave once more." in page
    draining.run()
    assert door.ids == event_ids()[before:]
    later = (since + dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert "still to come" in words(admin.post(f"{LIST}{receiver.pk}/replay/", {"since": later}, follow=True))


@pytest.mark.django_db
def test_the_pages_ask_the_database_as_often_however_long_the_log(admin, line, django_assert_max_num_queries):
    receivers = [make_receiver(line, "https://example.com/") for _ in range(3)]
    for order in make_moves(line, 4):
        for event in order.events.all():
            Delivery.objects.create(receiver=receivers[0], event=event, order=order)
    with django_assert_max_num_queries(10):
        admin.get(LIST)
    with django_assert_max_num_queries(12):
        assert admin.get(f"{LIST}{receivers[0].pk}/").content.count(b"<tr>") == 13


@pytest.mark.django_db(transaction=True)
def test_the_log_is_cleared_of_what_is_old_and_done_and_nothing_is_told_again(line, door, settings):
    receiver = make_receiver(line, door.url)
    make_moves(line, 2)
    door.replies = [500]
    draining.run()
    Delivery.objects.update(tried_at=timezone.now() - dt.timedelta(days=settings.WEBHOOK_KEEP_DAYS + 1))
    Delivery.objects.filter(event=event_ids()[3]).update(tried_at=timezone.now())
    assert tasks.clear_log() == 2
    left = set(Delivery.objects.values_list("state", flat=True))
    assert left == {DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.WAITING}
    taken = len(door.taken)
    Receiver.objects.filter(pk=receiver.pk).update(next_at=timezone.now())
    draining.run()
    assert len(door.taken) == taken
