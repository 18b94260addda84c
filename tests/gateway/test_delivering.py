"""Each committed move reaches each receiver, signed, in order; failures are tried again and told apart."""

import datetime as dt
import json
import logging

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Notification
from gateway import actions, backoff, draining
from gateway.models import Delivery, Receiver
from gateway.states import DeliveryState, Failure, Health, PauseReason
from tests.factories import make_category, make_ruled_line
from tests.gateway.conftest import event_ids, make_moves, make_receiver
from tests.gateway.doors import babbling, closing, dripping, hanging_up, is_signed, silent
from workorders.models import Event, WorkOrder

pytestmark = pytest.mark.django_db(transaction=True)


def later(**span: float) -> None:
    """Let time pass for everything that waits."""
    back = dt.timedelta(**span)
    for receiver in Receiver.objects.all():
        changed = {"next_at": receiver.next_at - back}
        if receiver.leased_until:
            changed["leased_until"] = receiver.leased_until - back
        if receiver.failing_since:
            changed["failing_since"] = receiver.failing_since - back
        Receiver.objects.filter(pk=receiver.pk).update(**changed)
    for delivery in Delivery.objects.all():
        Delivery.objects.filter(pk=delivery.pk).update(next_at=delivery.next_at - back)


def test_each_move_arrives_signed_and_in_order(line, door):
    receiver = make_receiver(line, door.url)
    (order,) = make_moves(line)
    assert draining.run() == {"sent": 3}
    assert [content["event"] for content in door.told] == ["report", "accept", "dispatch"]
    assert door.ids == event_ids()
    assert all(is_signed(headers, body, "s3cret") for headers, body, _ in door.taken)
    first = Event.objects.earliest("id")
    assert door.told[0] == {
        "id": first.pk,
        "event": "report",
        "occurred_at": first.at.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "order": order.number,
        "kind": "incident",
        "from_state": None,
        "to_state": "reported",
        "node": line.base.code,
        "level": "base",
        "unit": None,
    }
    assert draining.run() == {}
    receiver.refresh_from_db()
    assert receiver.health == Health.WELL


def test_a_changed_body_or_another_secret_does_not_verify(line, door):
    make_receiver(line, door.url)
    make_moves(line)
    draining.run()
    headers, body, _ = door.taken[0]
    assert not is_signed(headers, body + b" ", "s3cret")
    assert not is_signed(headers, body, "other")
    assert not is_signed(
        headers | {"X-Wangge-Signature": headers["X-Wangge-Signature"].replace("t=1", "t=2")}, body, "s3cret"
    )


def test_what_leaves_names_no_person_and_no_content(line, door):
    make_receiver(line, door.url)
    make_moves(line, description="王某家水管", contact_name="王某", contact_phone="12000000001", address="某小区1号")
    draining.run()
    sent = "".join(json.dumps(content, ensure_ascii=False) for content in door.told)
    people = [line.worker.username, line.worker.display_name, str(line.worker.pk)]
    keys = {"id", "event", "occurred_at", "order", "kind", "from_state", "to_state", "node", "level", "unit"}
    assert all(set(content) == keys for content in door.told)
    assert [word for word in ["水管", "王某", "12000000001", "小区", *people[:2]] if word in sent] == []


def test_confidential_orders_do_not_leave_even_when_they_became_so_while_waiting(line, door):
    receiver = make_receiver(line, door.url)
    make_moves(line, is_confidential=True)
    draining.run()
    assert not Delivery.objects.exists()
    (order,) = make_moves(line)
    door.usual = 500
    draining.run()
    WorkOrder.objects.filter(pk=order.pk).update(is_confidential=True)
    door.usual, taken = 200, len(door.taken)
    actions.resume(receiver, actor=None)
    draining.run()
    assert len(door.taken) == taken
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.WITHHELD}


def test_a_receiver_gets_its_own_district_and_the_moves_it_asked_for(line, open_door):
    everything, some, none = open_door(), open_door(), open_door()
    make_receiver(line, everything.url)
    make_receiver(line, none.url, kinds=["task"])
    make_receiver(line, some.url, moves=["accept", "dispatch"])
    make_moves(line)
    make_moves(make_ruled_line("worker"))
    draining.run()
    assert [content["event"] for content in everything.told] == ["report", "accept", "dispatch"]
    assert [content["event"] for content in some.told] == ["accept", "dispatch"]
    assert none.told == []


def test_a_new_receiver_is_told_of_what_happens_from_now_on(line, door):
    make_moves(line)
    actions.add(line.district, actor=line.admin, fields={"name": "City", "url": door.url, "moves": []})
    assert draining.run() == {}
    make_moves(line)
    assert draining.run() == {"sent": 3}


def test_after_an_error_it_is_tried_again_and_later_moves_of_that_order_wait(line, door):
    make_receiver(line, door.url)
    one, other = make_moves(line, 2)
    door.replies = [500]
    assert draining.run() == {"failed": 1, "sent": 3}
    assert [content["order"] for content in door.told] == [one.number] + [other.number] * 3
    failed = Delivery.objects.get(state=DeliveryState.FAILED)
    assert (failed.status, failed.failure, failed.attempts) == (500, Failure.STATUS, 1)
    assert failed.next_at > timezone.now() + dt.timedelta(seconds=15)
    assert draining.run() == {}
    later(minutes=2)
    assert draining.run() == {"sent": 3}
    assert door.ids[-3:] == list(Event.objects.filter(order=one).order_by("id").values_list("id", flat=True))
    assert Receiver.objects.get().health == Health.WELL


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (500, Failure.STATUS),
        (404, Failure.STATUS),
        ((302, {"Location": "http://127.0.0.1:1/"}), Failure.REDIRECT),
        (silent, Failure.TIMEOUT),
        (dripping, Failure.TIMEOUT),
        (hanging_up, Failure.CONNECTION),
        (babbling, Failure.BROKEN),
    ],
)
def test_each_way_to_fail_has_its_name(line, door, reply, failure):
    make_receiver(line, door.url)
    make_moves(line)
    door.usual = reply
    draining.run(seconds=3)
    delivery = Delivery.objects.earliest("event_id")
    assert (delivery.state, delivery.failure) == (DeliveryState.FAILED, failure)
    assert delivery.duration_ms < 1500


def test_a_receiver_that_is_not_there_rests_and_keeps_everything(line, door):
    door.close()
    receiver = make_receiver(line, door.url)
    make_moves(line, 2)
    assert draining.run() == {"failed": 1}
    receiver.refresh_from_db()
    assert receiver.last_failure == Failure.CONNECTION
    assert receiver.next_at > timezone.now() + dt.timedelta(seconds=2)


def test_a_connection_that_the_receiver_closed_meanwhile_is_no_failure(line, door):
    make_receiver(line, door.url)
    make_moves(line)
    door.usual = closing
    assert draining.run() == {"sent": 3}


def test_after_five_failures_only_probes_go_out_and_one_success_opens_it_again(line, door):
    receiver = make_receiver(line, door.url)
    make_moves(line, 20)
    door.usual = 503
    draining.run()
    assert len(door.taken) == backoff.CIRCUIT
    receiver.refresh_from_db()
    assert receiver.health == Health.FAILING
    for probe in range(3):
        later(minutes=20)
        draining.run()
        assert len(door.taken) == backoff.CIRCUIT + probe + 1
    door.usual = 200
    later(minutes=20)
    draining.run()
    later(hours=7)
    draining.run()
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}
    assert sorted(set(door.ids)) == event_ids()


def test_a_delivery_that_a_living_receiver_never_takes_is_given_up_and_its_order_goes_on(line, door):
    receiver = make_receiver(line, door.url)
    make_moves(line)
    while Delivery.objects.filter(state=DeliveryState.DEAD).count() == 0:
        assert len(door.taken) < 40
        door.replies = [422]
        draining.run()
        Receiver.objects.update(failures=0, failing_since=None)  # as if others had been taken in between
        later(hours=7)
    dead = Delivery.objects.get(state=DeliveryState.DEAD)
    assert dead.attempts == backoff.MOST_ATTEMPTS
    assert dead.event_id == min(event_ids())
    draining.run()
    assert door.ids[-2:] == event_ids()[1:]
    actions.replay(dead, actor=None)
    draining.run()
    assert door.ids[-1] == dead.event_id
    receiver.refresh_from_db()
    assert receiver.health == Health.WELL


def test_an_outage_gives_nothing_up(line, door):
    make_receiver(line, door.url)
    make_moves(line)
    door.usual = 503
    for _ in range(25):
        draining.run()
        later(minutes=30)
        Receiver.objects.update(failing_since=timezone.now())
    assert set(Delivery.objects.values_list("state", flat=True)) <= {DeliveryState.FAILED, DeliveryState.WAITING}


def test_a_receiver_that_asks_for_a_pause_gets_it(line, door):
    make_receiver(line, door.url)
    make_moves(line, 3)
    door.replies = [(429, {"Retry-After": "120"})]
    assert draining.run() == {"failed": 1}
    later(seconds=110)
    assert draining.run() == {}
    later(seconds=60)
    assert draining.run() == {"sent": 9}


def test_one_that_is_gone_is_paused_and_its_keepers_are_told(line, door):
    receiver = make_receiver(line, door.url, name="City")
    make_moves(line)
    door.replies = [410]
    draining.run()
    receiver.refresh_from_db()
    assert (receiver.health, receiver.pause_reason) == (Health.PAUSED, PauseReason.GONE)
    told = Notification.objects.filter(kind="receiver_paused")
    assert {notice.recipient_id for notice in told} == {line.admin.pk}
    assert told[0].params == {"name": "City"}
    later(days=1)
    assert draining.run() == {}
    actions.resume(receiver, actor=line.admin)
    assert draining.run() == {"sent": 3}
    assert sorted(set(door.ids)) == event_ids()


def test_one_that_takes_nothing_for_three_days_is_paused(line, door):
    receiver = make_receiver(line, door.url)
    make_moves(line)
    door.usual = 500
    draining.run()
    later(days=2)
    draining.run()
    receiver.refresh_from_db()
    assert receiver.paused_at is None
    later(days=1, hours=1)
    draining.run()
    receiver.refresh_from_db()
    assert receiver.pause_reason == PauseReason.FAILING
    assert Notification.objects.filter(kind="receiver_paused", recipient=line.admin).count() == 1


def test_what_happened_during_a_pause_leaves_afterwards(line, door):
    receiver = make_receiver(line, door.url)
    actions.pause(receiver, actor=line.admin)
    make_moves(line)
    assert draining.run() == {}
    actions.resume(receiver, actor=line.admin)
    assert draining.run() == {"sent": 3}


def test_a_receiver_with_an_unreadable_secret_stops_no_other(line, open_door, settings, caplog):
    good, bad = open_door(), open_door()
    make_receiver(line, good.url)
    broken = make_receiver(line, bad.url)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE gateway_receiver SET secret = 'lost:AAAA' WHERE id = %s", [broken.pk])
    make_moves(line)
    with caplog.at_level(logging.CRITICAL):
        draining.run()
    assert (len(good.taken), len(bad.taken)) == (3, 0)


def test_long_backlogs_are_read_on_in_pieces(line, door, monkeypatch):
    monkeypatch.setattr("gateway.stream.CHUNK", 7)
    make_receiver(line, door.url)
    make_moves(line, 12, category=make_category(needs_photo=False))
    assert draining.run() == {"sent": 36}
    assert door.ids == event_ids()
