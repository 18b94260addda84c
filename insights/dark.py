"""Which tallies of an area are dark to who sees aggregates only: small ones, and those that would give them away.

The dashboard, its workbook and API, and the cockpit ask here, so that none tells what another hides. How numbers hide
each other, and from which node on, is in insights/suppressing.py.

Not kept: the difference of two figures that divide different things, as how many ended without being solved.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from grids.models import Grid
from hotline.periods import Period
from insights import figures, suppressing
from insights.cells import Cell, Part
from insights.figures import Sums
from insights.measures import STOCKS

_NOBODY_LEFT = 10**9
"""Stands for a rest of nought, so large that it neither needs hiding nor is hidden in place of a part."""
Split = tuple[Part, Sequence[Part]]
"""A whole and parts of it that do not overlap; what is left of the whole is reckoned with too."""


@dataclass(frozen=True)
class Dark:
    """What is hidden of a node and of those directly below it."""

    gone: Mapping[int, Collection[Part]]
    sums: Mapping[int, Sums] = field(default_factory=dict)
    held: Mapping[int, Sums] = field(default_factory=dict)
    """What was read to know it, tallies and stocks, so that a page need not read it again."""

    def hides(self, node_id: int, *parts: Part | None) -> bool:
        """Say whether any of these parts of a node's figures is hidden."""
        return any(part in self.gone.get(node_id, ()) for part in parts)


NOTHING = Dark({})
"""For who may see lists."""


def read(node: Grid, splits: Sequence[Split], period: Period, path: Sequence[int] = ()) -> Dark:
    """Return what is hidden in a period and, of stocks, at its end: three to five queries.

    `path` are the keys from the district down to the node, for who has them.
    """
    parts = list(dict.fromkeys(part for whole, some in splits for part in (whole, *some)))
    measures = {measure for measure, _keys in parts}

    sums: dict[int, Sums] = {}
    held: dict[int, Sums] = {}

    def numbers(pks: Collection[int]) -> dict[int, dict[str, int]]:
        sums.update(figures.of_nodes(pks, period, measures - STOCKS) if measures - STOCKS else {})
        held.update(figures.stock(pks, period.last) if measures & STOCKS else {})
        return {pk: _row(splits, parts, sums.get(pk, Sums()), held.get(pk, Sums())) for pk in pks}

    columns = [(_name(whole), [*map(_name, some), _rest(whole, some)]) for whole, some in splits if some]
    shown = suppressing.shown(node, numbers, columns, path)
    gone = {pk: frozenset(part for part in parts if row.get(_name(part)) is None) for pk, row in shown.items()}
    return Dark(gone, sums, held)


def _row(splits: Sequence[Split], parts: Iterable[Part], sums: Sums, held: Sums) -> dict[str, int]:
    """Return the columns of one node."""
    row = {_name(part): (held if part[0] in STOCKS else sums).count(part[0], *part[1]) for part in parts}
    for whole, some in splits:
        left = row[_name(whole)] - sum(row[_name(part)] for part in some)
        row[_rest(whole, some)] = left or _NOBODY_LEFT
    return row


def splits(cells: Iterable[Cell]) -> list[Split]:
    """Return how the cells of one table split their measures; what stands for itself is a whole without parts."""
    found: dict[Part, list[list[Part]]] = {}
    for part in dict.fromkeys(part for cell in cells for part in _parts(cell)):
        measure, keys = part
        groups = found.setdefault((measure, ()), [])
        if keys:
            alike = next((group for group in groups if not _overlaps(part, group)), None)
            groups.append([part]) if alike is None else alike.append(part)
    return [(whole, group) for whole, groups in found.items() for group in groups or [[]]]


def alone(cells: Iterable[Cell]) -> list[Split]:
    """Return the splits of figures that stand beside each other: a rate splits what it divides, the rest nothing."""
    found = [split for cell in cells for split in of_rate(cell.top, cell.bottom)]
    return [split for at, split in enumerate(found) if split not in found[:at]]


def of_rate(top: Part | None, bottom: Part | None) -> list[Split]:
    """Return how a numerator splits its denominator; where it is no part of it, both stand for themselves."""
    if top is not None and bottom is not None and top[0] == bottom[0] and top != bottom:
        return [(bottom, [top])]
    return [(part, []) for part in (top, bottom) if part is not None]


def _parts(cell: Cell) -> list[Part]:
    return [part for part in (cell.top, cell.bottom) if part is not None]


def _overlaps(part: Part, others: Iterable[Part]) -> bool:
    return any(set(part[1]) & set(other[1]) for other in others)


def _name(part: Part) -> str:
    return f"{part[0]} {','.join(part[1])}"


def _rest(whole: Part, parts: Sequence[Part]) -> str:
    return f"{_name(whole)} without {'; '.join(map(_name, parts))}"
