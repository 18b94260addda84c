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
WRAPPED_FROM = 30
"""Longer texts are broken into lines within their cell."""


class Workbook:
    """A workbook. Rows go in from the top of one sheet after the other; what is written is not held in memory."""

    def __init__(self, title: str, *, widths: Sequence[int] = (), frozen_rows: int = 0) -> None:
        # Imported by whoever takes a list along: openpyxl is 14 MB that every other web worker would carry for nothing.
        from openpyxl import Workbook as Book

        self._book = Book(write_only=True)
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
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
        from openpyxl.styles import Alignment, Font

        cell: Any = WriteOnlyCell(self._sheet)
        cell.alignment = Alignment(vertical="top")
        if isinstance(value, str):
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
            cell.data_type = "s"
            cell.quotePrefix = value.startswith(FORMULA_SIGNS)
            cell.alignment = Alignment(vertical="top", wrap_text=not bold and len(value) > WRAPPED_FROM)
        elif isinstance(value, dt.datetime):
            cell.value = timezone.localtime(value).replace(tzinfo=None, microsecond=0)  # spreadsheets know no zones
            cell.number_format = "yyyy-mm-dd hh:mm"
        else:
            cell.value = value
        if bold:
            cell.font = Font(bold=True)
        return cell
