"""The working-day calendar: loading a year, a file, one day, and warning of a year that is absent."""

import datetime as dt
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grids import calendar_days
from grids.calendar import load_calendar
from grids.models import CalendarDay
from tests.factories import Line, make_line

pytestmark = pytest.mark.django_db
PAGE, LOAD, UPLOAD = "/grids/calendar/", "/grids/calendar/load/", "/grids/calendar/upload/"


@pytest.fixture
def line(client: Client) -> Line:
    line = make_line("worker", "chief")
    client.force_login(line.chief)
    return line


def day_url(date: str) -> str:
    return reverse("grids:calendar-day", args=[dt.date.fromisoformat(date)])


def upload(client: Client, text: str | bytes, year: int = 2027) -> Any:
    raw = text.encode() if isinstance(text, str) else text
    return client.post(UPLOAD, {"year": year, "file": SimpleUploadedFile("days.csv", raw)})


def test_a_published_year_is_loaded_and_deadlines_count_by_it(client: Client, line: Line) -> None:
    assert client.post(LOAD, {"year": "2026"}).status_code == 302
    days = dict(CalendarDay.objects.values_list("date", "kind"))
    assert [day for day, kind in days.items() if kind == "makeup_workday"] == [
        dt.date(2026, month, day) for month, day in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))
    ]
    assert sum(kind == "holiday" for kind in days.values()) == 33
    zone = timezone.get_default_timezone()
    start, due = dt.datetime(2026, 2, 12, 10, tzinfo=zone), dt.datetime(2026, 2, 26, 10, tzinfo=zone)
    assert load_calendar().add(start, 5, "working_day") == due


def test_loading_a_year_again_changes_nothing_and_keeps_what_was_set_by_hand(client: Client, line: Line) -> None:
    client.post(LOAD, {"year": "2026"})
    before = set(CalendarDay.objects.values_list("date", "kind"))
    client.post(day_url("2026-03-03"), {"kind": "holiday", "name": "停电"})
    client.post(day_url("2026-10-10"), {"kind": "holiday", "name": "不调休"})
    client.post(LOAD, {"year": "2026"})
    after = set(CalendarDay.objects.values_list("date", "kind"))
    assert after - before == {(dt.date(2026, 3, 3), "holiday"), (dt.date(2026, 10, 10), "holiday")}


def test_a_year_that_is_not_announced_is_not_guessed(client: Client, line: Line) -> None:
    year = max(calendar_days.published_years()) + 1
    page = client.post(LOAD, {"year": str(year)}, follow=True).content.decode()
    assert "尚未收录" in page
    assert not CalendarDay.objects.exists()


@time_machine.travel("2026-11-20 10:00+08:00")
def test_the_page_warns_of_a_year_that_deadlines_reach_and_that_is_not_loaded(client: Client, line: Line) -> None:
    client.post(LOAD, {"year": "2026"})
    page = client.get(PAGE)
    assert page.context["missing"] == [2027]
    assert "2027" in page.content.decode()
    upload(client, "date,kind,name\n2027-01-01,holiday,元旦\n")
    assert client.get(PAGE).context["missing"] == []


def test_a_year_shows_each_day_with_its_mark_and_words(
    client: Client, line: Line, django_assert_max_num_queries: Any
) -> None:
    client.post(LOAD, {"year": "2026"})
    with django_assert_max_num_queries(12):
        page = client.get(PAGE, {"year": "2026"}).content.decode()
    assert 'aria-label="2026-02-14 调休上班 春节"' in page
    assert 'aria-label="2026-02-17 节假日 春节"' in page
    assert 'aria-label="2026-03-07 周末"' in page


def test_one_day_is_set_and_taken_back(client: Client, line: Line) -> None:
    client.post(day_url("2026-03-03"), {"kind": "holiday", "name": "停电"})
    assert CalendarDay.objects.get().name == "停电"
    client.post(day_url("2026-03-03"), {"kind": "", "name": ""})
    assert not CalendarDay.objects.exists()


def test_the_first_of_january_cannot_be_left_without_a_kind(client: Client, line: Line) -> None:
    client.post(LOAD, {"year": "2026"})
    page = client.post(day_url("2026-01-01"), {"kind": "", "name": ""})
    assert page.context["form"].errors["kind"]


def test_a_stale_day_is_not_overwritten(client: Client, line: Line) -> None:
    seen = client.get(day_url("2026-03-03")).context["form"]["seen"].value()
    CalendarDay.objects.create(date="2026-03-03", kind="holiday", name="theirs", source="by hand")
    page = client.post(day_url("2026-03-03"), {"kind": "workday", "name": "mine", "seen": seen})
    assert "已有他人修改" in page.content.decode()
    assert CalendarDay.objects.get().name == "theirs"


def test_a_file_in_chinese_words_and_encoding_is_read(client: Client, line: Line) -> None:
    text = "date,kind,name\n2027-01-01,节假日,元旦\n2027/01/03,调休上班,元旦\n\n"
    assert upload(client, text.encode("gb18030")).status_code == 302
    assert [(day.kind, day.name) for day in CalendarDay.objects.order_by("date")] == [
        ("holiday", "元旦"),
        ("makeup_workday", "元旦"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2027-01-01,holiday\n2027-13-01,holiday\n", "第 2 行"),
        ("2027-01-01,party\n", "第 1 行"),
        ("2027-01-01,holiday\n2027-01-01,workday\n", "第 2 行"),
        ("1999-01-01,holiday\n", "第 1 行"),
        ("2027-01-01,holiday," + "x" * 41, "第 1 行"),
        ("2027-02-01,holiday\n", "缺少 2027 年 1 月 1 日"),
        ("date,kind,name\n", "没有日期"),
        ("=cmd|' /C calc'!A0,holiday\n", "第 1 行"),
        (b"\xff\xfe\x00\x00\x81", "不是文本"),
        ("", ""),
    ],
)
def test_a_bad_file_changes_nothing_and_names_the_line(client: Client, line: Line, text: str, said: str) -> None:
    page = upload(client, text)
    assert page.status_code == 200
    assert page.context["form"].errors["file"]
    assert said in page.content.decode()
    assert not CalendarDay.objects.exists()


def test_only_those_who_manage_the_calendar_may_change_it(client: Client, line: Line) -> None:
    client.force_login(line.worker)
    assert client.get(PAGE).status_code == 200
    assert day_url("2026-01-01") not in client.get(PAGE, {"year": "2026"}).content.decode()
    assert client.post(LOAD, {"year": "2026"}).status_code == 403
    assert upload(client, "2027-01-01,holiday\n").status_code == 403
    assert client.get(day_url("2026-01-01")).status_code == 403
    assert client.post(day_url("2026-01-01"), {"kind": "holiday"}).status_code == 403
    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize("address", ["?year=abc", "?year=99999", "?year=1999", "2026-02-30/", "1999-01-01/"])
def test_what_is_no_day_or_year_is_not_found(client: Client, line: Line, address: str) -> None:
    assert client.get(PAGE + address).status_code == 404


def test_the_command_loads_years_and_files(tmp_path: Any) -> None:
    out, err = StringIO(), StringIO()
    call_command("load_calendar", "2025", "2026", stdout=out, stderr=err)
    assert calendar_days.loaded_years() == {2025, 2026}
    path = tmp_path / "2027.csv"
    path.write_text("2027-01-01,holiday,元旦\n")
    call_command("load_calendar", file=path, stdout=out, stderr=err)
    assert 2027 in calendar_days.loaded_years()
    with pytest.raises(CommandError, match="1999"):
        call_command("load_calendar", "1999", stdout=out, stderr=err)
