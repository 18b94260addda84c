"""What the tallies of a node or a unit add up to over a period. No database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Numbers = dict[str, dict[str, int]]
"""Measure → key → number."""


@dataclass
class Sums:
    """The tallies of one node or unit over a period."""

    counts: Numbers = field(default_factory=dict)
    totals: Numbers = field(default_factory=dict)

    def add(self, measure: str, key: str, count: int, total: int = 0) -> None:
        """Add a tally."""
        counts, totals = self.counts.setdefault(measure, {}), self.totals.setdefault(measure, {})
        counts[key] = counts.get(key, 0) + count
        totals[key] = totals.get(key, 0) + total

    def add_all(self, others: "Sums") -> None:
        """Add all that others hold."""
        for measure, key, count, total in others:
            self.add(measure, key, count, total)

    def __iter__(self) -> Iterator[tuple[str, str, int, int]]:
        """Go through measure, key, count and total, in a fixed order."""
        for measure in sorted(self.counts):
            for key in sorted(self.counts[measure]):
                yield measure, key, self.counts[measure][key], self.totals[measure][key]

    def count(self, measure: str, *keys: str) -> int:
        """Return how many of a measure, of these keys or of all."""
        return _sum(self.counts, measure, keys)

    def total(self, measure: str, *keys: str) -> int:
        """Return the seconds or weight of a measure, of these keys or of all."""
        return _sum(self.totals, measure, keys)

    def by_key(self, measure: str) -> dict[str, int]:
        """Return the counts of a measure by key."""
        return dict(self.counts.get(measure, {}))


def _sum(found: Mapping[str, Mapping[str, int]], measure: str, keys: tuple[str, ...]) -> int:
    numbers = found.get(measure)
    if not numbers:
        return 0
    if not keys:
        return sum(numbers.values())
    if len(keys) == 1:
        return numbers.get(keys[0], 0)
    return sum(numbers.get(key, 0) for key in set(keys))
