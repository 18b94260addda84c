"""Small numbers hidden from who sees aggregates only (insights/suppressing.py says why and from where on)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from care.suppression import SMALLEST, hidden
from grids.models import Grid
from hotline.periods import Period
from insights import figures, suppressing
from insights.board.comparing import Compared
from insights.catalogue import HEADLINE, HEADLINE_MEASURES
from insights.cells import Cell, Change, Part, Row, Table, Unit

Dark = Mapping[int, frozenset[Part]]
"""Node → the parts of figures that one may not know of it."""


def dark_parts(node: Grid, period: Period) -> Dark:
    """Return what is hidden of a node and of those directly below it: three queries."""
    parts = {part for entry in HEADLINE for part in (entry.top, entry.bottom) if part is not None}

    def read(pks: Collection[int]) -> suppressing.Numbers:
        sums = figures.of_nodes(pks, period, HEADLINE_MEASURES)
        return {pk: {_name(part): sums[pk].count(part[0], *part[1]) for part in parts} for pk in pks}

    shown = suppressing.shown(node, read)
    return {pk: frozenset(part for part in parts if row.get(_name(part)) is None) for pk, row in shown.items()}


def areas(table: Table, dark: Dark) -> Table:
    """Hide what is dark in the table of the nodes below."""
    rows = [
        replace(row, cells=[_by_part(cell, dark.get(row.node or 0, frozenset())) for cell in row.cells])
        for row in table.rows
    ]
    return replace(table, rows=rows)


def headline(one: Compared, dark: frozenset[Part]) -> Compared:
    now = _by_part(one.now, dark)
    assert isinstance(now, Cell)  # noqa: S101 - a cell stays one
    return Compared(one.entry, now, _if_small(one.before), _if_small(one.year))


def table(table: Table) -> Table:
    """Hide the small numbers of a table, and whatever would let them be worked out from a column's total."""
    columns = range(len(table.heads))
    gone = {(row, column) for column in columns for row in _gone(table.rows, column)}
    return replace(table, rows=[_hide(row, at, gone) for at, row in enumerate(table.rows)])


def _gone(rows: Sequence[Row], column: int) -> set[int]:
    cells = {at: row.cells[column] for at, row in enumerate(rows)}
    counts = {
        str(at): {"": int(cell.numerator)}
        for at, cell in cells.items()
        if isinstance(cell, Cell) and cell.unit == Unit.COUNT and cell.numerator is not None
    }
    small = {at for at, cell in cells.items() if isinstance(cell, Cell) and _is_small(cell)}
    return small | {int(at) for at, _column in hidden(counts)} if counts else small


def _hide(row: Row, at: int, gone: set[tuple[int, int]]) -> Row:
    cells: list[Cell | Change] = []
    for column, cell in enumerate(row.cells):
        if isinstance(cell, Change):
            is_told = (at, 0) not in gone and (at, column - 1) not in gone
            cells.append(cell if is_told else Change(None))
        else:
            cells.append(_blank(cell) if (at, column) in gone else cell)
    return replace(row, cells=cells)


def _by_part(cell: Cell | Change, dark: frozenset[Part]) -> Cell | Change:
    if isinstance(cell, Change):
        return cell
    return _blank(cell) if cell.top in dark or cell.bottom in dark else cell


def _if_small(cell: Cell) -> Cell:
    return _blank(cell) if _is_small(cell) else cell


def _is_small(cell: Cell) -> bool:
    if cell.numerator is None:
        return False
    if cell.unit == Unit.HOURS:
        return (cell.denominator or 0) < SMALLEST
    rest = [cell.denominator, cell.denominator - int(cell.numerator)] if cell.denominator is not None else []
    return any(number < SMALLEST for number in (cell.numerator, *rest))


def _blank(cell: Cell) -> Cell:
    return cell._replace(numerator=None, denominator=None, url="", below_url="")


def _name(part: Part) -> str:
    return f"{part[0]} {','.join(part[1])}"
