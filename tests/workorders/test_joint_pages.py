"""The pages and the API of several units at one order: the forms that are offered, the panel, what each may see."""

import re

import pytest
from django.test import Client

from grids.models import Unit
from grids.roles import Role
from tests.factories import Line, make_category, make_post, make_ruled_line, make_unit, make_user, report
from workorders import actions
from workorders.models import WorkOrder
from workorders.states import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> Line:
    return make_ruled_line()


@pytest.fixture
def water(line) -> Unit:
    unit = make_unit(line.district, name="区供水公司")
    make_post(make_user("plumber", display_name="Plumber"), Role.DEPT_HANDLER, line.district, unit)
    return unit


@pytest.fixture
def order(line) -> WorkOrder:
    order = report(line, line.worker)
    actions.reassign(order, actor=line.leader, unit=line.dept)
    return actions.sign(order, actor=line.handler)


def client_of(user):
    user.language = "en"
    user.save(update_fields=["language"])
    client = Client()
    client.force_login(user)
    return client


def send(client, order, move, **data):
    version = WorkOrder.objects.get(pk=order.pk).version
    return client.post(f"/work-orders/{order.pk}/{move}/", {"version": version, **data})


def page(user, order):
    return client_of(user).get(order.get_absolute_url()).content.decode()


def test_assistance_is_asked_for_checked_and_seen_on_both_pages(line, water, order):
    handler, plumber = client_of(line.handler), client_of(water.posts.get().user)
    form = handler.get(f"/work-orders/{order.pk}/assist/").content.decode()
    assert f'value="unit-{water.pk}"' in form
    assert f'value="unit-{line.dept.pk}"' not in form
    assert send(handler, order, "assist", receiver=f"unit-{water.pk}", task="关闭阀门").status_code == 302
    sub = order.assists.get()
    shown = page(line.handler, order)
    assert sub.get_absolute_url() in shown
    assert "0 of 1 assisting units are done" in shown
    assert "→ 区供水公司" in shown
    assert order.get_absolute_url() in plumber.get(sub.get_absolute_url()).content.decode()
    assert plumber.get(order.get_absolute_url()).status_code == 200
    listed = plumber.get("/work-orders/?tab=todo").content.decode()
    assert sub.number in listed
    assert "assists" in listed
    assert send(plumber, sub, "sign").status_code == 302
    assert send(plumber, sub, "submit-result", result="阀门已关").status_code == 302
    refused = send(handler, order, "submit-result", result="已修")
    assert refused.status_code == 409
    assert sub.number in refused.content.decode()
    assert send(handler, sub, "verify-pass").status_code == 302
    shown = page(line.handler, order)
    assert "1 of 1 assisting units are done" in shown
    assert "Credit and delay" in shown


def test_an_assisting_unit_s_photo_is_welcome_and_not_asked_for(line, water):
    order = report(line, line.worker, category=make_category(needs_photo=True), source="department")
    actions.sign(order, actor=line.worker)
    actions.assist(order, actor=line.worker, unit=water, task="关阀")
    sub, plumber = order.assists.get(), client_of(water.posts.get().user)
    send(plumber, sub, "sign")
    assert send(plumber, sub, "submit-result", result="已关").status_code == 302


def test_a_transfer_is_proposed_and_accepted_on_the_pages(line, water, order):
    plumber = water.posts.get().user
    assert client_of(plumber).get(order.get_absolute_url()).status_code == 404
    sent = send(client_of(line.handler), order, "transfer", receiver=f"unit-{water.pk}", note="属供水管道")
    assert sent.status_code == 302
    shown = page(plumber, order)
    assert re.findall(r'href="/work-orders/\d+/([a-z-]+)/" hx-get', shown)[0] == "accept-transfer"
    assert send(client_of(plumber), order, "accept-transfer").status_code == 302
    assert WorkOrder.objects.get(pk=order.pk).assignee == plumber
    assert "Answers for it" in page(plumber, order)


def test_referring_naming_and_releasing_on_the_pages(line, water, order):
    colleague = make_user()
    make_post(colleague, Role.DEPT_HANDLER, line.district, line.dept)
    handler = client_of(line.handler)
    assert send(handler, order, "refer", receiver=f"unit-{water.pk}").status_code == 302
    assert "区供水公司" in page(line.handler, order)
    send(handler, order, "assist", receiver=f"unit-{water.pk}", task="关阀", working_days="4")
    assert send(handler, order.assists.get(), "release", note="已自行关阀").status_code == 302
    offered = handler.get(f"/work-orders/{order.pk}/assign/").content.decode()
    assert re.findall(r'value="(user-\d+)"', offered) == [f"user-{colleague.pk}"]
    assert send(handler, order, "assign", receiver=f"user-{colleague.pk}").status_code == 302
    assert WorkOrder.objects.get(pk=order.pk).assignee == colleague


def test_the_answer_is_filled_in_with_the_results_before_the_order_is_closed(line, water, order):
    actions.transfer(order, actor=line.handler, unit=water, note="管道")
    plumber = water.posts.get().user
    WorkOrder.objects.filter(pk=order.pk).update(accountable_unit=line.dept, accountable_node=None)
    actions.accept_transfer(order, actor=plumber)
    actions.submit_result(order, actor=plumber, result="已换管")
    actions.verify_pass(order, actor=line.leader)
    handler = client_of(line.handler)
    assert "已换管" in handler.get(f"/work-orders/{order.pk}/answer/").content.decode()
    assert send(client_of(line.worker), order, "close", kind="solved").status_code == 409
    assert send(handler, order, "answer", answer="已更换水管").status_code == 302
    assert send(client_of(line.worker), order, "close", kind="solved").status_code == 302
    assert WorkOrder.objects.get(pk=order.pk).answer == "已更换水管"


def test_the_api_makes_the_same_moves_and_shows_the_parts(line, water, order):
    api = client_of(line.handler)
    address = f"/api/v1/work-orders/{order.pk}/"
    told = api.post(f"{address}assist/", {"unit": water.pk, "task": "关阀"}, content_type="application/json")
    assert told.status_code == 200, told.content
    shown = told.json()
    assert [(part["lead_unit"]["id"], part["state"]) for part in shown["assists"]] == [(water.pk, State.DISPATCHED)]
    assert shown["accountable_node"]["id"] == line.base.pk
    sub = shown["assists"][0]["id"]
    wrong = api.post(f"{address}transfer/", {"unit": line.dept.pk, "note": "x"}, content_type="application/json")
    assert (wrong.status_code, list(wrong.json())) == (400, ["unit"])
    gone = api.post(f"/api/v1/work-orders/{sub}/release/", {"note": "不需要"}, content_type="application/json")
    assert (gone.json()["kind"], gone.json()["state"], gone.json()["parent"]) == ("assist", "closed", order.pk)


def test_the_page_of_an_order_with_many_parts_takes_a_bounded_number_of_queries(
    line, order, django_assert_max_num_queries
):
    for n in range(4):
        unit = make_unit(line.district, name=f"单位{n}")
        make_post(make_user(), Role.DEPT_HANDLER, line.district, unit)
        actions.assist(order, actor=line.handler, unit=unit, task="协助")
    client = client_of(line.handler)
    with django_assert_max_num_queries(32):
        client.get(order.get_absolute_url())
