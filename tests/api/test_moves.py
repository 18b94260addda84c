"""Moves through the API: the same table and the same actions as on the pages, from report to rating."""

import pytest
from django.urls import reverse

from tests.factories import make_category, make_line, make_ruled_line, make_user, report
from tests.pictures import photo
from workorders.api_moves import MOVES
from workorders.models import Event, WorkOrder
from workorders.states import Move, State
from workorders.workflow import MOVES as TABLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def line():
    return make_ruled_line()


@pytest.fixture
def order(line) -> WorkOrder:
    """Return an order that lies with the base grid's worker, to be signed."""
    return report(line, line.worker, category=make_category(needs_photo=True), source="hotline")


def move(client, order: WorkOrder, name: str, **fields):
    address = reverse(f"api:work-order-{name}", args=[order.pk])
    return client.post(address, fields, format="multipart" if "photos" in fields else "json")


def test_every_move_of_the_table_has_its_address():
    assert set(MOVES) == set(TABLE)


def test_an_order_goes_its_whole_way(api, line, order):
    worker, secretary, handler = api(line.worker), api(line.secretary), api(line.handler)
    steps = [
        (worker, "sign", {}, State.IN_PROGRESS),
        (worker, "return-order", {"reason": "needs_higher_level", "note": "需要部门"}, State.FILED),
        (secretary, "dispatch", {"unit": line.dept.pk}, State.DISPATCHED),
        (handler, "sign", {}, State.IN_PROGRESS),
        (handler, "submit-result", {"result": "已修好", "photos": [photo("blue")]}, State.PENDING_VERIFICATION),
        (secretary, "verify-fail", {"note": "没有修好"}, State.IN_PROGRESS),
        (handler, "submit-result", {"result": "又修了", "photos": [photo("green")]}, State.PENDING_VERIFICATION),
        (secretary, "verify-pass", {}, State.PENDING_CLOSURE),
        (secretary, "close", {"note": "居民满意"}, State.CLOSED),
        (worker, "evaluate", {"rating": 5}, State.EVALUATED),
    ]
    for client, name, fields, state in steps:
        answer = move(client, order, name, **fields)
        assert (answer.status_code, answer.json().get("state")) == (200, state), (name, answer.json())
    assert WorkOrder.objects.get().rating == 5
    assert [one["kind"] for one in answer.json()["photos"]] == ["after", "after"]


def test_an_order_climbs_and_comes_back_down(api, line, order):
    worker, secretary = api(line.worker), api(line.secretary)
    passed_up = move(worker, order, "escalate", note="超出网格能力").json()
    assert (passed_up["is_escalated"], passed_up["state"]) == (True, State.FILED)
    assert passed_up["escalations"][0]["by_timer"] is False
    order.refresh_from_db()
    while order.holder_id != line.community.pk:
        assert move(api(line.leader), order, "escalate", note="再上报").status_code == 200
        order.refresh_from_db()
    assert move(secretary, order, "dispatch", unit=line.dept.pk).status_code == 200
    handler = api(line.handler)
    move(handler, order, "sign")
    move(handler, order, "submit-result", result="已修好", photos=[photo()])
    assert move(secretary, order, "verify-pass").json()["state"] == State.PENDING_STRIKE_OFF
    assert move(worker, order, "strike-off").status_code == 403
    refused = move(secretary, order, "refuse-strike-off", note="现场不符").json()
    assert refused["state"] == State.IN_PROGRESS
    move(handler, order, "submit-result", result="重新修好", photos=[photo("blue")])
    move(secretary, order, "verify-pass")
    assert move(secretary, order, "strike-off").json()["state"] == State.PENDING_CLOSURE


def test_a_move_that_the_state_does_not_allow_is_a_conflict(api, line, order):
    before = Event.objects.count()
    answer = move(api(line.secretary), order, "verify-pass")
    assert (answer.status_code, answer.json()["code"]) == (409, "invalid_move")
    assert "To be signed" in answer.json()["detail"]
    assert Event.objects.count() == before


def test_a_stale_version_is_a_conflict_and_moves_nothing(api, line, order):
    client = api(line.worker)
    seen = client.get(reverse("api:work-order-detail", args=[order.pk])).json()["version"]
    assert move(client, order, "sign", version=seen).status_code == 200
    answer = move(client, order, "return-order", version=seen, reason="not_our_duty", note="x")
    assert (answer.status_code, answer.json()["code"]) == (409, "stale")
    order.refresh_from_db()
    assert order.state == State.IN_PROGRESS


def test_the_same_move_sent_twice_counts_once(api, line, order):
    client = api(line.worker)
    assert [move(client, order, "sign").status_code for _ in range(2)] == [200, 409]
    assert order.events.filter(move=Move.SIGN).count() == 1


def test_what_one_may_not_do_is_forbidden(api, line, order):
    for user in (line.secretary, line.supervisor):
        assert move(api(user), order, "sign").status_code == 403


@pytest.mark.parametrize("name", [m.value.replace("_", "-") for m in MOVES])
def test_what_one_may_not_see_is_not_there_to_be_moved(api, order, name):
    for user in (make_user(), make_line("secretary").secretary):
        assert move(api(user), order, name, note="x", reason="x").status_code == 404


@pytest.mark.parametrize("name", [m.value.replace("_", "-") for m in MOVES])
def test_a_move_is_made_by_post_alone(api, line, order, name):
    client = api(line.worker)
    address = reverse(f"api:work-order-{name}", args=[order.pk])
    assert [getattr(client, method)(address).status_code for method in ("get", "put", "delete")] == [405] * 3


@pytest.mark.parametrize(
    ("name", "fields", "field"),
    [
        ("return-order", {"note": "x"}, "reason"),
        ("return-order", {"reason": "too_lazy", "note": "x"}, "reason"),
        ("return-order", {"reason": "not_our_duty"}, "note"),
        ("return-order", {"reason": "not_our_duty", "note": " "}, "note"),
        ("sign", {"version": "newest"}, "version"),
        ("sign", {"version": 2**40}, "version"),
        ("submit-result", {"result": ""}, "result"),
        ("submit-result", {"result": "done"}, "photos"),
        ("submit-result", {"result": "done", "photos": ["text"]}, "photos"),
        ("submit-result", {"result": "x" * 2001}, "result"),
        ("escalate", {}, "note"),
    ],
)
def test_a_wrong_field_is_named(api, line, order, name, fields, field):
    client = api(line.worker)
    if name == "submit-result":
        move(client, order, "sign")
    answer = move(client, order, name, **fields)
    assert answer.status_code == 400, answer.json()
    assert field in answer.json()


@pytest.mark.parametrize("key", ["unit", "assignee"])
def test_an_order_goes_to_nobody_outside(api, line, order, key):
    other = make_line("worker", "handler")
    move(api(line.worker), order, "return-order", reason="not_our_duty", note="x")
    receiver = {"unit": other.dept, "assignee": other.worker}[key]
    answer = move(api(line.secretary), order, "dispatch", **{key: receiver.pk})
    assert (answer.status_code, list(answer.json())) == (400, [key])
