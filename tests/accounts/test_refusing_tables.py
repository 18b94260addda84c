"""Files that are not taken as tables: each is refused in words that say what to do, in little memory and time."""

import io
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from accounts.tables.limits import MAX_COLUMNS, MAX_WORKBOOK_BYTES, MB
from accounts.tables.reading import open_table
from accounts.tables.refusals import FAULTS, HINTS, WORDS, UnreadableTable
from tests.old_workbook import old_workbook

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def refusal_of(path: Path, **options: object) -> UnreadableTable:
    """Read a table to its end; returns why it was not taken."""
    with pytest.raises(UnreadableTable) as caught, open_table(path, **options) as table:
        list(table)
    assert "%(" not in str(caught.value)
    return caught.value


def book_bytes(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows or [["a", "b"]]:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(path: Path, change: Callable[[zipfile.ZipFile], None], without: str = "") -> Path:
    """Write a workbook anew with something added, and a part left out."""
    with zipfile.ZipFile(io.BytesIO(book_bytes())) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != without:
                new.writestr(part, old.read(part))
        change(new)
    return path


def put(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "empty"),
        ("a.xlsx", b"", "empty"),
        ("a.pdf", b"%PDF-1.7", "unknown_kind"),
        ("a", b"a,b\n", "unknown_kind"),
        ("a.xlsm", b"PK\3\4", "macros"),
        ("a.csv", book_bytes(), "is_workbook"),
        ("a.xls", book_bytes(), "is_workbook"),
        ("a.csv", old_workbook(), "is_old_workbook"),
        ("a.xlsx", old_workbook(), "is_old_workbook"),
        ("a.xls", "<html><table><tr><td>甲</td></tr></table></html>".encode(), "is_web_page"),
        ("a.csv", b"<html><table>", "is_web_page"),
        ("a.xlsx", b"a,b\n1,2\n", "is_text"),
        ("a.csv", b"%PDF-1.7 text", "not_text"),
        ("a.csv", "甲,乙\n".encode("utf-16"), "utf16"),
        ("a.csv", b"a,b\n1,2\n3,\0\n", "nul"),
        ("a.csv", "甲,乙\n1,2\n".encode("gb18030") + b"3,\xff\xff\n", "encoding"),
        ("a.csv", b"a," * MAX_COLUMNS + b"b\n", "too_many_columns"),
        ("a.xlsx", book_bytes()[:2000], "damaged"),
        ("a.xls", old_workbook()[:3000], "damaged"),
        ("a.xls", old_workbook() + "_VBA_PROJECT_CUR".encode("utf-16-le"), "macros"),
        ("a.xlsx", old_workbook() + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ],
)
def test_a_file_that_is_no_table_or_not_what_its_name_says_is_refused(tmp_path, name, content, code):
    assert refusal_of(put(tmp_path / name, content)).code == code


def test_the_name_that_counts_is_the_one_under_which_the_file_came(tmp_path):
    path = put(tmp_path / "upload.tmp", b"a,b\n1,2\n")
    with open_table(path, name="名单.CSV") as table:
        assert [line.cells for line in table] == [["a", "b"], ["1", "2"]]


def test_a_file_that_is_not_there_is_refused_in_words(tmp_path):
    assert refusal_of(tmp_path / "a.csv").code == "unreadable"


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('a,b\n1,"2\n3,4\n5,6\n', 2),
        ('a,b\n1,"2\n3,4\n5,"6"\n', 2),
        ('a,b\n1,2\n3,"4"x\n', 3),
        ('a,b\n1,"2' + "\n3,4" * 100_000, 2),
        ('a,b\n"1\n1",2\n"x', 3),
    ],
)
def test_quotes_that_do_not_pair_are_refused_with_the_row_where_they_open(tmp_path, text, row):
    refusal = refusal_of(put(tmp_path / "a.csv", text))
    assert (refusal.code, refusal.params["row"]) == ("quotes", row)


def test_a_wrong_byte_far_down_is_refused_with_its_row(tmp_path):
    path = put(tmp_path / "a.csv", "甲,乙\n".encode("gb18030") * 500_000 + b"\xff\xff\n")
    refusal = refusal_of(path)
    assert (refusal.code, refusal.params["row"]) == ("encoding", 500_001)


def test_a_file_above_the_limit_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(2048 * MB)
    began = time.monotonic()
    assert refusal_of(path, max_bytes=50 * MB).params == {"limit": 50}
    path.rename(tmp_path / "a.xlsx")
    with (tmp_path / "a.xlsx").open("r+b") as file:
        file.write(b"PK\3\4")
    assert refusal_of(tmp_path / "a.xlsx").params == {"limit": MAX_WORKBOOK_BYTES // MB}
    assert time.monotonic() - began < 1


def test_a_workbook_with_macros_is_refused_whatever_it_is_called(tmp_path):
    path = repacked(tmp_path / "a.xlsx", lambda book: book.writestr("xl/vbaProject.bin", b"x"))
    assert refusal_of(path).code == "macros"


def test_an_archive_or_a_text_document_is_no_workbook(tmp_path):
    path = repacked(tmp_path / "a.xlsx", lambda book: book.writestr("word/document.xml", "<x/>"), "xl/workbook.xml")
    assert refusal_of(path).code == "is_archive"


def test_a_workbook_of_empty_sheets_has_no_rows(tmp_path):
    book = openpyxl.Workbook()
    book.create_sheet("二")
    book.save(tmp_path / "a.xlsx")
    assert refusal_of(tmp_path / "a.xlsx").code == "no_rows"


def test_16384_columns_are_refused_with_their_number(tmp_path):
    path = put(tmp_path / "a.xlsx", book_bytes(["x"] * 16_384))
    refusal = refusal_of(path)
    assert refusal.params == {"count": 16_384, "limit": MAX_COLUMNS}
    assert "16384" in str(refusal)


def test_columns_in_which_nothing_stands_are_not_counted(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "甲"
    book.active.cell(1, 300).value = " "
    book.save(tmp_path / "a.xlsx")
    with open_table(tmp_path / "a.xlsx") as table:
        assert next(iter(table)).cells[0] == "甲"


def bomb_of_one_part(book: zipfile.ZipFile) -> None:
    book.writestr("xl/worksheets/sheet1.xml", SHEET.format("<row/>" + " " * 300 * MB))


def bomb_of_many_parts(book: zipfile.ZipFile) -> None:
    for number in range(3000):
        book.writestr(f"xl/media/{number}", b"")


def cell_far_out(book: zipfile.ZipFile) -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    book.writestr("xl/worksheets/sheet1.xml", SHEET.format(cells))


def entities(book: zipfile.ZipFile) -> None:
    many = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">{many}]>'
    cell = '<row r="1"><c r="A1" t="str"><v>&a9;</v></c></row>'
    book.writestr("xl/worksheets/sheet1.xml", head + SHEET.format(cell))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (bomb_of_one_part, "bomb"),
        (bomb_of_many_parts, "bomb"),
        (cell_far_out, "too_much"),
    ],
)
def test_a_workbook_that_would_swell_is_refused_and_memory_stays_small(tmp_path, change, code):
    path = repacked(tmp_path / "a.xlsx", change, "xl/worksheets/sheet1.xml")
    assert path.stat().st_size < 40 * MB
    began = time.monotonic()
    assert refusal_of(path).code == code
    assert time.monotonic() - began < 30
    assert memory_to_read(path) < 600 * MB


def test_entities_that_multiply_are_not_unfolded(tmp_path):
    path = repacked(tmp_path / "a.xlsx", entities, "xl/worksheets/sheet1.xml")
    try:
        with open_table(path) as table:
            longest = max(len(cell) for line in table for cell in line.cells)
    except UnreadableTable:
        longest = 0
    assert longest < 100


def test_a_directory_that_lies_about_sizes_is_found_out(tmp_path):
    sheet = SHEET.format("".join(f'<row r="{number}"/>' for number in range(1_000_000)))
    path = repacked(
        tmp_path / "a.xlsx", lambda book: book.writestr("xl/worksheets/sheet1.xml", sheet), "xl/worksheets/sheet1.xml"
    )
    content = path.read_bytes()
    lied = content.replace(len(sheet).to_bytes(4, "little"), (11 * MB).to_bytes(4, "little"))
    assert lied != content
    assert refusal_of(put(path, lied)).code == "damaged"


def test_a_reader_that_is_left_halfway_ends(tmp_path):
    path = put(tmp_path / "a.xlsx", book_bytes(*([n, "x"] for n in range(5000))))
    with open_table(path) as table:
        next(iter(table))
        process = table._book._process
    assert process.returncode is not None


def test_every_refusal_and_fault_has_words():
    assert set(FAULTS) == set(HINTS)
    assert all(str(words) for words in [*WORDS.values(), *FAULTS.values(), *HINTS.values()])


def memory_to_read(path: Path) -> int:
    """Return the most bytes that reading a table took, in this product's process and in its child together."""
    code = r"""
        import os, re, resource, sys
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        from pathlib import Path
        from accounts.tables.reading import open_table
        from accounts.tables.refusals import UnreadableTable
        try:
            with open_table(Path(sys.argv[1])) as table:
                for line in table: pass
        except UnreadableTable:
            pass
        own = int(re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[1])
        print((own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) * 1024)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code), path], capture_output=True, check=True)
    return int(done.stdout)
