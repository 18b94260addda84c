"""Moving many orders at once: each checked alone, refusals with their reasons, safe to send twice."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from grids.backends import standing_for
from tests.factories import make_line, make_order, make_ruled_line, report
from workorders import actions, bulk_offers
from workorders.forms.bulk import FORMS
from workorders.models import BulkMove, Event, WorkOrder
from workorders.rows import columns
from workorders.states import OPEN, Move, State

pytestmark = pytest.mark.django_db
LIST = "/work-orders/"
DISPATCH = "/work-orders/bulk/dispatch/"
CLOSE = "/work-orders/bulk/close/"


@pytest.fixture
def line():
    return make_ruled_line()


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def filed(line, **fields):
    """Report as a guest does, and accept: the order waits for its dispatch."""
    order = report(line, line.clerk, source="hotline", **fields)
    if order.state == State.REPORTED:
        order = actions.accept(order, actor=line.operator)
    WorkOrder.objects.filter(pk=order.pk).update(state=State.FILED, assignee=None, lead_unit=None, holder=line.street)
    order.refresh_from_db()
    return order


def send(client, address, orders, **fields):
    given = {"client_uuid": str(uuid.uuid4()), "order": [f"{o.pk}-{o.version}" for o in orders]} | fields
    return client.post(address, given)


def test_the_list_offers_only_moves_that_a_row_allows(line):
    filed(line)
    client = client_of(line.operator)
    page = client.get(LIST, {"tab": "todo"}).content.decode()
    assert f'formaction="{DISPATCH}"' in page
    assert f'formaction="{CLOSE}"' not in page
    assert 'name="order"' in page
    assert 'name="order"' not in client_of(line.handler).get(LIST, {"tab": "all"}).content.decode()


def test_many_orders_are_dispatched_and_each_is_told_of(line):
    orders = [filed(line) for _ in range(3)]
    answer = send(client_of(line.operator), DISPATCH, orders, receiver=f"unit-{line.dept.pk}", note="一并处置")
    record = BulkMove.objects.get(actor=line.operator)
    assert answer["Location"] == record.get_absolute_url()
    assert [number for _pk, number in record.moved] == [order.number for order in orders]
    assert record.refused == []
    assert set(WorkOrder.objects.values_list("state", "lead_unit")) == {(State.DISPATCHED, line.dept.pk)}
    assert Event.objects.filter(move=Move.DISPATCH, note="一并处置", actor=line.operator).count() == 3


def test_what_is_refused_is_listed_with_its_reason_and_stops_nothing(line):
    good, gone = filed(line), filed(line)
    actions.dispatch(gone, actor=line.operator, unit=line.dept)
    gone.refresh_from_db()
    stale = filed(line)
    WorkOrder.objects.filter(pk=stale.pk).update(version=stale.version + 1)
    client = client_of(line.operator)
    send(client, DISPATCH, [good, gone, stale], receiver=f"unit-{line.dept.pk}")
    record = BulkMove.objects.get(actor=line.operator)
    assert record.moved == [[good.pk, good.number]]
    whys = {number: why for _pk, number, why in record.refused}
    assert "To be signed" in whys[gone.number] or "待签收" in whys[gone.number]
    assert set(whys) == {gone.number, stale.number}
    page = client.get(record.get_absolute_url()).content.decode()
    assert good.number in page
    assert whys[stale.number] in page


def test_sent_twice_it_is_done_once(line):
    order = filed(line)
    client, token = client_of(line.operator), str(uuid.uuid4())
    first = send(client, DISPATCH, [order], receiver=f"unit-{line.dept.pk}", client_uuid=token)
    again = send(client, DISPATCH, [order], receiver=f"unit-{line.dept.pk}", client_uuid=token)
    assert first["Location"] == again["Location"]
    assert BulkMove.objects.get().refused == []
    assert Event.objects.filter(move=Move.DISPATCH, actor=line.operator).count() == 1


def test_orders_that_one_may_not_see_do_not_exist(line):
    order, foreign = filed(line), make_order(make_line("worker", lng=118.0), State.FILED)
    client = client_of(line.operator)
    assert foreign.number not in client.get(DISPATCH, {"order": [order.pk, foreign.pk]}).content.decode()
    send(client, DISPATCH, [order, foreign], receiver=f"unit-{line.dept.pk}")
    record = BulkMove.objects.get()
    assert [pk for pk, *_ in (*record.moved, *record.refused)] == [order.pk]
    foreign.refresh_from_db()
    assert foreign.state == State.FILED


def test_orders_are_closed_as_solved(line):
    orders = [make_order(line, State.PENDING_CLOSURE, holder=line.base, signed_at="2026-01-01T00:00Z") for _ in "ab"]
    send(client_of(line.leader), CLOSE, orders)
    assert set(WorkOrder.objects.values_list("state", "closing_kind")) == {(State.CLOSED, "solved")}


def test_the_page_names_what_cannot_be_moved_and_leaves_it_unmarked(line):
    order, gone = filed(line), filed(line)
    actions.dispatch(gone, actor=line.operator, unit=line.dept)
    page = client_of(line.operator).get(DISPATCH, {"order": [order.pk, gone.pk]}).content.decode()
    boxes = dict(re.findall(r'name="order" value="(\d+)-\d+" (checked)?', page))
    assert boxes == {str(order.pk): "checked", str(gone.pk): ""}


@pytest.mark.parametrize("given", [[], ["x"], ["9" * 40], ["-1"], ["1-x"]])
def test_a_choice_that_makes_no_sense_chooses_nothing(line, given):
    client = client_of(line.operator)
    assert client.get(DISPATCH, {"order": given}).status_code == 200
    assert client.post(DISPATCH, {"order": given, "client_uuid": str(uuid.uuid4())}).status_code == 400
    assert not BulkMove.objects.exists()


def test_a_move_that_is_not_for_many_has_no_page(line):
    client = client_of(line.operator)
    assert client.get("/work-orders/bulk/void/").status_code == 404
    assert client.get("/work-orders/bulk/nonsense/").status_code == 404


def test_a_receiver_must_be_chosen(line):
    order = filed(line)
    answer = send(client_of(line.operator), DISPATCH, [order])
    assert answer.status_code == 400
    order.refresh_from_db()
    assert order.state == State.FILED


def test_a_bulk_move_is_its_maker_s_alone(line):
    send(client_of(line.operator), DISPATCH, [filed(line)], receiver=f"unit-{line.dept.pk}")
    url = reverse("workorders:bulk-result", args=[BulkMove.objects.get().pk])
    assert client_of(line.secretary).get(url).status_code == 404


def test_offering_moves_reads_nothing_besides_the_rows_of_the_list(line, django_assert_num_queries):
    orders = [filed(line) for _ in range(2)]
    actions.dispatch(orders[0], actor=line.operator, unit=line.dept)
    rows = list(columns(WorkOrder.objects.all(), *bulk_offers.FACTS))
    people = [line.operator, line.handler, line.worker, line.supervisor, line.clerk]
    standings = [standing_for(person) for person in people]
    with django_assert_num_queries(0):
        offers = [[move for move, _icon in bulk_offers.offered(rows, who)] for who in standings]
    assert Move.DISPATCH in offers[0]
    expected = [
        [m for m in FORMS if any(bulk_offers.allows(o, m, who) for o in WorkOrder.objects.all())] for who in standings
    ]
    assert offers == expected


@pytest.mark.parametrize("state", sorted(OPEN - {State.SUSPENDED}))
def test_the_facts_of_a_row_decide_as_the_whole_order_does(line, state, django_assert_num_queries):
    order = filed(line)
    WorkOrder.objects.filter(pk=order.pk).update(
        state=state, accountable_unit=line.dept, handler=line.handler, signed_at=order.reported_at
    )
    rows = list(columns(WorkOrder.objects.all(), *bulk_offers.FACTS))
    standings = [standing_for(person) for person in (line.operator, line.worker, line.secretary)]
    with django_assert_num_queries(0):
        offers = [[move for move, _icon in bulk_offers.offered(rows, who)] for who in standings]
    whole = WorkOrder.objects.get()
    assert offers == [[move for move in FORMS if bulk_offers.allows(whole, move, who)] for who in standings]
