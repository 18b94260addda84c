"""What the tallies of a node or a unit add up to over a period. No database."""

from collections import defaultdict
from dataclasses import dataclass, field


@dataclass
class Sums:
    """The tallies of one node or unit over a period."""

    counts: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    totals: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def count(self, measure: str, *keys: str) -> int:
        """Return how many of a measure, of these keys or of all."""
        return sum(n for (name, key), n in self.counts.items() if name == measure and (not keys or key in keys))

    def total(self, measure: str, *keys: str) -> int:
        """Return the seconds or weight of a measure, of these keys or of all."""
        return sum(n for (name, key), n in self.totals.items() if name == measure and (not keys or key in keys))

    def by_key(self, measure: str) -> dict[str, int]:
        """Return the counts of a measure by key."""
        return {key: n for (name, key), n in self.counts.items() if name == measure}
