"""Receivers on this machine, which only tests may call."""

import ipaddress

import pytest

from gateway.models import Receiver
from tests.factories import Line, make_ruled_line, report
from tests.gateway.doors import Door
from workorders.models import Event, WorkOrder


@pytest.fixture(autouse=True)
def _this_machine_may_be_called(settings):
    settings.WEBHOOK_ALLOW_HTTP = True
    settings.WEBHOOK_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    settings.WEBHOOK_TIMEOUT_S = 1


@pytest.fixture
def open_door():
    """Stand up receivers' servers that go when the test is over."""
    doors = []

    def stand_up(*args) -> Door:
        doors.append(Door(*args))
        return doors[-1]

    yield stand_up
    for door in doors:
        door.close()


@pytest.fixture
def door(open_door) -> Door:
    return open_door()


@pytest.fixture
def line() -> Line:
    return make_ruled_line("worker", "leader", "chief", "admin")


def make_receiver(line: Line, url: str, **fields) -> Receiver:
    """Register an address from the beginning of history, as the pages would from now on."""
    name = fields.pop("name", f"receiver {Receiver.objects.count() + 1}")
    return Receiver.objects.create(
        district=line.district, name=name, url=url, **{"secret": "s3cret", "moves": []} | fields
    )


def make_moves(line: Line, count: int = 1, **fields) -> list[WorkOrder]:
    """Report so many incidents; each makes three events: reported, accepted, dispatched."""
    return [report(line, line.worker, **fields) for _ in range(count)]


def event_ids() -> list[int]:
    return list(Event.objects.order_by("id").values_list("id", flat=True))
