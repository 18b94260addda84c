"""Small numbers hidden from who sees aggregates only (insights/dark.py says which)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from care.suppression import hidden
from grids.models import Grid
from insights import dark
from insights.board.comparing import WHEN, Compared
from insights.cells import Cell, Change, Row, Table
from insights.dark import Dark, Split
from insights.stretches import Stretch

Sight = Mapping[str, Dark]
"""What is hidden in the period, the one before and the year before, by `WHEN`."""


def sight(
    node: Grid, stretch: Stretch, headline: Iterable[Compared], tables: Sequence[Table], more: Sequence[Split]
) -> Sight:
    """Return what one may not know of a node and of those directly below it; `more` are splits known to the caller."""
    shown = [split for table in tables for split in dark.splits(_now(table))]
    wanted = [*more, *shown, *dark.alone(one.now for one in headline)]
    path = list(Grid.objects.on_path_to(node).values_list("pk", flat=True))
    periods = dict(zip(WHEN, (stretch.now, stretch.before, stretch.year_before), strict=True))
    return {when: dark.read(node, wanted, period, path) for when, period in periods.items()}


def _now(table: Table) -> list[Cell]:
    return [cell for row in table.rows for cell in row.cells if isinstance(cell, Cell) and cell.when == "now"]


def headline(one: Compared, node_id: int, sight: Sight) -> Compared:
    return Compared(one.entry, *(_shown(cell, node_id, sight) for cell in (one.now, one.before, one.year)))


def table(table: Table, node_id: int, sight: Sight) -> Table:
    """Hide the small numbers of a table, and whatever would let them be worked out."""
    rows = [_row(row, row.node or node_id, sight) for row in table.rows]
    columns = range(len(table.heads))
    gone = {(row, column) for column in columns for row in _gone(rows, column)}
    rows = [
        replace(
            row,
            cells=[
                _blank(cell) if (at, column) in gone and isinstance(cell, Cell) else cell
                for column, cell in enumerate(row.cells)
            ],
        )
        for at, row in enumerate(rows)
    ]
    if all(new.cells == old.cells for new, old in zip(rows, table.rows, strict=True)):
        return table
    why = _("— stands for fewer than ten, or for a number from which those could be worked out.")
    return replace(table, rows=rows, hides_some=True, notes=[*table.notes, why])


def _row(row: Row, node_id: int, sight: Sight) -> Row:
    """Hide the cells that count tallies, and the changes from and to them."""
    cells: list[Cell | Change] = []
    last = None
    for cell in row.cells:
        if isinstance(cell, Cell):
            last = cell
            cells.append(_shown(cell, node_id, sight))
        else:
            cells.append(Change(None) if last is not None and _hides_change(last, node_id, sight) else cell)
    return replace(row, cells=cells)


def _hides_change(last: Cell, node_id: int, sight: Sight) -> bool:
    """Say whether now or then is hidden; a change beside the number of now compares it with the period before."""
    then = "before" if last.when == "now" else last.when
    return any(sight[when].hides(node_id, last.top, last.bottom) for when in ("now", then))


def _shown(cell: Cell, node_id: int, sight: Sight) -> Cell:
    return _blank(cell) if sight[cell.when].hides(node_id, cell.top, cell.bottom) else cell


def _gone(rows: Sequence[Row], column: int) -> set[int]:
    """Return the rows of a column to hide where its cells count no tallies of the period, as those of single days."""
    cells = {at: row.cells[column] for at, row in enumerate(rows)}
    counts = {
        str(at): {"": int(cell.numerator)}
        for at, cell in cells.items()
        if isinstance(cell, Cell) and cell.top is None and cell.numerator is not None
    }
    return {int(at) for at, _column in hidden(counts)} if counts else set()


def _blank(cell: Cell) -> Cell:
    return cell._replace(numerator=None, denominator=None, url="", below_url="")
