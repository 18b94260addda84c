"""What commits late is told too, and once: ids are drawn before transactions end. Real connections side by side."""

import threading
import time

import pytest
from django.db import connection, connections, transaction

from gateway import draining, stream
from gateway.models import Delivery, Receiver
from tests.gateway.conftest import event_ids, make_moves, make_receiver
from workorders.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


class Held:
    """A transaction in another thread that has written an event and does not commit until it is told."""

    def __init__(self, event: Event) -> None:
        self.event, self.written, self.go_on = event, threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._write)

    def __enter__(self) -> "Held":
        self.thread.start()
        assert self.written.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.commit()

    def commit(self) -> None:
        self.go_on.set()
        self.thread.join(10)

    def _write(self) -> None:
        try:
            with transaction.atomic():
                self.event.save(force_insert=True)
                self.written.set()
                self.go_on.wait(20)
        finally:
            connections["default"].close()


def copy_of(event: Event) -> Event:
    event.pk = None
    return event


@pytest.fixture
def orders(line, door):
    make_moves(line, 2)
    Receiver.objects.all().delete()
    return make_receiver(line, door.url, read_upto=max(event_ids()))


def test_an_event_that_commits_after_a_later_one_is_not_missed(line, door, orders):
    first, last = Event.objects.earliest("id"), Event.objects.latest("id")
    with Held(copy_of(first)) as late:
        early = copy_of(last)
        early.save(force_insert=True)
        assert late.event.pk < early.pk
        assert draining.run() == {"sent": 1}
        assert door.ids == [early.pk]
        orders.refresh_from_db()
        assert orders.read_upto < late.event.pk
        assert draining.run() == {}
        late.commit()
        assert draining.run() == {"sent": 1}
    assert door.ids == [early.pk, late.event.pk]
    assert draining.run() == {}
    orders.refresh_from_db()
    assert orders.read_upto == early.pk


def test_the_mark_waits_only_for_those_who_were_writing_when_it_was_asked(line, orders):
    with Held(copy_of(Event.objects.earliest("id"))) as late:
        threading.Timer(0.2, late.go_on.set).start()
        began = time.monotonic()
        assert stream.settled_upto(patience_s=10) is not None
        assert time.monotonic() - began < 5
    with Held(copy_of(Event.objects.earliest("id"))):
        assert stream.settled_upto(patience_s=0.1) is None


def test_one_that_was_rolled_back_holds_nothing_up(orders, door):
    with transaction.atomic():
        copy_of(Event.objects.earliest("id")).save(force_insert=True)
        transaction.set_rollback(True)
    again = copy_of(Event.objects.latest("id"))
    again.save(force_insert=True)
    assert draining.run() == {"sent": 1}
    orders.refresh_from_db()
    assert orders.read_upto == again.pk


def test_writers_without_pause_neither_starve_the_reading_nor_lose_an_event(line, door, orders):
    """Four connections write events all the while, their transactions overlapping, and we read between them."""
    model = Event.objects.earliest("id")
    written: list[int] = []

    def write() -> None:
        try:
            for number in range(40):
                with transaction.atomic():
                    event = Event.objects.get(pk=model.pk)
                    event.pk = None
                    event.save(force_insert=True)
                    time.sleep(0.001 * (number % 7))
                written.append(event.pk)
        finally:
            connection.close()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        draining.run(seconds=0.5)
    draining.run()
    draining.run()
    assert len(written) == 160
    assert sorted(door.ids) == sorted(written)
    orders.refresh_from_db()
    assert orders.read_upto == max(written)
    assert Delivery.objects.count() == 160
