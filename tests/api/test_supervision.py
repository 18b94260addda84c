"""Supervision orders through the API: the pages' own lists, table and actions."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from supervision import actions
from supervision.addressees import Addressee
from supervision.models import SupervisionOrder
from tests.factories import make_line, make_order, make_ruled_line
from workorders.states import State

pytestmark = pytest.mark.django_db
ALL = "/api/v1/supervision/"


@pytest.fixture
def line():
    return make_ruled_line()


@pytest.fixture
def order(line):
    return make_order(line, State.IN_PROGRESS, lead_unit=line.dept, holder=line.district)


def issue(line, order):
    return actions.issue(
        order, actor=line.supervisor, level="key", demand="限期答复", addressee=Addressee(unit=line.dept)
    )


def test_it_goes_its_whole_way(api, line, order):
    supervisor, handler = api(line.supervisor), api(line.handler)
    made = supervisor.post(ALL, {"order": order.pk, "level": "key", "demand": "限期答复", "unit": line.dept.pk})
    assert (made.status_code, made.json()["state"], made.json()["acts"]) == (201, "issued", ["close", "raise"])
    url = f"{ALL}{made.json()['id']}/"
    steps = [
        (handler, "reply", {"note": "在办"}, "replied"),
        (supervisor, "ask-again", {"demand": "写明期限"}, "issued"),
        (supervisor, "raise", {"demand": "挂牌", "level": "listed"}, "issued"),
        (handler, "reply", {"note": "三日内办结"}, "replied"),
        (supervisor, "close", {"outcome": "carried_out", "conclusion": "已办结"}, "closed"),
    ]
    for client, act, fields, state in steps:
        answer = client.post(f"{url}{act}/", fields)
        assert (answer.status_code, answer.json().get("state")) == (200, state), answer.json()
    assert [event["act"] for event in supervisor.get(url).json()["events"]] == [
        "issue",
        "reply",
        "ask_again",
        "raise",
        "reply",
        "close",
    ]
    assert SupervisionOrder.objects.get().unit == line.dept


def test_refusals_are_told_apart(api, line, order):
    item = issue(line, order)
    url = f"{ALL}{item.pk}/"
    assert api(line.worker).post(f"{url}close/", {}).status_code == 403
    assert api(line.supervisor).post(f"{url}close/", {"outcome": "x", "conclusion": "好"}).json().keys() == {"outcome"}
    assert api(line.supervisor).post(f"{url}ask-again/", {"demand": "再答"}).status_code == 409
    again = {"order": order.pk, "level": "key", "demand": "x", "unit": line.dept.pk}
    assert api(line.supervisor).post(ALL, again).status_code == 409
    assert api(line.handler).post(ALL, again).status_code in {400, 403, 409}
    stranger = make_line("supervisor", lng=118.0)
    assert api(stranger.supervisor).get(url).status_code == 404
    assert api(stranger.supervisor).post(ALL, again).status_code == 400


def test_a_stale_version_is_a_conflict(api, line, order):
    item = issue(line, order)
    client = api(line.handler)
    assert client.post(f"{ALL}{item.pk}/reply/", {"note": "一", "version": item.version}).status_code == 200
    SupervisionOrder.objects.update(state="issued")
    answer = client.post(f"{ALL}{item.pk}/reply/", {"note": "二", "version": item.version})
    assert (answer.status_code, answer.json()["code"]) == (409, "stale")


def test_lists_by_tab_and_by_order(api, line, order):
    item = issue(line, order)
    issue(line, make_order(line, State.IN_PROGRESS, lead_unit=line.dept))

    def numbers(client, **query):
        return [row["number"] for row in client.get(ALL, query).json()["results"]]

    assert len(numbers(api(line.handler), tab="reply")) == 2
    assert numbers(api(line.supervisor), order=order.pk) == [item.number]
    assert numbers(api(line.supervisor), tab="judge") == []
    assert api(line.supervisor).get(ALL, {"tab": "no"}).status_code == 400


def test_a_list_takes_few_queries_however_long_it_is(api, line):
    for _ in range(30):
        issue(line, make_order(line, State.IN_PROGRESS, lead_unit=line.dept))
    client = api(line.supervisor)
    client.get(ALL)
    with CaptureQueriesContext(connection) as caught:
        assert len(client.get(ALL).json()["results"]) == 30
    assert len(caught) <= 8
