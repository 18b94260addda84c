"""The columns that each kind of roster may have: what a page shows, a template holds, and a reader makes of a cell.

`of(kind)` gives them in the template's order; accounts/tables/headings.py finds them by their headings.
"""

from collections.abc import Mapping, Sequence

from rosters.columns import houses, organisations, residents, workers
from rosters.columns.column import Column
from rosters.states import BatchKind

_ALL: Mapping[str, Sequence[Column]] = {
    BatchKind.RESIDENTS: residents.COLUMNS,
    BatchKind.HOUSES: houses.COLUMNS,
    BatchKind.ORGANISATIONS: organisations.COLUMNS,
    BatchKind.WORKERS: workers.COLUMNS,
}


def of(kind: str) -> dict[str, Column]:
    """Return the columns of a kind of roster by field name, in the order in which the template has them."""
    return {column.name: column for column in _ALL[kind]}


def missing(kind: str, fields: Sequence[str]) -> list[list[Column]]:
    """Return the groups of columns of which one is needed and none is there."""
    known = of(kind)
    return [[known[name] for name in group] for group in NEEDED[kind] if not set(group) & set(fields)]


NEEDED: Mapping[str, Sequence[tuple[str, ...]]] = {
    BatchKind.RESIDENTS: [("name",)],
    BatchKind.HOUSES: [("address", "room_no")],
    BatchKind.ORGANISATIONS: [("name",)],
    BatchKind.WORKERS: [("display_name",), ("role",), ("node",)],
}
"""Of each group at least one column must be there."""
