"""A batch writes exactly what the single action writes: the same orders, clocks, history, sight and notices."""

import datetime as dt

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Notification
from grids.roles import Role
from tests.factories import make_category, make_post, make_ruled_line, make_user, report
from workorders import actions
from workorders.actions import bulk, handling
from workorders.models import Event, Involvement, StageClock, WorkOrder
from workorders.states import Move, State
from workorders.workflow import InvalidMove

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 4, 2, 0, tzinfo=dt.UTC)
"""A Wednesday morning in Jining."""
UNLIKE = {"id", "number", "client_uuid", "order_id", "url", "params", "routing", "since"}
"""What two orders of a kind never share; sight dates from the clock on the wall."""


@pytest.fixture
def line():
    return make_ruled_line()


def rows_of(order):
    """Return everything that the database holds of an order, without what tells it from another."""
    found, seen = {}, Q(order=order) | Q(order__merged_into=order)
    for model, rows in (
        (WorkOrder, WorkOrder.objects.filter(pk=order.pk)),
        (StageClock, StageClock.objects.filter(order=order).order_by("id")),
        (Event, Event.objects.filter(order=order).order_by("id")),
        (Involvement, Involvement.objects.filter(seen).order_by("user", "unit", "order")),
        (Notification, Notification.objects.filter(url=order.get_absolute_url()).order_by("recipient", "kind", "id")),
    ):
        names = [f.attname for f in model._meta.concrete_fields if f.attname not in UNLIKE]
        found[model.__name__] = list(rows.values(*names))
    return found


def plain(line, **fields):
    return filed(line, **fields)


def filed(line, category=None, **fields):
    """Have an order wait for its dispatch, as if no rule had sent it on."""
    order = report(line, line.clerk, source="hotline", category=category or make_category(), now=NOW, **fields)
    if order.state == State.REPORTED:
        order = actions.accept(order, actor=line.operator, now=NOW + dt.timedelta(minutes=5))
    if order.state == State.DISPATCHED:
        who = {"actor": order.assignee, "now": NOW + dt.timedelta(minutes=10)}
        order = actions.return_order(order, reason="not_our_duty", note="不属本岗位职责", **who)
        WorkOrder.objects.filter(pk=order.pk).update(return_count=0)
        StageClock.objects.filter(order=order, stage="handle").delete()
        order.refresh_from_db()
    assert order.state == State.FILED
    return order


def returned(line, **fields):
    """Have an order come back a second time, with its handling clock running on."""
    order = filed(line, **fields)
    actor = {"actor": line.chief}
    for n in (1, 2):
        if order.return_count >= 2:
            break
        order = actions.dispatch(order, unit=line.dept, now=NOW + dt.timedelta(minutes=20 * n), **actor)
        when = NOW + dt.timedelta(minutes=20 * n + 5)
        order = actions.return_order(order, actor=line.handler, reason="not_our_duty", note="不属本单位职责", now=when)
    return order


def climbed(line, **fields):
    """Have an order stand on a higher step, whose own handling clock a dispatch ends."""
    order = filed(line, **fields)
    return actions.escalate(order, actor=line.leader, note="需上级协调", now=NOW + dt.timedelta(minutes=30))


def emergency(line, **fields):
    return filed(line, urgency="emergency", **fields)


def confidential(line, **fields):
    order = filed(line, **fields)
    WorkOrder.objects.filter(pk=order.pk).update(is_confidential=True)
    return order


def with_merged(line, **fields):
    """Have another order merged into it: whoever is handed the one sees the other."""
    order, other = filed(line, **fields), filed(line, **fields)
    WorkOrder.objects.filter(pk=other.pk).update(state=State.MERGED, merged_into=order, finished_at=NOW)
    return order


def asked_for(line, **fields):
    """Have an open request lapse by the move."""
    order = filed(line, **fields)
    WorkOrder.objects.filter(pk=order.pk).update(pending_approvals=["extension"])
    return order


KINDS = (plain, returned, climbed, emergency, confidential, with_merged, asked_for)


@pytest.mark.parametrize("to", ["unit", "person", "unit and person", "oneself"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_batch_leaves_the_rows_that_the_single_action_leaves(line, kind, to):
    line.people["mate"] = make_user("mate", display_name="Mate")
    make_post(line.mate, Role.DEPT_HANDLER, line.district, line.dept)
    make_post(line.chief, Role.GRID_WORKER, line.base)
    category = make_category()
    alone, batched = kind(line, category=category), kind(line, category=category)
    for order in (alone, batched):
        order.refresh_from_db()
    given = {
        "unit": {"unit": line.dept, "assignee": None},
        "person": {"unit": None, "assignee": line.worker},
        "unit and person": {"unit": line.dept, "assignee": line.handler},
        "oneself": {"unit": None, "assignee": line.chief},
    }[to] | {"note": " 请处理 "}
    now = NOW + dt.timedelta(hours=2)
    actions.dispatch(alone, actor=line.chief, now=now, **given)
    done = bulk.move_each(
        Move.DISPATCH, actions.dispatch, {batched.pk: batched.version}, actor=line.chief, arguments=given, now=now
    )
    assert [pk for pk, _number in done.moved] == [batched.pk], done.refused
    expected, found = rows_of(alone), rows_of(batched)
    assert found == expected


def test_refusals_say_what_the_single_action_says(line):
    gone, stale, good = filed(line), filed(line), filed(line)
    actions.dispatch(gone, actor=line.chief, unit=line.dept)
    chosen = {gone.pk: None, stale.pk: stale.version + 1, good.pk: good.version}
    given = {"unit": line.dept, "assignee": None, "note": ""}
    done = bulk.move_each(Move.DISPATCH, actions.dispatch, chosen, actor=line.chief, arguments=given)
    assert [pk for pk, _number in done.moved] == [good.pk]
    for pk, _number, why in done.refused:
        with pytest.raises(InvalidMove) as refusal:
            actions.dispatch(pk, actor=line.chief, version=chosen[pk], **given)
        assert bulk.said(refusal.value) == why


def test_a_refused_order_leaves_nothing_behind(line):
    order = filed(line)
    before = rows_of(order)
    given = {"unit": None, "assignee": line.clerk, "note": ""}
    done = bulk.move_each(Move.DISPATCH, actions.dispatch, {order.pk: None}, actor=line.chief, arguments=given)
    assert done.moved == []
    assert rows_of(order) == before


def test_a_batch_takes_as_many_queries_for_many_orders_as_for_few(line):
    category = make_category()
    given = {"unit": line.dept, "assignee": None, "note": ""}

    def queries(count):
        chosen = {filed(line, category=category).pk: None for _ in range(count)}
        with CaptureQueriesContext(connection) as caught:
            done = bulk.move_each(Move.DISPATCH, actions.dispatch, chosen, actor=line.chief, arguments=given)
        assert len(done.moved) == count
        return len(caught)

    queries(1)
    assert queries(12) <= queries(3) + 1


def test_a_batch_that_cannot_be_written_is_moved_one_by_one(line, monkeypatch):
    order = filed(line)
    clock = StageClock.objects.running().filter(order=order).first()
    assert clock is not None

    def broken(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")

    monkeypatch.setattr("workorders.actions.batches.BatchDesk.write", broken)
    given = {"unit": line.dept, "assignee": None, "note": ""}
    done = bulk.move_each(Move.DISPATCH, actions.dispatch, {order.pk: None}, actor=line.chief, arguments=given)
    assert [pk for pk, _number in done.moved] == [order.pk]
    order.refresh_from_db()
    assert order.state == State.DISPATCHED
    assert timezone.is_aware(order.dispatched_at)
    assert handling.dispatch_on is bulk.BATCHED[Move.DISPATCH]
