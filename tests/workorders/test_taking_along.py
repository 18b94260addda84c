"""The list as a workbook and on paper, and an order on paper: what is in it, what is not, and for whom."""

import io

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditRecord
from tests.factories import make_line, make_order, make_ruled_line, report
from workorders.states import State

pytestmark = pytest.mark.django_db
EXPORT = "/work-orders/export/"


@pytest.fixture
def line():
    return make_line("worker", "secretary", "operator")


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def sheet_of(user, query="tab=all"):
    answer = client_of(user).post(f"{EXPORT}?{query}")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return book.active


def texts(sheet):
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_the_head_says_who_when_how_many_and_by_which_filters(line):
    make_order(line, State.FILED, description="井盖缺失")
    make_order(line)
    sheet = sheet_of(line.secretary, "tab=all&state=filed&q=井盖")
    head = " ".join(str(sheet.cell(row, 1).value) for row in range(1, 5))
    for words in (line.secretary.username, str(line.secretary), "井盖", "1"):
        assert words in head
    assert sheet.freeze_panes == "A6"
    assert [sheet.cell(row, 1).value for row in range(6, sheet.max_row + 1)] == [1]


def test_rows_are_those_of_the_list_in_its_order(line):
    orders = [make_order(line) for _ in range(3)]
    make_order(make_line("worker", lng=118.0))
    sheet = sheet_of(line.secretary)
    numbers = [sheet.cell(row, 2).value for row in range(6, sheet.max_row + 1)]
    assert numbers == [order.number for order in reversed(orders)]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_what_looks_like_a_formula_is_written_as_text(line, start):
    evil = f'{start}HYPERLINK("http://example.com")'
    make_order(line, description=evil, address=evil)
    sheet = sheet_of(line.secretary)
    found = [cell for row in sheet.iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert len(found) == 2
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in found)


def test_control_characters_break_no_workbook(line):
    make_order(line, description="a\x01b\x0bc")
    assert "abc" in texts(sheet_of(line.secretary))


def test_no_contact_and_no_secret_leaves_with_it(line):
    make_order(line, contact_name="SecretResident", contact_phone="12000000000")
    secret = make_order(line, description="SecretMatter", is_confidential=True)
    said = " ".join(texts(sheet_of(line.worker)))
    assert "SecretResident" not in said
    assert "12000000000" not in said
    assert "SecretMatter" not in said
    assert secret.number not in said
    assert "SecretMatter" in " ".join(texts(sheet_of(line.secretary)))


def test_each_export_is_on_record_without_what_was_searched_for(line):
    make_order(line, description="SecretName")
    sheet_of(line.secretary, "tab=all&q=SecretName&state=reported")
    row = AuditRecord.objects.get(action="workorders.export_list")
    assert row.actor == line.secretary
    assert row.detail["count"] == 1
    assert row.detail["state"] == "reported"
    assert "SecretName" not in str(row.detail)


def test_a_workbook_takes_as_many_queries_for_many_orders(line):
    make_order(line)
    client = client_of(line.secretary)

    def queries():
        with CaptureQueriesContext(connection) as caught:
            b"".join(client.post(f"{EXPORT}?tab=all").streaming_content)
        return len(caught)

    queries()
    few = queries()
    for _ in range(30):
        make_order(line, State.DISPATCHED, lead_unit=line.dept, assignee=line.worker)
    assert queries() == few


def test_a_long_list_is_cut_and_says_so(line, monkeypatch):
    monkeypatch.setattr("workorders.export.MOST", 2)
    for _ in range(3):
        make_order(line)
    sheet = sheet_of(line.secretary)
    assert sheet.max_row == 7
    assert "more" in sheet["A4"].value or "另有" in sheet["A4"].value


def test_the_list_on_paper_shows_rows_and_filters_and_no_navigation(line):
    order = make_order(line, State.FILED)
    other = make_order(line)
    page = client_of(line.secretary).get("/work-orders/print/", {"tab": "all", "state": "filed"}).content.decode()
    assert order.number in page
    assert other.number not in page
    assert "sidenav" not in page


def test_an_order_on_paper_has_facts_and_flow_but_no_contact():
    line = make_ruled_line()
    order = report(line, line.clerk, description="井盖缺失", contact_name="SecretResident", contact_phone="12000000000")
    page = client_of(line.operator).get(reverse("workorders:print", args=[order.pk])).content.decode()
    assert "井盖缺失" in page
    assert order.number in page
    assert "SecretResident" not in page
    assert "sidenav" not in page
    assert page.count("<tr>") >= 7
