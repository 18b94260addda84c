"""The table of the nodes directly below: each figure with what it is made of, sorted by any of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from grids.models import Grid
from insights.board.linking import address_of
from insights.catalogue import CHILDREN
from insights.cells import Cell, Head, Row, Table
from insights.figures import Sums

DRAWN = {"found": "", "overdue": "red"}
"""What the chart draws, and its colour."""


def table(
    node: Grid,
    below: Sequence[Grid],
    sums: Mapping[int, Sums],
    query: dict[str, str],
    sort: str = "",
) -> Table:
    """Return a row for each node below, in the tree's order (`in_order` sorts them by a figure)."""
    period = urlencode(query)
    rows = [
        Row(
            child.name,
            [entry.cell(sums[child.pk]) for entry in CHILDREN],
            url=f"{address_of(child.pk)}?{period}",
            node=child.pk,
        )
        for child in below
    ]
    address = address_of(node.pk)
    return Table(
        "areas",
        _("Areas"),
        _("the nodes directly below, as the tree stood on each day of the period"),
        str(below[0].get_kind_display()) if below else _("Area"),
        [_head(number, address, query, sort) for number in range(len(CHILDREN))],
        rows,
        chart="rows",
        is_open=True,
        is_wide=True,
    )


def in_order(table: Table, sort: str) -> Table:
    """Sort the rows by a figure ("found", "-found"); those that show no value stay as they are, at the end."""
    name = sort.removeprefix("-")
    at = next((number for number, entry in enumerate(CHILDREN) if entry.name == name), None)
    if at is None:
        return table
    known = [one for one in table.rows if _value(one, at) is not None]
    known.sort(key=lambda one: _value(one, at) or 0, reverse=sort.startswith("-"))
    return replace(table, rows=known + [one for one in table.rows if _value(one, at) is None])


def _value(row: Row, at: int) -> float | None:
    cell = row.cells[at]
    value = cell.value if isinstance(cell, Cell) else None
    return float(value) if value is not None else None


def _head(number: int, address: str, query: dict[str, str], sort: str) -> Head:
    entry = CHILDREN[number]
    is_falling = sort == f"-{entry.name}"
    turned = entry.name if is_falling else f"-{entry.name}"
    is_here = sort.removeprefix("-") == entry.name
    return Head(
        entry.label,
        entry.meaning,
        series="" if entry.name in DRAWN else None,
        tone=DRAWN.get(entry.name, ""),
        sort=f"{address}?{urlencode({**query, 'sort': turned})}#areas",
        sorted="" if not is_here else "descending" if is_falling else "ascending",
    )
