"""A result's way from rows to the pure function and back: the terms of an indicator, the counted of a line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

from appraisal.arithmetic import ZERO, Counted, Outcome, Terms, judge
from appraisal.facts import Fact
from appraisal.models import Indicator, Line, Mark, Result
from appraisal.states import Code
from appraisal.subjects import Subject
from appraisal.surveyed import Surveyed


@dataclass(slots=True)
class NewLine:
    """A line that is not stored yet: the columns of `Line`, without the weight of a model, for a whole district."""

    indicator_id: int
    hits: list[int]
    others: list[int]
    numerator: Decimal | None = None
    denominator: int | None = None
    given_by_id: int | None = None
    value: Decimal | None = None
    raw_score: Decimal | None = None
    weight: Decimal = ZERO
    points: Decimal = ZERO
    note: str = ""


COLUMNS = tuple(field.name for field in fields(NewLine))


def terms_of(indicator: Indicator) -> Terms:
    one = indicator
    return Terms(one.weight, one.formula, one.target, one.floor, one.cap, one.minimum, one.is_rate)


def line_of(indicator: Indicator, fact: Fact, mark: Mark | None, surveyed: Surveyed | None) -> NewLine:
    """Return a line with what was counted, still without a score."""
    line = NewLine(indicator.pk, fact.hits, fact.others)
    if indicator.code == Code.MANUAL:
        line.numerator = mark.value if mark is not None else None
        line.given_by_id = mark.given_by_id if mark is not None else None
    elif indicator.code == Code.SURVEY:
        is_enough = surveyed is not None and surveyed.people >= indicator.minimum
        line.numerator = surveyed.mark if surveyed is not None and is_enough else None
        line.denominator = surveyed.people if surveyed is not None else None
    else:
        line.numerator = fact.numerator
        line.denominator = fact.denominator if indicator.is_rate else None
    return line


def survey_key(judged: str, subject: Subject) -> tuple[str, int]:
    return ("unit", subject.pk) if judged == "unit" else ("node", subject.node_id)


def apply(
    lines: Sequence[Line | NewLine], indicators: Mapping[int, Indicator], points: Iterable[Decimal], limit: Decimal
) -> Outcome:
    """Judge these lines and write value, score, weight and points into them."""
    asked = [(terms_of(indicators[line.indicator_id]), Counted(line.numerator, line.denominator)) for line in lines]
    outcome = judge(asked, points, limit)
    for line, scored in zip(lines, outcome.lines, strict=True):
        line.value, line.raw_score, line.weight = scored.value, scored.score, scored.weight
        line.points, line.note = scored.points, scored.note
    return outcome


def take_over(result: Result, outcome: Outcome) -> None:
    result.score, result.points, result.total = outcome.score, outcome.points, outcome.total
