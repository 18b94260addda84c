"""From what was counted to a result, step by step as the page shows it. Pure; no database.

Everything is rounded half up to two decimals where it is shown, and the next step goes on from the rounded number, so
that a reader with a calculator comes to the same total.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from appraisal.states import Formula, LineNote

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Terms:
    """What an indicator asks, as its scheme says."""

    weight: Decimal
    formula: str
    target: Decimal
    floor: Decimal = Decimal(0)
    cap: Decimal = HUNDRED
    minimum: int = 0
    is_rate: bool = True
    """Otherwise the value is the numerator itself: a number, or a mark out of 100."""


@dataclass(frozen=True)
class Counted:
    """What came of counting; a numerator of None where nobody gave a mark."""

    numerator: Decimal | None
    denominator: int | None = None


@dataclass(frozen=True)
class Scored:
    """One line of a result."""

    value: Decimal | None
    score: Decimal | None
    weight: Decimal
    points: Decimal
    note: str = LineNote.COUNTED


@dataclass(frozen=True)
class Outcome:
    lines: list[Scored]
    score: Decimal | None
    points: Decimal
    total: Decimal | None


def cents(number: Decimal) -> Decimal:
    return number.quantize(CENT, rounding=ROUND_HALF_UP)


def plain(number: Decimal) -> str:
    """Write a number without the zeros that say nothing: 60.00 is 60."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def value_of(terms: Terms, counted: Counted) -> tuple[Decimal | None, str]:
    """Return the value (percent for a rate), or None and why there is none."""
    if counted.numerator is None:
        return None, LineNote.MISSING
    if not terms.is_rate:
        return cents(counted.numerator), LineNote.COUNTED
    if not counted.denominator:
        return None, LineNote.MISSING if not terms.minimum else LineNote.TOO_FEW
    if counted.denominator < terms.minimum:
        return None, LineNote.TOO_FEW
    return cents(counted.numerator * HUNDRED / counted.denominator), LineNote.COUNTED


def score_of(terms: Terms, value: Decimal) -> Decimal:
    """Return the score of a value: at least 0, at most the cap."""
    if terms.formula == Formula.BETWEEN:
        raw = (value - terms.floor) * HUNDRED / (terms.target - terms.floor)
    elif terms.formula == Formula.RATIO:
        raw = value * HUNDRED / terms.target
    elif terms.formula == Formula.REACHED:
        reached = value >= terms.target if terms.target >= terms.floor else value <= terms.target
        raw = HUNDRED if reached else ZERO
    else:
        raw = value
    return cents(max(ZERO, min(raw, terms.cap)))


def spread(weights: Sequence[Decimal | None]) -> list[Decimal]:
    """Spread a hundred over the weights that count, in proportion; what rounding leaves goes to the heaviest.

    None stands for an indicator that is left out; it gets 0.
    """
    whole = sum((weight for weight in weights if weight is not None), ZERO)
    if not whole:
        return [ZERO for _ in weights]
    found = [ZERO if weight is None else cents(weight * HUNDRED / whole) for weight in weights]
    heaviest = max(range(len(found)), key=lambda index: (found[index], -index))
    found[heaviest] += HUNDRED - sum(found, ZERO)
    return found


def judge(asked: Sequence[tuple[Terms, Counted]], points: Iterable[Decimal], points_limit: Decimal) -> Outcome:
    """Return the result: lines scored and weighted, immediate points added within their limit.

    An indicator without enough cases, or without a mark, is left out and its weight spread over the others. Where
    every one is left out there is no score and no total.
    """
    values = [value_of(terms, counted) for terms, counted in asked]
    weights = spread(
        [terms.weight if value is not None else None for (terms, _), (value, _) in zip(asked, values, strict=True)]
    )
    lines = []
    for (terms, _counted), (value, note), weight in zip(asked, values, weights, strict=True):
        score = score_of(terms, value) if value is not None else None
        earned = cents(score * weight / HUNDRED) if score is not None else ZERO
        lines.append(Scored(value, score, weight, earned, note))
    immediate = max(-points_limit, min(points_limit, sum(points, ZERO)))
    if all(line.score is None for line in lines):
        return Outcome(lines, None, cents(immediate), None)
    score = sum((line.points for line in lines), ZERO)
    return Outcome(lines, score, cents(immediate), cents(score + immediate))


def ranks(totals: Sequence[Decimal | None]) -> list[int | None]:
    """Return the place of each total, the highest first; equal ones share a place, and those without have none."""
    known = sorted((total for total in totals if total is not None), reverse=True)
    first: dict[Decimal, int] = {}
    for place, total in enumerate(known, start=1):
        first.setdefault(total, place)
    return [first[total] if total is not None else None for total in totals]
