"""Tables that people upload: how each kind is read, and what stands in the rows."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from accounts.tables.cells import date_of_serial, letters
from accounts.tables.limits import MAX_CELL, Fault
from accounts.tables.reading import Line, open_table
from accounts.tables.refusals import UnreadableTable
from tests.old_workbook import old_workbook

HEADINGS = ["姓名", "住址", "户数"]
ROWS = [["王小明", "阳光花园3号楼", "2"], ["李华，女", "“东”区", "10"]]


def lines_of(path: Path, **options: str) -> list[Line]:
    with open_table(path, **options) as table:
        return list(table)


def cells_of(path: Path) -> list[list[str]]:
    return [line.cells for line in lines_of(path)]


def write_text(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return path


def write_book(tmp_path: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "roster.xlsx")
    return tmp_path / "roster.xlsx"


def sheet_of(tmp_path: Path, fill) -> Path:
    book = openpyxl.Workbook()
    sheet: Worksheet = book.active
    fill(sheet)
    book.save(tmp_path / "roster.xlsx")
    return tmp_path / "roster.xlsx"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(("encoding", "name"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8 BOM"), ("gb18030", "GB18030")])
def test_a_csv_is_read_in_each_encoding_and_with_each_delimiter(tmp_path, encoding, name, delimiter):
    text = "\r\n".join(delimiter.join(cells) for cells in [HEADINGS, *ROWS])
    path = write_text(tmp_path, text, encoding)
    with open_table(path) as table:
        assert (table.kind, table.encoding, table.delimiter) == ("csv", name, delimiter)
        assert [line.cells for line in table] == [HEADINGS, *ROWS]


def test_a_csv_that_shows_its_chinese_only_after_megabytes_is_told_apart_all_the_same(tmp_path):
    text = "a,b,c\n" + "1,2,3\n" * 400_000 + "甲,乙,丙\n"
    assert cells_of(write_text(tmp_path, text, "gb18030"))[-1] == ["甲", "乙", "丙"]


def test_quoted_cells_keep_delimiters_quotes_and_line_ends_and_rows_are_counted_as_a_spreadsheet_does(tmp_path):
    path = write_text(tmp_path, 'a,b\n"x\ny","1,""2"""\n\n,\n z ,\n')
    assert lines_of(path) == [Line(1, ["a", "b"]), Line(2, ["x\ny", '1,"2"']), Line(5, ["z", ""])]


def test_the_head_can_be_looked_at_and_comes_again(tmp_path):
    path = write_text(tmp_path, "".join(f"{n},x\n" for n in range(100)))
    with open_table(path) as table:
        assert [line.number for line in table.head(3)] == [1, 2, 3]
        assert [line.cells[0] for line in table] == [str(n) for n in range(100)]


def test_a_workbook_gives_numbers_dates_and_texts_as_one_would_type_them(tmp_path):
    born = dt.date(1980, 1, 2)
    path = write_book(tmp_path, ["x", 12.0, 3.5, born, dt.datetime(1980, 1, 2, 3, 4), True, 370811001001, " y "])  # noqa: DTZ001
    assert cells_of(path) == [
        ["x", "12", "3.5", "1980-01-02", "1980-01-02 03:04:00", "TRUE", "370811001001", "y"],
    ]


def test_an_old_workbook_is_read_as_a_new_one(tmp_path):
    path = tmp_path / "roster.xls"
    path.write_bytes(old_workbook())
    *texts, numbers, merged = lines_of(path)
    assert [line.cells for line in texts] == [HEADINGS, *ROWS]
    assert numbers == Line(4, ["1980-01-02", "", "12"])
    assert merged == Line(5, ["合", "", ""], ((0, Fault.MERGED),))


def test_rows_and_columns_keep_their_places_where_a_table_does_not_begin_at_the_corner(tmp_path):
    def fill(sheet: Worksheet) -> None:
        sheet["C3"], sheet["D3"], sheet["C6"] = "姓名", "住址", "王小明"

    assert lines_of(sheet_of(tmp_path, fill)) == [
        Line(3, ["", "", "姓名", "住址"]),
        Line(6, ["", "", "王小明", ""]),
    ]


def test_the_first_visible_sheet_with_anything_in_it_is_read_unless_another_is_named(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "封面"
    hidden = book.create_sheet("隐藏")
    hidden.append(["不"])
    hidden.sheet_state = "hidden"
    for name in ("一", "二"):
        book.create_sheet(name).append([name])
    book.save(tmp_path / "roster.xlsx")
    with open_table(tmp_path / "roster.xlsx") as table:
        assert (table.sheet, table.sheets, table.row_count) == ("一", ["封面", "一", "二"], 1)
    assert lines_of(tmp_path / "roster.xlsx", sheet="二") == [Line(1, ["二"])]
    with pytest.raises(UnreadableTable, match="隐藏"):
        open_table(tmp_path / "roster.xlsx", sheet="隐藏")


def test_numbers_whose_last_digits_a_spreadsheet_lost_are_marked(tmp_path):
    path = write_book(tmp_path, ["x", 370899198001010019, 999_999_999_999_999])
    assert lines_of(path) == [
        Line(1, ["x", "3.70899E+17", "999999999999999"], ((1, Fault.LOST_DIGITS),)),
    ]
    path = write_text(tmp_path, "x,3.70899E+17,3.70899e17,1E+15,E+17栋\n")
    assert [at for at, fault in lines_of(path)[0].faults if fault == Fault.LOST_DIGITS] == [1, 2, 3]


def test_formula_cells_are_marked_and_merged_cells_too(tmp_path):
    def fill(sheet: Worksheet) -> None:
        sheet.append(["姓名", "住址", "性别"])
        sheet.append(["王小明", "三号楼", "=1+1"])
        sheet.append(["李华", "", "女"])
        sheet.merge_cells("B2:B3")

    faults = {line.number: line.faults for line in lines_of(sheet_of(tmp_path, fill))}
    assert faults == {1: (), 2: ((1, Fault.MERGED), (2, Fault.FORMULA)), 3: ((1, Fault.MERGED),)}


def test_a_formula_that_failed_is_marked_as_such(tmp_path):
    def fill(sheet: Worksheet) -> None:
        sheet.append(["王小明", "#N/A"])
        sheet["B1"].data_type = "e"

    assert lines_of(sheet_of(tmp_path, fill)) == [Line(1, ["王小明", ""], ((1, Fault.ERROR_VALUE),))]


def test_a_text_that_begins_like_a_formula_is_marked_and_phones_and_dashes_are_not(tmp_path):
    path = write_text(tmp_path, "=cmd|' /C calc'!A0,@SUM(A1),+86 12900000000,-,-3.5,a@b.cn,＝1\n")
    assert lines_of(path)[0].faults == tuple((at, Fault.LOOKS_LIKE_FORMULA) for at in (0, 1, 6))
    book = write_book(tmp_path, ["x"])
    sheet_file = openpyxl.load_workbook(book)
    sheet_file.active["A1"].value = "=cmd|' /C calc'!A0"
    sheet_file.active["A1"].data_type = "s"
    sheet_file.save(book)
    assert lines_of(book) == [Line(1, ["=cmd|' /C calc'!A0"], ((0, Fault.LOOKS_LIKE_FORMULA),))]


def test_a_cell_that_is_too_long_is_cut_and_marked_and_so_is_a_sign_that_cannot_be_stored(tmp_path):
    line = lines_of(write_text(tmp_path, f"a,{'长' * (MAX_CELL + 1)},b\x07c\n"))[0]
    assert line == Line(1, ["a", "长" * MAX_CELL, "bc"], ((1, Fault.TOO_LONG), (2, Fault.BAD_CHARACTER)))


def test_a_bare_number_in_a_column_of_dates_is_the_day_that_the_spreadsheet_meant():
    assert date_of_serial("29221") == dt.date(1980, 1, 1)
    assert date_of_serial("61") == dt.date(1900, 3, 1)
    assert [date_of_serial(text) for text in ("60", "", "１９８０年", "19800101", "-3")] == [None] * 5


def test_columns_are_named_as_in_a_spreadsheet():
    assert [letters(column) for column in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
