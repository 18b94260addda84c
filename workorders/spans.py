"""Stretches of time and their sums: pure, half-open, in order."""

import datetime as dt
from collections.abc import Iterable

Span = tuple[dt.datetime, dt.datetime]


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return the same time as few stretches, in order; empty ones are dropped."""
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """Return what is left of some stretches when others are taken out."""
    left = joined(spans)
    for off, on in joined(taken):
        cut: list[Span] = []
        for start, end in left:
            if end <= off or start >= on:
                cut.append((start, end))
                continue
            cut += [(a, b) for a, b in ((start, off), (on, end)) if a < b]
        left = cut
    return left


def total(spans: Iterable[Span]) -> dt.timedelta:
    """Add up; time that two stretches share counts once."""
    return sum((end - start for start, end in joined(spans)), dt.timedelta())
