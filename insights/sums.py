"""What the tallies of a node or a unit add up to over a period. No database."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Sums:
    """The tallies of one node or unit over a period."""

    counts: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    totals: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def count(self, measure: str, *keys: str) -> int:
        """Return how many of a measure, of these keys or of all."""
        return _sum(self.counts, measure, keys)

    def total(self, measure: str, *keys: str) -> int:
        """Return the seconds or weight of a measure, of these keys or of all."""
        return _sum(self.totals, measure, keys)

    def by_key(self, measure: str) -> dict[str, int]:
        """Return the counts of a measure by key."""
        return {key: n for (name, key), n in self.counts.items() if name == measure}


def _sum(found: Mapping[tuple[str, str], int], measure: str, keys: tuple[str, ...]) -> int:
    if keys:
        return sum(found.get((measure, key), 0) for key in set(keys))
    return sum(n for (name, _key), n in found.items() if name == measure)
