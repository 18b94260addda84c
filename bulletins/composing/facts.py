"""What a briefing is composed from: sums of the rollups as plain JSON, and the same read back. No database.

The JSON is what is kept and frozen with a bulletin; the words are made from it alone, so that no sentence can say
another number than the figures beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bulletins.wording import Against
from hotline.periods import Length, Period
from insights import figures
from insights.figures import Sums
from insights.measures import Measure

Packed = dict[str, dict[str, list[int]]]
"""Measure → key → count and total."""
NOTHING = Sums()


@dataclass(frozen=True)
class Case:
    """A case that went well: never its description, place or people."""

    category: str
    community: str
    seconds: int
    rating: int
    source: str = ""
    unit: str = ""
    """Who had it in the end; "" for the grid's own people."""
    level: str = ""
    """The kind of node that it had climbed to; "" where it never climbed."""


@dataclass(frozen=True)
class Part:
    """A node below, or a unit, with its sums of the period and of the one before (None: nothing to compare with)."""

    name: str
    now: Sums
    before: Sums | None

    @property
    def due(self) -> int:
        return self.now.count(Measure.FELL_DUE)

    @property
    def late(self) -> int:
        return self.now.count(Measure.FELL_DUE, "late")

    @property
    def share(self) -> Fraction:
        """Return the part of what fell due that was late, exactly: equal ones are equal."""
        return Fraction(self.late, self.due) if self.due else Fraction(0)

    def rate(self, name: str) -> Decimal | None:
        return figures.rate(name, self.now).value


@dataclass(frozen=True)
class Facts:
    """Everything that a briefing of one node and period says."""

    node: str
    kind: str
    period: Period
    now: Sums
    before: Sums | None
    year: Sums | None
    categories: Mapping[str, str] = field(default_factory=dict)
    """Names by the key that `now`, `before` and `year` count them under: roots only."""
    places: tuple[Part, ...] = ()
    communities: tuple[Part, ...] = ()
    """Of a district: with what fell due only."""
    units: tuple[Part, ...] = ()
    cases: tuple[Case, ...] = ()
    minimum: int = 10
    """So many have to have fallen due for a place among the ranked, and to be named among the overdue."""
    last: int = 3
    """How many of the last-ranked are named."""

    @property
    def against(self) -> str:
        """How the period before is called."""
        return Against.DAY if self.period.length == Length.DAY else Against.BEFORE

    def count(self, measure: str, *keys: str) -> int:
        return self.now.count(measure, *keys)

    def count_before(self, measure: str, *keys: str) -> int | None:
        return None if self.before is None else self.before.count(measure, *keys)

    def count_year(self, measure: str, *keys: str) -> int | None:
        return None if self.year is None else self.year.count(measure, *keys)

    def rates(self, name: str) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
        """Return a rate now, before and a year before; None where there is nothing to divide or to compare with."""
        found = [
            None if sums is None else figures.rate(name, sums).value for sums in (self.now, self.before, self.year)
        ]
        return found[0], found[1], found[2]


def pack(sums: Sums) -> Packed:
    """Write sums as JSON, in a fixed order."""
    packed: Packed = {}
    for measure, key, count, total in sums:
        packed.setdefault(measure, {})[key] = [count, total]
    return packed


def unpack(packed: Packed) -> Sums:
    """Read sums from JSON."""
    sums = Sums()
    for measure, keys in packed.items():
        for key, (count, total) in keys.items():
            sums.add(measure, key, count, total)
    return sums


def facts(given: Mapping[str, Any], period: Period) -> Facts:
    """Read the figures of a bulletin; raises KeyError for what is none."""

    def sums(packed: Packed | None) -> Sums | None:
        return None if packed is None else unpack(packed)

    def parts(name: str) -> tuple[Part, ...]:
        return tuple(Part(one["name"], unpack(one["now"]), sums(one["before"])) for one in given[name])

    return Facts(
        node=given["node"],
        kind=given["kind"],
        period=period,
        now=unpack(given["now"]),
        before=sums(given["before"]),
        year=sums(given["year"]),
        categories=given["categories"],
        places=parts("places"),
        communities=parts("communities"),
        units=parts("units"),
        cases=tuple(Case(**one) for one in given["cases"]),
        minimum=given["minimum"],
        last=given["last"],
    )
