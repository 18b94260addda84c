"""Small numbers for who sees aggregates only: what counts fewer than ten people is not shown, nor what gives it away.

A page shows a node and those directly below it, and its reader may open the node's parent and children as well. So a
number is hidden from the district down: what is hidden in the table of the district is hidden in the street's own, and
whatever would let it be worked out from a total is hidden with it (`care.suppression`, rule 6).

Not kept from a patient reader: the difference between two overlapping periods. Who publishes figures of single days
below a street gives that away.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from care.suppression import Cell, hidden
from grids.models import Grid, Kind

Numbers = Mapping[int, Mapping[str, int]]
"""Node → column → how many people, households, visits."""
Shown = dict[int, dict[str, int | None]]
"""The same; None where it is hidden, which pages write as “—”."""
Read = Callable[[Collection[int]], Numbers]
Splits = Sequence[tuple[str, Sequence[str]]]
"""A whole and its parts, which are all of it."""


def shown(node: Grid, read: Read, splits: Splits = (), path: Sequence[int] = ()) -> Shown:
    """Return the numbers of a node and of the nodes directly below it, None where one may not know them.

    `read` gives the numbers of nodes, every column for every node; it is asked once. `splits` names columns that are
    the sum of others ([("people", ["resident", "floating"])]): hidden parts must not come out of their whole. A whole
    may be a part of a split before. A column that is in none stands for itself. Two queries besides those of `read`,
    one for who gives the `path` (the keys from the district down to the node).
    """
    below = _below_the_path(list(path) or list(Grid.objects.on_path_to(node).values_list("pk", flat=True)))
    numbers = read(sorted({pk for pks in below.values() for pk in pks}))
    groups = _groups(numbers, splits)
    gone: set[tuple[int, str]] = set()
    for above, pks in below.items():
        dark = {column for pk, column in gone if pk == above}
        for group in groups:
            gone |= _hide(pks, group, numbers, gone | {(pk, column) for pk in pks for column in dark})
    rows = [node.pk, *below.get(node.pk, [])]
    return {pk: {c: None if (pk, c) in gone else n for c, n in numbers.get(pk, {}).items()} for pk in rows}


def _below_the_path(path: list[int]) -> dict[int | None, list[int]]:
    """Return the nodes directly below each node of the path; the district is below None."""
    below: dict[int | None, list[int]] = {None: path[:1], **{pk: [] for pk in path}}
    rows = Grid.objects.filter(parent__in=path).exclude(kind=Kind.MICRO).order_by("lft")
    for pk, parent in rows.values_list("pk", "parent_id"):
        below[parent].append(pk)
    return below


def _groups(numbers: Numbers, splits: Splits) -> list[tuple[str, Sequence[str]]]:
    """Return pairs of a whole ("" where a column stands for itself) and its parts."""
    columns = dict.fromkeys(column for row in numbers.values() for column in row)
    taken = {column for whole, parts in splits for column in (whole, *parts)}
    return [*splits, *(("", [column]) for column in columns if column not in taken)]


def _hide(
    pks: list[int], group: tuple[str, Sequence[str]], numbers: Numbers, dark: Collection[tuple[int, str]]
) -> set[tuple[int, str]]:
    """Return the cells of one table and one group of columns to hide; those that are `dark` are hidden already."""
    whole, parts = group
    gone: set[tuple[int, str]] = set()
    if whole:
        gone = _of_table(pks, [whole], numbers, {(pk, whole) for pk in pks if (pk, whole) in dark})
    extra = {(pk, part) for pk in pks for part in parts if (pk, part) in dark or (pk, whole) in gone}
    return gone | _of_table(pks, parts, numbers, extra)


def _of_table(
    pks: list[int], columns: Sequence[str], numbers: Numbers, extra: set[tuple[int, str]]
) -> set[tuple[int, str]]:
    counts = {str(pk): {column: numbers.get(pk, {}).get(column, 0) for column in columns} for pk in pks}
    cells: list[Cell] = [(str(pk), column) for pk, column in extra]
    found = hidden(counts, cells, columns_have_totals=len(pks) > 1)
    return {(int(pk), column) for pk, column in found}
