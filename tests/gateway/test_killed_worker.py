"""A worker killed in mid-drain loses nothing; what comes twice carries the same id. Real processes on one database."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from gateway import draining, turns
from gateway.models import Delivery, Receiver
from gateway.states import DeliveryState
from tests.factories import make_category
from tests.gateway.conftest import event_ids, make_moves, make_receiver
from tests.gateway.doors import Handler

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROOT = Path(__file__).resolve().parent.parent.parent
ORDERS = 60


def slowly(handler: Handler) -> None:
    """Take it, with time enough to be killed in between."""
    time.sleep(0.01)
    handler.wfile.write(b"HTTP/1.1 204 No Content\r\n\r\n")


def start_worker() -> "subprocess.Popen[bytes]":
    """Run the command as an operator would, on the tests' own database."""
    facts = connection.settings_dict
    host = facts["OPTIONS"].get("host") or facts["HOST"]
    address = f"postgresql://{facts['USER']}@/{facts['NAME']}?host={host}"
    environment = {**os.environ, "DATABASE_URL": address, "WEBHOOK_ALLOW_HTTP": "1", "WEBHOOK_NETWORKS": "127.0.0.0/8"}
    environment["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    command = [sys.executable, "manage.py", "deliver_events", "--all", "--seconds", "30"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)


def wait_until(condition, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_kill_9_in_mid_drain_loses_nothing_and_doubles_only_what_was_under_way(line, door):
    receiver = make_receiver(line, door.url)
    make_moves(line, ORDERS, category=make_category(needs_photo=False))
    door.usual = slowly
    for round_ in range(2):
        before = len(door.taken)
        worker = start_worker()
        wait_until(lambda before=before: len(door.taken) >= before + turns.BATCH + 10)
        worker.send_signal(signal.SIGKILL)
        assert worker.wait(10) == -signal.SIGKILL
        time.sleep(0.1)
        receiver.refresh_from_db()
        assert receiver.leased_until > timezone.now(), "the dead worker's lease is still there"
        assert draining.run() == {}, "nobody else serves it before the lease is over"
        Receiver.objects.update(leased_until=timezone.now() - dt.timedelta(seconds=1))
        assert round_ or Delivery.objects.filter(state=DeliveryState.SENT).exists()
    assert draining.run(seconds=60)["failed"] == 0
    times = Counter(door.ids)
    assert sorted(times) == event_ids()
    assert max(times.values()) <= 3
    doubled = sum(1 for count in times.values() if count > 1)
    assert doubled <= 2 * turns.BATCH
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}
    assert Delivery.objects.count() == 3 * ORDERS


def test_several_workers_at_once_tell_each_receiver_everything_once(line, open_door):
    doors = [open_door() for _ in range(3)]
    for door in doors:
        make_receiver(line, door.url)
    make_moves(line, ORDERS, category=make_category(needs_photo=False))
    workers = [start_worker() for _ in range(3)]
    assert [worker.wait(120) for worker in workers] == [0, 0, 0]
    for door in doors:
        assert door.ids == event_ids()
