"""A dashboard taken along as a workbook: a sheet for each table, with numerator and denominator of every rate."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.workbooks import Workbook
from insights.board.building import Board
from insights.board.comparing import Compared, heads
from insights.cells import Cell, Change, Row, Table, Unit

LONGEST_TITLE = 31
"""Of a sheet; a spreadsheet takes no more."""
HEADLINE = "headline"
"""Names the sheet of the whole node's figures."""
SECONDS = 3600
"""Of an hour."""
UNTITLED = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def write(board: Board, slug: str = "") -> IO[bytes]:
    """Return the workbook of all tables, or of the one that is named, as an open file."""
    tables = [headline(board), *board.tables]
    chosen = [table for table in tables if table.slug == slug] or tables
    book = Workbook(_title(chosen[0]), widths=_widths(chosen[0]), frozen_rows=4)
    for number, table in enumerate(chosen):
        if number:
            book.turn_to_sheet(_title(table), widths=_widths(table), frozen_rows=4)
        _sheet(book, board, table)
    return book.file()


def _title(table: Table) -> str:
    return str(table.title).translate(UNTITLED)[:LONGEST_TITLE]


def _widths(table: Table) -> list[int]:
    return [30, *[13] * 3 * len(table.heads)]


def headline(board: Board) -> Table:
    """Return the figures of the whole node as a table."""
    rows = [Row(_named(one), (one.now, one.before, one.change, one.year, one.year_change)) for one in board.headline]
    return Table(HEADLINE, _("Overview"), "", pgettext("a number with its name", "Figure"), heads(_("Now")), rows)


def _named(one: Compared) -> str:
    label = str(one.entry.label)
    return _("%(figure)s (hours)") % {"figure": label} if one.now.unit == Unit.HOURS else label


def _sheet(book: Workbook, board: Board, table: Table) -> None:
    now = board.stretch.now
    book.add([str(table.title), board.node.name], bold=True)
    book.add([f"{now.first:%Y-%m-%d} – {now.last:%Y-%m-%d}", str(table.meaning)])
    columns = list(enumerate(table.heads))
    book.add(["", *(words for at, head in columns for words in _wide(str(head.label), table, at))], bold=True)
    book.add([str(table.first), *(words for at, _head in columns for words in _words(table, at))], bold=True)
    for row in table.rows:
        book.add([str(row.label), *(value for at, cell in enumerate(row.cells) for value in _values(cell, table, at))])


def _is_rate(table: Table, at: int) -> bool:
    """Say whether a column holds what has a denominator in any row; then it takes three columns of the sheet."""
    cells = [row.cells[at] for row in table.rows]
    return any(isinstance(cell, Cell) and cell.unit != Unit.COUNT for cell in cells)


def _wide(words: str, table: Table, at: int) -> Sequence[str]:
    return [words, "", ""] if _is_rate(table, at) else [words]


def _words(table: Table, at: int) -> Iterator[str]:
    cells = [row.cells[at] for row in table.rows]
    yield "%" if cells and isinstance(cells[0], Change) else pgettext("in a workbook", "Value")
    if _is_rate(table, at):
        yield pgettext("of a rate", "Numerator")
        yield pgettext("of a rate", "Denominator")


def _values(cell: Cell | Change, table: Table, at: int) -> list[Any]:
    if isinstance(cell, Change):
        return [cell.value]
    return [cell.value, _numerator(cell), cell.denominator] if _is_rate(table, at) else [cell.value]


def _numerator(cell: Cell) -> Decimal | int | None:
    """Return what the value was divided from: hours where the value is hours, not the seconds that were counted."""
    if cell.unit != Unit.HOURS or cell.numerator is None:
        return cell.numerator
    return (Decimal(cell.numerator) / SECONDS).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
