"""Has this been told already? What a rule told before decides whether a finding is a new warning. No database.

One matter has one open warning at most. While it is open it is reminded once, if it grew by half. After a decision, or
when it lapsed, only what happened since can warn again: a window that begins after it, or evidence that was not told.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from alerts.finding.base import Finding, Told

AGAIN = dt.timedelta(days=30)
"""What lapsed because nobody decided, and still holds, is told anew after so long."""


class Verdict(Enum):
    NEW = "new"
    GROWN = "grown"
    KNOWN = "known"


@dataclass(frozen=True)
class Past:
    """A warning as far as it matters for the next: `until` is the last day that it covers, None while it is open."""

    subject: str
    size: int
    evidence: frozenset[str] = frozenset()
    until: dt.date | None = None
    was_reminded: bool = False
    has_lapsed: bool = False


class Memory:
    """What one rule of one district told so far."""

    def __init__(self, rows: Iterable[Past] = ()) -> None:
        self.open: dict[str, Past] = {}
        self.closed: dict[str, list[Past]] = defaultdict(list)
        for row in rows:
            self.add(row)

    def add(self, row: Past) -> None:
        if row.until is None:
            self.open[row.subject] = row
        else:
            self.closed[row.subject].append(row)

    @property
    def told(self) -> Told:
        settled = frozenset[str]().union(*(past.evidence for rows in self.closed.values() for past in rows))
        return Told({row.subject: row.evidence for row in self.open.values() if row.evidence}, settled)

    def judge(self, found: Finding) -> Verdict:
        """Say whether a finding is new, a known one that grew, or known."""
        here = self.open.get(found.subject)
        if here is not None:
            grew = found.size * 2 >= here.size * 3
            return Verdict.GROWN if grew and not here.was_reminded else Verdict.KNOWN
        before = self.closed.get(found.subject, [])
        if found.evidence:
            told = frozenset[str]().union(*(past.evidence for past in before if not _is_stale(past, found)))
            return Verdict.KNOWN if found.evidence <= told else Verdict.NEW
        is_covered = any(past.until is not None and past.until >= found.first_on for past in before)
        return Verdict.KNOWN if is_covered else Verdict.NEW


def _is_stale(past: Past, found: Finding) -> bool:
    return past.has_lapsed and past.until is not None and found.last_on > past.until + AGAIN
