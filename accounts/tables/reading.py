"""Open a table that somebody made: .xlsx, .xls or .csv, read row by row in bounded memory.

What a file is, its content decides, and it must agree with its name. Workbooks are opened in a process of their own
(`sheets`) whose memory and time are limited: what blows up there takes nothing else along.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from accounts.tables import delimited, workbook_reader
from accounts.tables.cells import Faults
from accounts.tables.limits import MAX_CELL, MAX_WORKBOOK_BYTES, MB
from accounts.tables.refusals import UnreadableTable

SUFFIXES = (".xlsx", ".xls", ".csv", ".txt")
_WITH_MACROS = (".xlsm", ".xltm", ".xlsb", ".xlam", ".xla", ".xltx", ".xlt")
_ZIP = b"PK"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Line(NamedTuple):
    """One row: its number as the spreadsheet shows it, its cells as stripped text, and what is doubtful about them."""

    number: int
    cells: list[str]
    faults: Faults = ()


class Table:
    """An open table; iterate over it once. Rows without anything in them are left out, the numbers go on.

    kind: "csv", "xlsx" or "xls". encoding, delimiter: of a CSV, else "". sheet, sheets: of a workbook.
    row_count: rows to expect, exact for workbooks, about right for CSV.
    """

    def __init__(self, path: Path, kind: str, suffix: str, sheet: str, longest: int) -> None:
        self.kind = kind
        self.encoding = self.delimiter = self.sheet = ""
        self.sheets: list[str] = []
        self._file = self._book = None
        if kind == "csv":
            form = delimited.examine(path)
            self.encoding, self.delimiter, self.row_count = form.name, form.delimiter, form.line_count
            self._file = path.open("rb")
            rows: Iterator[tuple[int, list[str], Faults]] = delimited.read(self._file, form, longest)
        else:
            self._book = workbook_reader.WorkbookReader(path, suffix, sheet, longest)
            self.sheet, self.sheets, self.row_count = self._book.sheet, self._book.sheets, self._book.row_count
            rows = self._book.rows()
        self._rows = itertools.starmap(Line, rows)
        self._head: list[Line] = []

    def head(self, count: int = 30) -> list[Line]:
        """Return the first rows; they come again when one iterates."""
        self._head += itertools.islice(self._rows, max(0, count - len(self._head)))
        return self._head[:count]

    def __iter__(self) -> Iterator[Line]:
        head, self._head = self._head, []
        yield from head
        yield from self._rows

    def close(self) -> None:
        """Let go of the file, or of the process that reads it."""
        if self._file is not None:
            self._file.close()
        if self._book is not None:
            self._book.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_table(
    path: Path, *, name: str = "", sheet: str = "", max_bytes: int | None = None, longest: int = MAX_CELL
) -> Table:
    """Open a table for reading, as a context manager.

    name: what the file was called where it came from; by default the path's. sheet: which sheet of a workbook, by
    default the first visible one with anything in it. max_bytes: refuse larger files; a CSV may else be of any size.
    longest: characters of a cell, longer ones are cut and marked.
    Raises UnreadableTable, here or while reading.
    """
    suffix = Path(name or path.name).suffix.lower()
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(8)
        kind = _kind(suffix, start)
        limit = min(filter(None, (max_bytes, None if kind == "csv" else MAX_WORKBOOK_BYTES)), default=None)
        if limit is not None and size > limit:
            raise UnreadableTable("too_large", limit=limit // MB)
        return Table(path, kind, suffix, sheet, longest)
    except OSError as error:
        raise UnreadableTable("unreadable", why=error.strerror or type(error).__name__) from error


def _kind(suffix: str, start: bytes) -> str:
    """Say what a file is by its first bytes; its name must agree."""
    if suffix in _WITH_MACROS:
        raise UnreadableTable("macros")
    if suffix not in SUFFIXES:
        raise UnreadableTable("unknown_kind", suffix=suffix or "—")
    if not start:
        raise UnreadableTable("empty")
    if start.startswith(_ZIP):
        if suffix != ".xlsx":
            raise UnreadableTable("is_workbook", suffix=suffix)
        return "xlsx"
    if start == _OLE:
        if suffix in {".csv", ".txt"}:
            raise UnreadableTable("is_old_workbook", suffix=suffix)
        return "xls"  # an .xlsx that begins so is a locked one; the reader looks closer
    if suffix in {".xlsx", ".xls"}:
        raise UnreadableTable("is_web_page" if start.lstrip().startswith(b"<") else "is_text", suffix=suffix)
    return "csv"
