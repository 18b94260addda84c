"""The words of the pages and workbooks in Chinese: two columns never bear the same one, and one thing has one word."""

import datetime as dt
import re

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from appraisal import actions, books, payroll
from appraisal.forms.acts import PointsForm
from appraisal.models import RecordChange, Result
from tests.appraisal.conftest import AFTER, make_rule, own_result


@pytest.fixture(autouse=True)
def _in_chinese(_in_english):
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def _then():
    with time_machine.travel(AFTER + dt.timedelta(hours=1), tick=False):
        yield


def heads(page: str) -> list[list[str]]:
    """Return the words at the head of each table of a page."""
    rows = re.findall(r"<thead>(.*?)</thead>", page, re.DOTALL)
    return [re.findall(r"<th [^>]*>([^<]+)</th>", row) for row in rows]


@pytest.mark.usefixtures("_then")
def test_the_columns_of_a_result_are_told_apart(line, client, published):
    client.force_login(line.worker)
    page = client.get(own_result(line, published).get_absolute_url()).content.decode()
    lines = heads(page)[0]
    assert lines == ["指标", "计数", "百分制得分", "权重", "加权得分"]
    assert [len(set(row)) for row in heads(page)] == [len(row) for row in heads(page)]


def test_the_columns_of_the_workbooks_are_told_apart(line, published):
    sheet = load_workbook(books.results(published, Result.objects.all())).active
    row = [cell.value for cell in sheet[3]]
    assert row[3] == "被考核对象"
    assert row[5:11] == ["分子", "分母", "数值", "百分制得分", "权重", "加权得分"]
    assert row[-3:] == ["指标得分合计", "即时积分", "合计"]
    sheet = load_workbook(payroll.write(line.street, dt.date(2026, 11, 1), [])).active
    assert sheet["B2"].value == "姓名"


def test_a_records_history_names_the_certificate_of_a_social_worker(line):
    given = {"certificate": "middle", "certificate_number": "37-1"}
    actions.keep_record(line.worker, actor=line.operator, given=given)
    assert [name for name, _before, _after in RecordChange.objects.get().said] == ["证书", "证书编号"]


def test_the_reason_for_points_has_one_word_and_what_happened_another(line, client, october):
    make_rule(line)
    client.force_login(line.chief)
    [head] = heads(client.get(reverse("appraisal:rules")).content.decode())
    form = PointsForm(None, period=october, actor=line.operator)
    assert head[0] == form.fields["rule"].label == "事由"
    assert head[2] == form.fields["points"].label == "分值"
    assert form.fields["words"].label == "情况说明"
