"""Urging: who may, how often, who is told, and that nothing else changes."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Notification
from tests.factories import make_ruled_line, report
from workorders import actions
from workorders.models import Event, WorkOrder
from workorders.states import Move, State
from workorders.workflow import InvalidMove, StaleOrder

pytestmark = pytest.mark.django_db
NINE = dt.datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
MINUTES = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def line():
    return make_ruled_line()


@pytest.fixture
def order(line):
    """A hotline report by the clerk, which the rules give to the base grid's worker."""
    return report(line, line.clerk, source="hotline", now=NINE - 60 * MINUTES)


def told(user):
    return Notification.objects.filter(recipient=user, kind="order_urged").count()


def test_whoever_has_the_order_is_told_and_nothing_else_changes(line, order):
    before = WorkOrder.objects.get()
    actions.urge(order, actor=line.clerk, note="居民又来电", now=NINE)
    after = WorkOrder.objects.get()
    assert (after.urge_count, after.last_urged_at, after.version) == (1, NINE, before.version + 1)
    assert (after.state, after.holder_id, after.due_at) == (before.state, before.holder_id, before.due_at)
    event = Event.objects.get(move=Move.URGE)
    assert (event.from_state, event.to_state, event.note) == (before.state, before.state, "居民又来电")
    assert told(line.worker) == 1
    assert told(line.clerk) == told(line.secretary) == 0


def test_a_reporter_urges_once_a_calendar_day(line, order):
    late = NINE.replace(hour=23, minute=50)
    actions.urge(order, actor=line.clerk, now=late)
    with pytest.raises(InvalidMove, match="tomorrow"):
        actions.urge(order, actor=line.clerk, now=late + 5 * MINUTES)
    assert actions.urge(order, actor=line.clerk, now=late + 15 * MINUTES).urge_count == 2


def test_those_above_urge_again_after_an_hour(line, order):
    actions.urge(order, actor=line.dispatcher, now=NINE)
    with pytest.raises(InvalidMove, match=r"from 10:00"):
        actions.urge(order, actor=line.supervisor, now=NINE + 59 * MINUTES)
    actions.urge(order, actor=line.supervisor, now=NINE + 60 * MINUTES)
    assert actions.urge(order, actor=line.dispatcher, now=NINE + 120 * MINUTES).urge_count == 3


def test_a_reporter_need_not_wait_for_what_others_urged(line, order):
    actions.urge(order, actor=line.dispatcher, now=NINE)
    assert actions.urge(order, actor=line.clerk, now=NINE + MINUTES).urge_count == 2


def test_from_the_third_time_the_level_above_is_told_too(line, order):
    for hour in range(3):
        assert told(line.secretary) == 0
        actions.urge(order, actor=line.supervisor, now=NINE + hour * 60 * MINUTES)
    assert told(line.secretary) == 1
    assert told(line.worker) == 3
    assert Notification.objects.get(recipient=line.secretary, kind="order_urged").params["count"] == 3


def test_nobody_urges_themselves_and_strangers_urge_nobody(line, order):
    other = make_ruled_line("worker", "secretary", "supervisor")
    for user in (line.worker, line.handler, other.supervisor):
        with pytest.raises(PermissionDenied):
            actions.urge(order, actor=user, now=NINE)


def test_the_people_of_the_node_whose_turn_it_is_do_not_urge(line, order):
    WorkOrder.objects.update(state=State.FILED, assignee=None, lead_unit=None, holder=line.community)
    with pytest.raises(PermissionDenied):
        actions.urge(order, actor=line.secretary, now=NINE)
    actions.urge(order, actor=line.operator, now=NINE)
    assert told(line.secretary) == 1


@pytest.mark.parametrize("state", [State.CLOSED, State.VOIDED, State.REJECTED])
def test_a_finished_order_is_not_urged(line, order, state):
    WorkOrder.objects.update(state=state, finished_at=NINE)
    with pytest.raises(InvalidMove, match="finished"):
        actions.urge(order, actor=line.supervisor, now=NINE)


def test_a_suspended_order_is_not_urged(line, order):
    WorkOrder.objects.update(state=State.SUSPENDED, suspended_until=NINE + 60 * 24 * MINUTES)
    with pytest.raises(InvalidMove, match="Suspended"):
        actions.urge(order, actor=line.supervisor, now=NINE)


def test_a_stale_form_urges_nobody(line, order):
    with pytest.raises(StaleOrder):
        actions.urge(order, actor=line.supervisor, version=order.version - 1, now=NINE)


def test_it_is_urged_from_its_page_which_counts_it(line, order):
    client = Client()
    client.force_login(line.supervisor)
    url = reverse("workorders:move", args=[order.pk, "urge"])
    page = client.get(order.get_absolute_url())
    assert url in page.content.decode()
    version = WorkOrder.objects.get().version
    assert client.post(url, {"version": version, "note": "请抓紧"}).status_code == 302
    order.refresh_from_db()
    assert order.urge_count == 1
    answer = client.post(url, {"version": order.version, "note": "再催"})
    assert answer.status_code == 409
    assert "再催" in answer.content.decode()
    assert (
        timezone.localtime(order.last_urged_at).strftime("%Y-%m-%d %H:%M")
        in client.get(order.get_absolute_url()).content.decode()
    )
