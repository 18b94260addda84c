"""The page of an area: who opens it, how far up, and at what cost."""

import datetime as dt
import re
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditRecord
from grids.roles import Role
from insights import behind, rolling
from insights.models import Tally
from tests.factories import Line, make_line, make_order, make_post, make_user
from workorders.states import State

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 6, 10, 4, 0, tzinfo=dt.UTC)
JUNE = {"length": "month", "on": "2026-06-01"}


@pytest.fixture
def line() -> Line:
    line = make_line("supervisor", "secretary")
    make_order(line, reported_at=NOON)
    make_order(line, State.CLOSED, reported_at=NOON, finished_at=NOON + dt.timedelta(hours=3))
    make_order(line, reported_at=NOON - dt.timedelta(days=30))
    rolling.rebuild(line.district, now=NOON + dt.timedelta(days=40))
    return line


def test_one_gets_down_by_click_and_up_as_far_as_ones_post_reaches(line: Line, client: Client) -> None:
    client.force_login(line.secretary)
    page = client.get(reverse("insights:dashboard"), JUNE).content.decode()
    assert line.community.name in page
    assert reverse("insights:node", args=[line.base.pk]) in page
    base = client.get(reverse("insights:node", args=[line.base.pk]), JUNE).content.decode()
    assert reverse("insights:node", args=[line.community.pk]) in base
    assert reverse("insights:node", args=[line.street.pk]) not in base
    assert client.get(reverse("insights:node", args=[line.street.pk])).status_code == 404


def test_a_number_that_is_no_node_s_is_not_found_however_often_it_is_asked_for(line: Line, client: Client) -> None:
    client.force_login(line.supervisor)
    for _again in range(5):
        for pk in (0, 2**63 - 1, 2**63, 10**30):
            assert client.get(f"/insights/{pk}/").status_code == 404
        for pk in (-1, -(2**63), -(10**30), 10**30):
            assert client.get("/api/v1/figures/", {"node": pk}).status_code == 404
        assert client.get(reverse("insights:node", args=[line.district.pk])).status_code == 200


def test_the_page_takes_at_most_twenty_queries(line: Line, client: Client, django_assert_max_num_queries) -> None:
    client.force_login(line.supervisor)
    with django_assert_max_num_queries(20):
        page = client.get(reverse("insights:node", args=[line.district.pk]), JUNE).content.decode()
    assert 'data-figure="found" data-key="" data-when="now" data-value="2"' in page


def test_a_board_is_drawn_once_for_a_run_and_apart_for_who_sees_sums_alone(line: Line, client: Client) -> None:
    address = reverse("insights:node", args=[line.district.pk])
    client.force_login(line.supervisor)
    assert 'data-figure="found" data-key="" data-when="now" data-value="2"' in client.get(address, JUNE).text
    make_order(line, reported_at=NOON)
    assert 'data-figure="found" data-key="" data-when="now" data-value="2"' in client.get(address, JUNE).text
    rolling.rebuild(line.district, now=NOON + dt.timedelta(days=41))
    again = client.get(address, JUNE).text
    assert 'data-figure="found" data-key="" data-when="now" data-value="3"' in again
    behind = reverse("insights:behind", args=[line.district.pk])
    assert behind in again
    boss = make_user("boss")
    make_post(boss, Role.EXECUTIVE, line.district)
    client.force_login(boss)
    assert behind not in client.get(address, JUNE).text
    assert f'door" href="{reverse("insights:dashboard")}"' in client.get(reverse("home")).text


def test_an_empty_period_says_what_to_do(line: Line, client: Client) -> None:
    client.force_login(line.supervisor)
    page = client.get(reverse("insights:dashboard"), {"length": "day", "on": "2020-01-01"}).content.decode()
    assert 'class="empty-state"' in page
    assert "data-figure" not in page


@pytest.mark.parametrize("name", ["insights:dashboard", "insights:rankings", "onemap:map", "onemap:list"])
def test_a_day_that_cannot_be_reckoned_with_is_as_if_it_were_not_said(name: str, line: Line, client: Client) -> None:
    client.force_login(line.supervisor)
    usual = client.get(reverse(name)).context["form"]["on"].value()
    for on in ("0001-01-01", "9999-12-31"):
        page = client.get(reverse(name), {"length": "month", "on": on})
        assert (page.status_code, page.context["form"]["on"].value()) == (200, usual)


def test_the_workbook_has_a_sheet_for_each_table_and_is_in_the_audit_log(line: Line, client: Client) -> None:
    client.force_login(line.supervisor)
    address = reverse("insights:workbook", args=[line.district.pk])
    book = load_workbook(BytesIO(b"".join(client.post(f"{address}?length=month&on=2026-06-01").streaming_content)))
    rows = list(book.worksheets[0].values)
    assert len(book.sheetnames) > 5
    assert rows[4][1] == 2
    assert rows[4][1:3] == (2, 2)
    one = load_workbook(BytesIO(b"".join(client.post(f"{address}?length=month", {"table": "areas"}).streaming_content)))
    assert len(one.sheetnames) == 1
    assert AuditRecord.objects.filter(action="insights.export").count() == 2


def test_hours_of_a_workbook_are_divided_from_hours(line: Line, client: Client) -> None:
    client.force_login(line.supervisor)
    address = reverse("insights:workbook", args=[line.district.pk])
    book = load_workbook(BytesIO(b"".join(client.post(f"{address}?length=month&on=2026-06-01").streaming_content)))
    (mean,) = [row for row in book.worksheets[0].values if str(row[0]).endswith("（小时）")]
    assert (mean[1], mean[2], mean[3]) == (3, 3, 1)


def test_a_table_that_there_is_none_of_is_not_taken_along_and_leaves_no_words_in_the_log(line: Line, client) -> None:
    client.force_login(line.supervisor)
    address = reverse("insights:workbook", args=[line.district.pk])
    for slug in ("none", "\0", "x" * 5000):
        assert client.post(address, {"table": slug}).status_code == 404
    assert not AuditRecord.objects.filter(action="insights.export").exists()


def test_clocks_of_the_stages_and_of_the_whole_order_add_up_to_the_tile(line: Line, client: Client) -> None:
    for stage in ("handle", "whole"):
        Tally.objects.create(node=line.district, day="2026-06-10", measure="went_overdue", key=stage, count=2)
    client.force_login(line.supervisor)
    page = client.get(reverse("insights:node", args=[line.district.pk]), JUNE).text
    late = re.findall(r'data-figure="stage_overdue" data-key="\w+" data-when="now" data-value="(\d+)"', page)
    assert sum(map(int, late)) == 4
    assert 'data-figure="overdue" data-key="" data-when="now" data-value="4"' in page


@pytest.mark.parametrize("page", ["insights:dashboard", "insights:rankings"])
def test_a_period_that_cannot_be_shown_is_not_silently_another(line: Line, client: Client, page: str) -> None:
    client.force_login(line.supervisor)
    turned = {"length": "custom", "first": "2026-06-22", "last": "2026-06-01"}
    too_long = {"length": "custom", "first": "2020-01-01", "last": "2026-06-01"}
    for asked in (turned, too_long, {"length": "month", "on": "2026-02-31"}):
        assert "notice notice-warning" in client.get(reverse(page), asked).text, asked
    for asked in (JUNE, {}, {"length": "custom", "first": "2026-06-01", "last": "2026-06-22"}):
        assert "notice notice-warning" not in client.get(reverse(page), asked).text, asked


def test_keys_that_no_tally_can_have_are_not_found(line: Line, client: Client) -> None:
    client.force_login(line.supervisor)
    address = reverse("insights:behind", args=[line.district.pk])
    for measure in behind.LISTED:
        assert client.get(address, {"measure": measure, "keys": "grid,\0"}).status_code == 404
