"""Is a count unusual against the same node's own history, or is it what chance brings? No database."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

PRIOR = 0.5
"""What is added to the history's sum, so that a history of zeros does not make a single case a miracle (Jeffreys)."""
MOST = 1_000_000
"""“Once in” is said up to this."""


@dataclass(frozen=True)
class Unusual:
    """A count beyond its history: what was expected, the highest of the history, by chance once in how many."""

    seen: int
    expected: float
    highest: int
    one_in: int


def chance(seen: int, history: Sequence[int]) -> float:
    """Return how likely a count at least this high is, if nothing has changed since the history.

    The rate is not known but estimated from a few periods; the count to come is then not Poisson but negative
    binomial (a Poisson whose rate has the gamma distribution that the history leaves), which is wider.
    """
    shape, periods = sum(history) + PRIOR, len(history)
    if seen <= 0 or not periods:
        return 1.0
    stay, step = math.log(periods / (periods + 1)), 1 / (periods + 1)
    term = math.exp(shape * stay)
    below = term
    for count in range(1, seen):
        term *= (shape + count - 1) / count * step
        below += term
    return max(0.0, 1.0 - below)


def unusual(seen: int, history: Sequence[int], *, least: int, percent: int, one_in: int) -> Unusual | None:
    """Say whether `seen` is so many that it is worth a warning: at least `least`, at least `percent` of the mean,
    above every period of the history, and by chance no more often than once in `one_in`."""
    if seen < least or not history or seen <= max(history):
        return None
    expected = sum(history) / len(history)
    likely = chance(seen, history)
    if seen * 100 < expected * percent or likely * one_in > 1:
        return None
    return Unusual(seen, round(expected, 1), max(history), MOST if likely * MOST <= 1 else int(1 / likely))


def grown(seen: int, before: int, *, least: int, percent: int) -> bool:
    """Say whether a count is at least `least` and at least `percent` of the one before, which counts as one if zero."""
    return seen >= least and seen * 100 >= max(1, before) * percent
