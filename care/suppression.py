"""Small numbers on counts of tiers: what is below ten is not shown, nor what would let it be worked out (rule 6).

A line is a row or a column whose total can be known. In every line either nothing is hidden, or at least two cells
whose sum is ten or more, or all of it. What is hidden for a street is hidden for its communities.
"""

from collections.abc import Iterable, Mapping

SMALLEST = 10
Cell = tuple[str, str]
"""(place, tier)."""
Counts = Mapping[str, Mapping[str, int]]


def hidden(counts: Counts, extra: Iterable[Cell] = (), *, columns_have_totals: bool = True) -> set[Cell]:
    """Return the cells of a table not to be shown; `extra` are hidden whatever they hold."""
    places = list(counts)
    tiers = list(next(iter(counts.values()), {}))
    gone: set[Cell] = set(extra) | {(p, t) for p in places for t in tiers if counts[p][t] < SMALLEST}
    lines: list[list[Cell]] = [[(place, tier) for tier in tiers] for place in places]
    if columns_have_totals:
        lines += [[(place, tier) for place in places] for tier in tiers]
    while True:
        before = len(gone)
        for line in lines:
            _complete(line, counts, gone)
        if len(gone) == before:
            return gone


def _complete(line: list[Cell], counts: Counts, gone: set[Cell]) -> None:
    """Hide the smallest further cells until those that are hidden cannot be worked out from the line's total."""
    while True:
        dark = [cell for cell in line if cell in gone]
        light = [cell for cell in line if cell not in gone]
        if not dark or not light:
            return
        if len(dark) > 1 and sum(counts[place][tier] for place, tier in dark) >= SMALLEST:
            return
        gone.add(min(light, key=lambda cell: (counts[cell[0]][cell[1]], cell)))
