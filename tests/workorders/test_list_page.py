"""The order list: who sees what, tabs and counts, filters, search, paging, and how many queries it takes."""

import base64
import datetime as dt
import html
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from grids.backends import standing_for
from grids.models import Unit
from tests.factories import make_category, make_grid, make_line, make_order, make_ruled_line, report
from workorders import actions, rule_changes, sight
from workorders.lists import COUNT_UP_TO, said
from workorders.models import Involvement, WorkOrder
from workorders.states import State

pytestmark = pytest.mark.django_db
LIST = "/work-orders/"
MOST_QUERIES = 12


@pytest.fixture
def line():
    return make_line("worker", "secretary", "operator", "chief", "handler")


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def numbers(answer):
    return [order.number for order in answer.context["page"].rows]


def shown(user, **query):
    return numbers(client_of(user).get(LIST, query))


def tab_counts(answer):
    return {re.search(r"tab=(\w+)", tab["url"])[1]: tab["count"] for tab in answer.context["tabs"]}


def test_one_sees_the_orders_of_one_s_area_and_no_others(line):
    other = make_line("worker", lng=117.0)
    mine, theirs = make_order(line), make_order(other)
    assert shown(line.secretary, tab="all") == [mine.number]
    assert shown(other.worker, tab="all") == [theirs.number]


def test_each_tab_shows_as_many_orders_as_it_says(line):
    now = timezone.now()
    for state in State.values:
        fields = {"due_at": now - dt.timedelta(hours=1), "warn_at": now - dt.timedelta(hours=2)}
        make_order(line, state, reporter=line.secretary, holder=line.community, **fields)
    client = client_of(line.secretary)
    for tab, count in tab_counts(client.get(LIST)).items():
        assert str(len(numbers(client.get(LIST, {"tab": tab})))) == count, tab


def test_counts_follow_the_filters(line):
    make_order(line, urgency="urgent", description="井盖缺失")
    make_order(line, description="路灯不亮")
    answer = client_of(line.secretary).get(LIST, {"tab": "all", "q": "井盖"})
    assert tab_counts(answer)["all"] == "1" == str(len(numbers(answer)))


def test_a_long_count_stops_and_says_so():
    assert said(COUNT_UP_TO) == "1000"
    assert said(COUNT_UP_TO + 1) == "1000+"


def test_search_finds_by_number_words_and_address(line):
    hole = make_order(line, description="井盖缺失", address="建设路 12 号")
    make_order(line)
    for words in (hole.number, hole.number[:6].lower(), "盖缺", "建设路"):
        assert hole.number in shown(line.secretary, q=words), words
    assert shown(line.secretary, q="盖缺") == [hole.number]


def test_a_search_without_a_tab_looks_in_all_orders(line):
    closed = make_order(line, State.CLOSED, description="早已修好")
    assert shown(line.secretary, q="早已") == [closed.number]


@pytest.mark.parametrize("words", ["%", "_", "\\", "' OR 1=1 --", "\x00", "井" * 5000, "<script>"])
def test_odd_searches_find_nothing_and_break_nothing(line, words):
    make_order(line)
    answer = client_of(line.secretary).get(LIST, {"tab": "all", "q": words})
    assert answer.status_code == 200
    assert numbers(answer) == [] or len(words) > 100 or words == "\x00"


def test_filters_by_state_category_source_light_and_period(line):
    now = timezone.now()
    root = make_category()
    leaf = make_category(parent=root)
    red = make_order(line, category=leaf, source="hotline", due_at=now - dt.timedelta(hours=1), warn_at=now)
    yellow = make_order(line, State.FILED, due_at=now + dt.timedelta(hours=1), warn_at=now - dt.timedelta(hours=1))
    late = now + dt.timedelta(days=5)
    green = make_order(
        line, State.PENDING_VERIFICATION, due_at=late, warn_at=late, reported_at=now - dt.timedelta(days=40)
    )
    for query, expected in (
        ({"state": "filed"}, yellow),
        ({"state": "check"}, green),
        ({"category": root.pk}, red),
        ({"source": "hotline"}, red),
        ({"light": "red"}, red),
        ({"light": "yellow"}, yellow),
        ({"light": "green"}, green),
        ({"until": timezone.localdate(now - dt.timedelta(days=30)).isoformat()}, green),
    ):
        assert shown(line.secretary, tab="all", **query) == [expected.number], query
    assert len(shown(line.secretary, tab="all", since=timezone.localdate(now).isoformat())) == 2
    assert len(shown(line.secretary, tab="all", until="9999-12-31")) == 3


def test_the_area_filter_holds_the_subtree_and_offers_no_foreign_node(line):
    elsewhere = make_grid(line.street)
    make_order(line)
    there = make_order(line, grid=elsewhere, community=elsewhere, holder=elsewhere)
    assert shown(line.operator, tab="all", within=elsewhere.pk) == [there.number]
    foreign = make_line("worker", lng=118.0)
    answer = client_of(line.operator).get(LIST, {"tab": "all", "within": foreign.base.pk})
    assert "within" in answer.context["form"].errors
    assert foreign.base.name not in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"state": "no"},
        {"category": "x"},
        {"within": "9" * 40},
        {"since": "2026-13-40"},
        {"after": "x"},
        {"before": "W10"},
    ],
)
def test_an_address_that_makes_no_sense_still_shows_the_list(line, query):
    order = make_order(line)
    assert order.number in shown(line.secretary, tab="all", **query)


@pytest.mark.parametrize("tab", ["all", "doing"])
def test_paging_shows_every_order_once_forth_and_back(line, tab):
    now = timezone.now()
    for i in range(120):
        make_order(
            line, State.DISPATCHED, due_at=now + dt.timedelta(hours=i // 3), reported_at=now - dt.timedelta(i // 2)
        )
    client = client_of(line.secretary)
    forth, answer = [], client.get(LIST, {"tab": tab})
    pages = []
    while True:
        pages.append(numbers(answer))
        forth += numbers(answer)
        if not answer.context["page"].older:
            break
        answer = client.get(LIST + answer.context["page"].older)
    assert len(forth) == len(set(forth)) == 120
    back = client.get(LIST + answer.context["page"].newer)
    assert numbers(back) == pages[-2]


def test_the_most_urgent_stands_first_in_what_is_to_do(line):
    now = timezone.now()
    later = make_order(line, holder=line.community, due_at=now + dt.timedelta(days=2))
    sooner = make_order(line, holder=line.community, due_at=now + dt.timedelta(hours=2))
    assert shown(line.secretary, tab="todo") == [sooner.number, later.number]


def queries_of(client, url, **query):
    client.get(url, query)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(url, query).status_code == 200
    return len(caught)


@pytest.mark.parametrize("who", ["worker", "operator", "chief", "handler"])
@pytest.mark.parametrize("tab", ["todo", "doing", "done", "all"])
def test_the_list_takes_at_most_twelve_queries_however_long_it_is(line, who, tab):
    user = line.people[who]
    make_order(line, State.CLOSED, reporter=line.worker, lead_unit=line.dept)
    make_order(line, State.DISPATCHED, lead_unit=line.dept)
    few = queries_of(client_of(user), LIST, tab=tab)
    for n in range(60):
        state = State.CLOSED if n % 3 == 0 else State.DISPATCHED
        make_order(line, state, lead_unit=line.dept, assignee=line.worker if n % 2 else None, reporter=line.worker)
    many = queries_of(client_of(user), LIST, tab=tab)
    assert few <= MOST_QUERIES
    assert many <= MOST_QUERIES
    assert many <= few + 1


def test_hostile_text_is_shown_as_text(line):
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
    make_order(line, description=evil, address=evil[:200])
    page = client_of(line.secretary).get(LIST, {"tab": "all", "q": "<script>"}).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert html.escape("<script>alert(1)</script>") in page


def test_the_fragment_of_a_node_shows_the_ten_most_urgent_that_one_may_see(line):
    now = timezone.now()
    orders = [make_order(line, due_at=now + dt.timedelta(hours=n)) for n in range(12)]
    make_order(line, State.CLOSED)
    url = reverse("workorders:in-node", args=[line.street.pk])
    fragment = client_of(line.secretary).get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert orders[0].get_absolute_url() in fragment
    assert orders[9].get_absolute_url() in fragment
    assert orders[10].get_absolute_url() not in fragment


def test_the_fragment_as_a_page_is_the_list_of_that_node(line):
    answer = client_of(line.secretary).get(reverse("workorders:in-node", args=[line.base.pk]))
    assert answer["Location"] == f"{LIST}?tab=all&within={line.base.pk}"


def test_the_fragment_of_a_foreign_node_is_not_found(line):
    foreign = make_line("worker", lng=118.0)
    url = reverse("workorders:in-node", args=[foreign.base.pk])
    assert client_of(line.secretary).get(url, headers={"HX-Request": "true"}).status_code == 404


def test_every_tile_of_the_workbench_counts_the_list_that_it_links_to():
    line = make_ruled_line()
    for name in ("worker", "secretary", "operator"):
        for _ in range(2):
            report(line, line.people[name], source="grid")
    climbed = report(line, line.worker)
    actions.escalate(climbed, actor=line.worker, note="needs the community")
    WorkOrder.objects.filter(pk__in=WorkOrder.objects.values("pk")[:3]).update(due_at="2026-01-01T00:00:00Z")
    for name, user in line.people.items():
        client = client_of(user)
        for tile, number in client.get("/").context.get("tiles", []):
            answer = client.get(tile.url)
            assert str(len(numbers(answer))) == number, (name, str(tile.label))
            here = next(tab for tab in answer.context["tabs"] if tab["is_here"])
            assert here["count"] == number, (name, str(tile.label))


def test_a_renamed_category_shows_its_new_name_at_once(django_capture_on_commit_callbacks):
    line = make_ruled_line("chief")
    order = make_order(line)
    client = client_of(line.chief)
    client.get(LIST, {"tab": "all"})
    order.category.name = "新名称"
    with django_capture_on_commit_callbacks(execute=True):
        rule_changes.save_category(order.category, actor=line.chief)
    page = client.get(LIST, {"tab": "all", "category": order.category_id}).content.decode()
    assert f'<option value="{order.category_id}" selected>新名称</option>' in page
    assert "新名称</td>" in page


def test_counts_run_with_the_clock(line):
    now = timezone.now()
    make_order(line, due_at=now + dt.timedelta(minutes=5), warn_at=now)
    client = client_of(line.secretary)
    assert tab_counts(client.get(LIST))["overdue"] == "0"
    with time_machine.travel(now + dt.timedelta(minutes=6), tick=False):
        assert tab_counts(client.get(LIST))["overdue"] == "1"


def test_sight_by_a_part_is_found_on_an_index(line):
    """Without it each page of the list reads every part that anybody ever had in an order.

    There are as many parts of others as make reading them all the dearer way, and PostgreSQL knows of them.
    """
    order = make_order(line)
    others = User.objects.bulk_create(User(username=f"other-{n}", password="!") for n in range(2000))
    units = Unit.objects.bulk_create(Unit(node=line.district, name=f"单位{n}") for n in range(2000))
    parts = [Involvement(order=order, user=user) for user in others]
    parts += [Involvement(order=order, unit=unit) for unit in units]
    Involvement.objects.bulk_create(parts)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE workorders_involvement, workorders_workorder")
    who = standing_for(line.handler)
    plans = [WorkOrder.objects.filter(branch).values("pk").explain() for branch in sight.branches(who)]
    assert any("involvement_user_once" in plan for plan in plans), plans
    assert any("involvement_unit_once" in plan for plan in plans), plans


@pytest.mark.parametrize(
    "place", ["[1e999, 1]", "[5, 1]", f'["2026-01-01T00:00:00Z", {10**30}]', "[NaN, NaN]", "[[], {}]"]
)
def test_a_place_that_cannot_be_gives_the_first_page_however_often_it_is_asked_for(line, place):
    order = make_order(line, reporter=line.worker)
    client = client_of(line.worker)
    token = base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")
    for _again in range(5):
        for way in ("after", "before"):
            assert order.number in client.get(LIST, {"tab": "reported", way: token}).text
