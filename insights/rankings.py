"""Who stands where among comparable ones, with the arithmetic that decides it. No database.

A rate of few says little: one order solved of one is 100 %. So each rate is drawn to the mean of its group as if
`WEIGHT` further cases at that mean had been counted (shrinkage to the group's mean, as empirical Bayes does it):

    (numerator + WEIGHT × mean) / (denominator + WEIGHT),   mean = all numerators / all denominators of the group

With many cases of one's own that hardly changes anything, with few it stays near the mean. Below `FEWEST` cases there
is no place at all. Equal values share a place, and the next one counts on from there (1, 2, 2, 4).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.db import models
from django.utils.translation import pgettext_lazy

from insights.figures import Figure

WEIGHT = 20
"""Cases at the group's mean that are added to everybody's own."""
FEWEST = 5
"""With fewer cases in the denominator there is no place."""
CLASSES = 3
SMALLEST_CLASS = 4
"""A group is cut by size only where each class would have at least so many."""


class Unplaced(models.TextChoices):
    """Why somebody has no place."""

    NOTHING = "nothing", pgettext_lazy("no place", "nothing to count")
    FEW = "few", pgettext_lazy("no place", "too few cases")
    PART = "part", pgettext_lazy("no place", "did not exist through the whole period")
    ALONE = "alone", pgettext_lazy("no place", "nobody to compare with")


class Size(models.TextChoices):
    ANY = "", pgettext_lazy("size", "any size")
    SMALL = "small", pgettext_lazy("size", "small")
    MIDDLE = "middle", pgettext_lazy("size", "middle-sized")
    LARGE = "large", pgettext_lazy("size", "large")


@dataclass(frozen=True)
class Candidate:
    """Somebody to be placed, and what the rate divides for them."""

    key: int
    figure: Figure
    is_whole: bool = True
    """False for whom there was not through the whole period: they are shown, but neither placed nor in the mean."""


@dataclass(frozen=True)
class Placed:
    """Where somebody stands, and why."""

    key: int
    figure: Figure
    shrunk: Fraction | None = None
    place: int | None = None
    is_tied: bool = False
    unplaced: str = ""

    @property
    def percent(self) -> Decimal | None:
        """Return the value that decides the place, in percent with one decimal."""
        return as_percent(self.shrunk)


@dataclass(frozen=True)
class Ranking:
    """One group, the best first, then whoever has no place."""

    mean: Fraction | None
    numerator: Decimal
    denominator: int
    rows: list[Placed]

    @property
    def mean_percent(self) -> Decimal | None:
        return as_percent(self.mean)

    @property
    def placed_count(self) -> int:
        return sum(row.place is not None for row in self.rows)


def rank(
    candidates: Iterable[Candidate], *, is_good_high: bool = True, weight: int = WEIGHT, fewest: int = FEWEST
) -> Ranking:
    """Place the candidates of one group; the order of what is given does not matter."""
    everyone = sorted(candidates, key=lambda one: one.key)
    counted = [one for one in everyone if one.is_whole]
    top = sum((one.figure.numerator for one in counted), Decimal())
    bottom = sum(one.figure.denominator or 0 for one in counted)
    mean = Fraction(top) / bottom if bottom else None
    reasons = {one.key: _reason(one, fewest) for one in everyone}
    if sum(not reason for reason in reasons.values()) == 1:
        reasons = {key: reason or Unplaced.ALONE for key, reason in reasons.items()}
    values = {one.key: _shrunk(one.figure, mean, weight) for one in everyone}
    able = [value for key, value in values.items() if value is not None and not reasons[key]]
    shared, places = Counter(able), _places(able, is_good_high=is_good_high)
    rows = []
    for one in everyone:
        value, reason = values[one.key], reasons[one.key]
        if reason or value is None:
            rows.append(Placed(one.key, one.figure, value, unplaced=reason))
        else:
            rows.append(Placed(one.key, one.figure, value, places[value], is_tied=shared[value] > 1))
    rows.sort(key=lambda row: (row.place is None, row.place or 0, row.key))
    return Ranking(mean, top, bottom, rows)


def _reason(one: Candidate, fewest: int) -> str:
    if not one.figure.denominator:
        return Unplaced.NOTHING
    if not one.is_whole:
        return Unplaced.PART
    return Unplaced.FEW if one.figure.denominator < fewest else ""


def _places(values: Iterable[Fraction], *, is_good_high: bool) -> dict[Fraction, int]:
    """Map each value to its place: one more than there are better ones."""
    places: dict[Fraction, int] = {}
    for number, value in enumerate(sorted(values, reverse=is_good_high), start=1):
        places.setdefault(value, number)
    return places


def _shrunk(figure: Figure, mean: Fraction | None, weight: int) -> Fraction | None:
    if not figure.denominator or mean is None:
        return None
    return (Fraction(figure.numerator) + weight * mean) / (figure.denominator + weight)


def as_percent(value: Fraction | None) -> Decimal | None:
    if value is None:
        return None
    return (Decimal(value.numerator) * 100 / Decimal(value.denominator)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def size_bounds(sizes: Sequence[int]) -> tuple[int, int] | None:
    """Return the greatest size that is still small, and the greatest middle one: thirds by number, equals together.

    None where a class would have fewer than `SMALLEST_CLASS`: such a group is not cut.
    """
    ordered = sorted(sizes)
    if len(ordered) < CLASSES * SMALLEST_CLASS:
        return None
    first, second = ordered[len(ordered) // CLASSES - 1], ordered[2 * len(ordered) // CLASSES - 1]
    classes = [size_of(size, (first, second)) for size in ordered]
    if min(classes.count(name) for name in (Size.SMALL, Size.MIDDLE, Size.LARGE)) < SMALLEST_CLASS:
        return None
    return first, second


def size_of(size: int, bounds: tuple[int, int] | None) -> Size:
    """Return the class of a size within these bounds."""
    if bounds is None:
        return Size.ANY
    return Size.SMALL if size <= bounds[0] else Size.MIDDLE if size <= bounds[1] else Size.LARGE
