"""Workbooks (.xlsx) for taking lists along, written row by row.

Whatever people typed stays text, whatever it begins with: a spreadsheet would take “=…” for a formula, and some do so
after saving as CSV; such cells carry the spreadsheet's own mark for text (OWASP, "CSV injection").
"""

import datetime as dt
import tempfile
from collections.abc import Iterable, Sequence
from typing import IO, Any

from django.utils import timezone

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FORMATS: dict[type, str] = {dt.date: "yyyy-mm-dd", dt.time: "hh:mm"}
WRAPPED_FROM = 30
"""Longer texts are broken into lines within their cell."""


class Workbook:
    """A workbook. Rows go in from the top of one sheet after the other; what is written is not held in memory."""

    def __init__(self, title: str, *, widths: Sequence[int] = (), frozen_rows: int = 0) -> None:
        # Imported by whoever takes a list along: openpyxl is 14 MB that every other web worker would carry for nothing.
        from openpyxl import Workbook as Book
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

        self._book = Book(write_only=True)
        self._new_cell, self._unwritable = WriteOnlyCell, ILLEGAL_CHARACTERS_RE
        self._styles: dict[tuple[bool, bool, bool, str], Any] = {}
        self.turn_to_sheet(title, widths=widths, frozen_rows=frozen_rows)

    def turn_to_sheet(self, title: str, *, widths: Sequence[int] = (), frozen_rows: int = 0) -> None:
        """Begin another sheet; rows go there from now on."""
        from openpyxl.utils import get_column_letter

        self._sheet: Any = self._book.create_sheet(title)
        for number, width in enumerate(widths, start=1):
            self._sheet.column_dimensions[get_column_letter(number)].width = width
        if frozen_rows:
            self._sheet.freeze_panes = f"A{frozen_rows + 1}"

    def mark(self, words: str, *, title: str, author: str) -> None:
        """Write a mark into the foot of every printed page and into the file's properties."""
        self._sheet.oddFooter.center.text = words.replace("&", "&&")
        self._sheet.oddFooter.right.text = "&P / &N"
        facts = self._book.properties
        facts.title, facts.creator, facts.lastModifiedBy, facts.description = title, author, author, words

    def keep_as_text(self, columns: Iterable[str]) -> None:
        """Format whole columns (by letter) as text: what is typed there stays as it is, long numbers too."""
        for column in columns:
            self._sheet.column_dimensions[column].number_format = "@"

    def offer(self, column: str, source: str, *, rows: tuple[int, int]) -> None:
        """Let cells of a column be chosen from a range of cells; something else may still be typed."""
        from openpyxl.worksheet.datavalidation import DataValidation

        choice = DataValidation(type="list", formula1=source, allow_blank=True, errorStyle="warning")
        choice.add(f"{column}{rows[0]}:{column}{rows[1]}")
        self._sheet.data_validations.append(choice)

    def add(self, values: Iterable[Any], *, bold: bool = False) -> None:
        """Append a row of texts, numbers, dates and moments (aware ones become local); None and "" stay empty."""
        self._sheet.append([self._cell(value, bold=bold) for value in values])

    def file(self) -> IO[bytes]:
        """Return the finished workbook as an open file at its beginning; whoever asked closes it."""
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        self._book.save(file)
        file.seek(0)
        return file

    def _cell(self, value: Any, *, bold: bool) -> Any:
        """Return a cell; its style is worked out once for each kind of cell, which is most of the work otherwise."""
        cell: Any = self._new_cell(self._sheet)
        if isinstance(value, str):
            cell.value = self._unwritable.sub("", value)
            cell.data_type = "s"
            is_quoted = value.startswith(FORMULA_SIGNS)
            cell._style = self._style(bold=bold, wraps=not bold and len(value) > WRAPPED_FROM, is_quoted=is_quoted)
        elif isinstance(value, dt.datetime):
            cell.value = timezone.localtime(value).replace(tzinfo=None, microsecond=0)  # spreadsheets know no zones
            cell._style = self._style(bold=bold, number_format="yyyy-mm-dd hh:mm")
        else:
            cell.value = value
            cell._style = self._style(bold=bold, number_format=_FORMATS.get(type(value), "General"))
        return cell

    def _style(
        self, *, bold: bool, wraps: bool = False, is_quoted: bool = False, number_format: str = "General"
    ) -> Any:
        from openpyxl.styles import Alignment, Font

        key = (bold, wraps, is_quoted, number_format)
        if key not in self._styles:
            model: Any = self._new_cell(self._sheet)
            model.alignment = Alignment(vertical="top", wrap_text=wraps)
            model.number_format = number_format
            model.quotePrefix = is_quoted
            if bold:
                model.font = Font(bold=True)
            self._styles[key] = model._style
        return self._styles[key]
