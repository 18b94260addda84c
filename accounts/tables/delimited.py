"""Tables in text files: CSV with commas, semicolons or tabs, in UTF-8 (with or without a mark) or GB18030."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from accounts.tables.cells import Faults, clean
from accounts.tables.limits import MAX_COLUMNS, MAX_LINES_OF_A_CELL, MB
from accounts.tables.refusals import UnreadableTable

DELIMITERS = (",", ";", "\t")
_SAMPLE = 64 * 1024
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BINARY_STARTS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_WEB_PAGE_STARTS = (b"<html", b"<!doc", b"<?xml", b"<tabl", b"<meta", b"<head")


@dataclass(frozen=True)
class TextForm:
    """How a text file is written: `encoding` as Python names it, `name` as people do."""

    encoding: str
    name: str
    delimiter: str
    line_count: int
    """Line ends in the file; a little more than its rows where cells have several lines."""


def examine(path: Path) -> TextForm:
    """Read a file once from end to end, a megabyte at a time, and say how it is written.

    Raises UnreadableTable where it is not text, or in no encoding that is taken.
    """
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    if start.startswith(_UTF16_MARKS):
        raise UnreadableTable("utf16")
    if start.startswith(_BINARY_STARTS):
        raise UnreadableTable("not_text")
    if start.removeprefix(codecs.BOM_UTF8).lstrip()[:5].lower() in _WEB_PAGE_STARTS:
        raise UnreadableTable("is_web_page")
    line_count, wrong_row = _decode(path, "utf-8")
    if wrong_row is None:
        encoding, name = ("utf-8-sig", "UTF-8 BOM") if start.startswith(codecs.BOM_UTF8) else ("utf-8", "UTF-8")
    else:
        encoding, name = "gb18030", "GB18030"
        line_count, wrong_row = _decode(path, encoding)
        if wrong_row is not None:
            raise UnreadableTable("encoding", row=wrong_row)
    return TextForm(encoding, name, _delimiter(start, encoding), line_count)


def _decode(path: Path, encoding: str) -> tuple[int, int | None]:
    """Count the lines of a file, and name the row where it cannot be decoded, or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 0
    with path.open("rb") as file:
        while True:
            block = file.read(MB)
            if b"\0" in block:
                raise UnreadableTable("nul", row=lines + block[: block.index(b"\0")].count(b"\n") + 1)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return lines, lines + error.object[: error.start].count(b"\n") + 1
            if not block:
                return lines, None
            lines += block.count(b"\n")


def _delimiter(start: bytes, encoding: str) -> str:
    """Choose what separates cells: of the first lines outside quotes, the sign that most lines have most of."""
    text = start.decode(encoding, errors="ignore")
    outside = "".join(text.split('"')[::2])
    lines = [line for line in outside.splitlines()[:20] if line.strip()]
    return max(
        DELIMITERS, key=lambda sign: (sorted(line.count(sign) for line in lines)[len(lines) // 2 :], sign == ",")
    )


def read(file: IO[bytes], form: TextForm, longest: int) -> Iterator[tuple[int, list[str], Faults]]:
    """Yield the rows that have anything in them, with their number as a spreadsheet would count them, from 1.

    Raises UnreadableTable at a row with too many cells, or whose quotes do not pair.
    """
    text = io.TextIOWrapper(file, encoding=form.encoding, newline="")
    reader = csv.reader(text, delimiter=form.delimiter, strict=True)
    row, lines_before = 0, 0
    try:
        for row, cells in enumerate(reader, 1):
            if reader.line_num - lines_before > MAX_LINES_OF_A_CELL:
                raise UnreadableTable("quotes", row=row)
            lines_before = reader.line_num
            if len(cells) > MAX_COLUMNS and len("".join(cells[MAX_COLUMNS:]).strip()):
                raise UnreadableTable("too_many_columns", count=len(cells), limit=MAX_COLUMNS)
            values, faults = clean(cells, longest)
            if any(values):
                yield row, values, faults
    except csv.Error:
        raise UnreadableTable("quotes", row=row + 1) from None
