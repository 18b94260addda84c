"""Two at once, over real connections: nothing is lost and nothing is doubled."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from tests.factories import make_category, make_line, make_ruled_line, report
from workorders.models import Event, StageClock, WorkOrder
from workorders.states import Move, State

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/api/v1/work-orders/"


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that start together, each on a connection of its own."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(run, call) for call in calls]]


@pytest.fixture
def line():
    return make_ruled_line()


@pytest.mark.parametrize("attempt", range(3))
def test_a_report_sent_several_times_at_once_is_made_once(api, line, attempt):
    client = api(line.worker)
    body = {
        "client_uuid": str(uuid.uuid4()),
        "category": make_category(needs_photo=False).pk,
        "description": "路灯不亮",
    }
    body |= {"lng": 116.505, "lat": 35.405}
    answers = at_once(*[lambda: client.post(ADDRESS, body) for _ in range(4)])
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    order = WorkOrder.objects.get()
    assert [event.move for event in order.events.order_by("id")] == [Move.REPORT, Move.ACCEPT, Move.DISPATCH]


def test_reports_at_once_get_numbers_of_their_own(api, line):
    client, category = api(line.worker), make_category(needs_photo=False)
    point = {"lng": 116.505, "lat": 35.405}

    def send() -> Any:
        body = {"client_uuid": str(uuid.uuid4()), "category": category.pk, "description": "x", **point}
        return client.post(ADDRESS, body).json()["number"]

    numbers = at_once(*[send] * 5)
    assert len(set(numbers)) == 5
    assert sorted(int(number[-5:]) for number in numbers) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("attempt", range(3))
def test_when_two_accept_at_once_one_does_and_the_other_is_told(api, line, attempt):
    order = report(line, make_line("worker").worker)
    assert order.state == State.REPORTED
    clients = api(line.worker), api(line.leader)
    answers = at_once(*[lambda client=client: client.post(f"{ADDRESS}{order.pk}/accept/") for client in clients])
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert order.events.filter(move=Move.ACCEPT).count() == 1
    assert StageClock.objects.running().filter(order=order, stage="handle").count() == 1


def test_two_opposite_moves_at_once_leave_one_story(api, line):
    """One accepts while the other rejects: whoever comes first is heard, and the history tells the state."""
    order = report(line, make_line("worker").worker)
    accept = api(line.secretary)
    reject = api(line.chief)
    answers = at_once(
        lambda: accept.post(f"{ADDRESS}{order.pk}/accept/", {"version": order.version}),
        lambda: reject.post(
            f"{ADDRESS}{order.pk}/reject/", {"version": order.version, "reason": "no_facts", "note": "x"}
        ),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    order.refresh_from_db()
    assert order.state == Event.objects.filter(order=order).latest("id").to_state
