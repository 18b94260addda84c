"""The approvals page: what waits for me, what I asked for, what was decided; and where one is told of it."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from grids.backends import standing_for
from grids.models import Post
from grids.roles import PERMISSIONS, Permission
from tests.factories import Line, make_category, make_ruled_line, report
from tests.workorders.test_order_page import client_of
from workorders import actions, asked
from workorders.models import Approval, WorkOrder
from workorders.states import ApprovalKind, ApprovalState, Light, Move, State
from workorders.workflow import moves_for

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
HOUR = dt.timedelta(hours=1)
URL = "/work-orders/approvals/"


@pytest.fixture(autouse=True)
def _on_monday(time_machine) -> None:
    time_machine.move_to(MONDAY + 2 * HOUR, tick=False)


@pytest.fixture
def line() -> Line:
    return make_ruled_line()


def hard(line: Line) -> WorkOrder:
    order = report(line, line.worker, category=make_category(needs_photo=False, difficulty="hard"), now=MONDAY)
    return actions.sign(order, actor=line.worker, now=MONDAY)


def asked_order(line: Line) -> WorkOrder:
    until = MONDAY + dt.timedelta(days=9)
    return actions.request_extension(hard(line), actor=line.worker, reason="material", note="等配件", until=until)


def numbers(client, show: str = "open") -> list[str]:
    return [row.approval.order.number for row in client.get(URL, {"show": show}).context["rows"]]


def test_what_waits_is_listed_for_whoever_decides_and_for_nobody_else(line):
    order = asked_order(line)
    stranger = make_ruled_line("secretary")
    seen = {name: numbers(client_of(user)) for name, user in line.people.items()}
    assert {name for name, found in seen.items() if found == [order.number]} == {
        "secretary",
        "operator",
        "dispatcher",
        "chief",
    }
    assert numbers(client_of(stranger.secretary)) == []


@pytest.mark.parametrize("holder", ["base", "community", "street", "district"])
def test_the_list_shows_exactly_what_the_table_of_moves_lets_one_decide(line, holder):
    order = asked_order(line)
    WorkOrder.objects.filter(pk=order.pk).update(holder=getattr(line, holder))
    order.refresh_from_db()
    for name, user in line.people.items():
        who = standing_for(user)
        found = Approval.objects.to_decide_by(who).filter(order=order).exists()
        assert found == (Move.GRANT_EXTENSION in moves_for(order, who)), (name, holder)


def test_whoever_decides_may_open_what_they_decide_on():
    for role, given in PERMISSIONS.items():
        if Permission.APPROVE in given or Permission.EXCLUDE in given:
            assert {Permission.VIEW_ORDERS, Permission.VIEW_CONFIDENTIAL} <= given, role


def test_each_request_moves_from_to_decide_to_decided(line):
    order = asked_order(line)
    secretary, worker = client_of(line.secretary), client_of(line.worker)
    assert (numbers(worker, "mine"), numbers(worker)) == ([order.number], [])
    page = secretary.get(URL).content.decode()
    assert reverse("workorders:move", args=[order.pk, "grant-extension"]) in page
    assert reverse("workorders:move", args=[order.pk, "refuse-extension"]) in page
    actions.refuse_extension(order, actor=line.secretary, opinion="时间足够")
    assert numbers(secretary) == []
    assert numbers(secretary, "decided") == [order.number]
    assert "时间足够" in worker.get(URL, {"show": "mine"}).content.decode()


def test_nobody_is_offered_to_decide_on_what_they_asked_for(line):
    order = hard(line)
    asking = actions.reassign(order, actor=line.leader, assignee=line.secretary)
    actions.sign(asking, actor=line.secretary)
    actions.request_extension(
        order, actor=line.secretary, reason="facts", note="查证", until=MONDAY + dt.timedelta(days=9)
    )
    assert numbers(client_of(line.secretary)) == []
    assert numbers(client_of(line.operator)) == [order.number]


def test_an_unknown_tab_shows_what_is_to_decide_and_empty_ones_say_what_to_do(line):
    client = client_of(line.secretary)
    for show in ("open", "mine", "decided", "nonsense"):
        assert "empty" in client.get(URL, {"show": show}).content.decode()


def test_the_navigation_counts_what_waits_and_the_workbench_has_a_tile(line):
    asked_order(line)
    bench = client_of(line.secretary).get("/").content.decode()
    assert bench.count('<span class="nav-count">1') == 2  # beside its name, and on the head of its closed group
    assert bench.count(f'href="{URL}"') == 2
    assert "nav-count" not in client_of(line.worker).get("/").content.decode()
    assert asked.waiting(standing_for(line.worker), timezone.now()) is None


def test_the_list_takes_as_many_queries_for_many_requests_as_for_one(line, django_assert_max_num_queries):
    client = client_of(line.secretary)
    asked_order(line)
    for _ in range(2):
        with django_assert_max_num_queries(11):
            client.get(URL)
        for _ in range(4):
            asked_order(line)


def test_the_list_is_paged_by_key(line):
    order = asked_order(line)
    first = Approval.objects.get(order=order)
    rows = [
        Approval(
            district=line.district,
            order=order,
            kind=ApprovalKind.EXTENSION,
            state=ApprovalState.LAPSED,
            asked_by=line.worker,
            asked_at=MONDAY,
            decided_at=MONDAY,
            note=str(n),
        )
        for n in range(55)
    ]
    Approval.objects.bulk_create(rows)
    page = client_of(line.worker).get(URL, {"show": "mine"}).context["page"]
    assert len(page.rows) == 50
    rest = client_of(line.worker).get(URL + page.older + "&show=mine").context["page"].rows
    assert [row.pk for row in rest][-1] == first.pk


def test_the_orders_page_shows_the_request_with_its_decision(line):
    order = asked_order(line)
    page = client_of(line.secretary).get(order.get_absolute_url()).content.decode()
    assert "等配件" in page
    assert reverse("workorders:move", args=[order.pk, "grant-extension"]) in page
    theirs = client_of(line.worker).get(order.get_absolute_url()).content.decode()
    assert "等配件" in theirs
    assert reverse("workorders:move", args=[order.pk, "grant-extension"]) not in theirs


def test_a_grant_by_form_starts_from_the_date_that_was_asked_for_and_a_past_date_is_refused(line):
    order = asked_order(line)
    client = client_of(line.secretary)
    url = reverse("workorders:move", args=[order.pk, "grant-extension"])
    form = client.get(url).content.decode()
    assert 'value="2026-11-25T09:00"' in form
    assert "等配件" in form
    version = WorkOrder.objects.get(pk=order.pk).version
    assert client.post(url, {"version": version, "until": "2026-11-17T09:00"}).status_code == 400
    assert client.post(url, {"version": version, "until": "2026-11-25T09:00"}).status_code == 302
    assert Approval.objects.get(order=order).state == ApprovalState.GRANTED


def test_a_suspension_by_form_shows_grey_with_its_end(line):
    order = hard(line)
    ask = reverse("workorders:move", args=[order.pk, "request-suspension"])
    client = client_of(line.worker)
    assert client.get(ask).status_code == 200
    data = {"version": order.version, "reason": "season", "note": "等天晴", "until": "2026-12-01T08:30"}
    assert client.post(ask, data).status_code == 302
    grant = reverse("workorders:move", args=[order.pk, "grant-suspension"])
    version = WorkOrder.objects.get(pk=order.pk).version
    sent = {"version": version, "until": "2026-12-01T08:30", "opinion": ""}
    assert client_of(line.secretary).post(grant, sent).status_code == 302
    assert WorkOrder.objects.get(pk=order.pk).state == State.SUSPENDED
    page = client.get(order.get_absolute_url()).content.decode()
    assert "paused until 12-01 08:30" in page
    assert f"sign-{Light.GREY.value}" in page


def test_the_side_navigation_follows_counts_language_and_posts_though_it_is_drawn_once(line):
    client, drawn = client_of(line.secretary), re.compile(r'<nav class="sidenav".*?</nav>', re.DOTALL)

    def side() -> str:
        found = drawn.search(client.get("/work-orders/?tab=all").text)
        assert found is not None
        return found.group()

    assert side() == side()
    assert "nav-count" not in side()
    asked_order(line)
    assert '<span class="nav-count">1' in side()
    assert "工单" not in side()
    User.objects.filter(pk=line.secretary.pk).update(language="zh-hans")
    assert "工单" in side()
    assert URL in side()
    Post.objects.filter(user=line.secretary).update(ends_on=(MONDAY - dt.timedelta(days=1)).date())
    assert URL not in client.get("/accounts/profile/").text
