"""Tables written for people: a template that keeps numbers whole, and a file given back with reasons."""

import datetime as dt
from pathlib import Path
from typing import IO

import openpyxl
from django.utils import timezone

from accounts.tables.headings import find_heading, match_columns
from accounts.tables.reading import Line, open_table
from accounts.tables.returning import TemplateColumn, write_returned, write_template
from accounts.workbooks import Workbook
from tests.accounts.test_headings_of_tables import WISHES

COLUMNS = [
    TemplateColumn("姓名", "必填"),
    TemplateColumn("性别", "选填", ["男", "女"]),
    TemplateColumn("身份证号", "必填，18 位"),
    TemplateColumn("人员类型", "选填", ["户籍", "流动", "境外", "留守"]),
]


def saved(file: IO[bytes], tmp_path: Path) -> Path:
    path = tmp_path / "written.xlsx"
    with file:
        path.write_bytes(file.read())
    return path


def test_a_template_has_headings_remarks_and_lists_to_choose_from_and_every_column_is_text(tmp_path):
    book = openpyxl.load_workbook(saved(write_template("居民", COLUMNS), tmp_path))
    sheet, lists = book.worksheets
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["姓名", "性别", "身份证号", "人员类型"],
        ["必填", "选填", "必填，18 位", "选填"],
    ]
    assert [[cell.value for cell in row] for row in lists.iter_rows()] == [
        ["性别", "人员类型"],
        ["男", "户籍"],
        ["女", "流动"],
        [None, "境外"],
        [None, "留守"],
    ]
    assert {sheet.column_dimensions[letter].number_format for letter in "ABCD"} == {"@"}
    choices = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    assert choices == {"B3:B5000": f"'{lists.title}'!$A$2:$A$3", "D3:D5000": f"'{lists.title}'!$B$2:$B$5"}


def test_a_template_that_was_filled_in_is_read_back_without_its_remarks(tmp_path):
    path = saved(write_template("居民", COLUMNS), tmp_path)
    book = openpyxl.load_workbook(path)
    book.worksheets[0].append(["王小明", "男", "370899198001010019", "户籍"])
    book.save(path)
    with open_table(path) as table:
        heading = find_heading(table.head(), WISHES)
        assert heading is not None
        assert (heading.number, heading.last_number) == (1, 2)
        assert [one.field for one in match_columns(heading.cells, WISHES)] == ["name", "", "identity_number", ""]


def test_a_file_comes_back_with_its_rows_in_place_and_a_reason_in_front(tmp_path):
    lines = [
        Line(1, ["名册"]),
        Line(2, ["姓名", "电话"]),
        Line(3, ["王小明", "1"]),
        Line(7, ["=cmd|' /C calc'!A0", "2"]),
    ]
    written = saved(write_returned(lines, 2, {3: "电话太短", 5: "不在文件中", 7: "姓名不对"}), tmp_path)
    sheet = openpyxl.load_workbook(written).active
    assert [[cell.value for cell in row][1:] for row in sheet.iter_rows()][1:] == [
        ["姓名", "电话"],
        ["王小明", "1"],
        ["=cmd|' /C calc'!A0", "2"],
    ]
    assert [row[0].value for row in sheet.iter_rows()][2:] == ["电话太短", "姓名不对"]
    dangerous = sheet.cell(4, 2)
    assert dangerous.data_type == "s"
    assert dangerous.quotePrefix


def test_reasons_may_come_as_a_stream_sorted_by_row(tmp_path):
    lines = [Line(number, [str(number)]) for number in range(1, 6)]
    written = saved(write_returned(lines, 1, iter([(2, "甲"), (5, "乙")])), tmp_path)
    assert [row[0].value or "" for row in openpyxl.load_workbook(written).active.iter_rows()][1:] == [
        "甲",
        "",
        "",
        "乙",
    ]


def test_days_times_and_numbers_keep_their_kind_and_look(tmp_path):
    book = Workbook("一")
    book.add([dt.date(2026, 11, 20), dt.time(9, 5), 1.5, True, None, "文"], bold=True)
    book.add([timezone.make_aware(dt.datetime(2026, 11, 20, 9, 5))])  # noqa: DTZ001 - made aware at once
    sheet = openpyxl.load_workbook(saved(book.file(), tmp_path)).active
    assert [(cell.value, cell.number_format) for cell in sheet[1]] == [
        (dt.datetime(2026, 11, 20), "yyyy-mm-dd"),  # noqa: DTZ001 - spreadsheets know no zones
        (dt.time(9, 5), "hh:mm"),
        (1.5, "General"),
        (True, "General"),
        (None, "General"),
        ("文", "General"),
    ]
    assert all(cell.font.bold for cell in sheet[1] if cell.value is not None)
    assert sheet["A2"].number_format == "yyyy-mm-dd hh:mm"
