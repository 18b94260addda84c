"""What was answered, as counts: without names, small cells hidden; and the marks that the appraisal takes."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import QuerySet

from grids.models import Unit
from hotline.periods import Period
from surveys.models import Answer, Question, Sampled, Survey
from surveys.states import SMALLEST, Outcome, QuestionKind, SurveyKind

GRADES = 4
"""Steps from the worst grade to the best."""
NUMBERS = (QuestionKind.SCALE, QuestionKind.NUMBER)


Key = tuple[str, int]
"""("unit", pk) of the unit that led what was asked about, where there is one; else ("node", pk) of the grid."""


@dataclass
class Judgement:
    """What people said about one grid or unit: a mark out of 100, in which every answer counts alike."""

    points: Decimal = Decimal(0)
    answers: int = 0
    people: set[int] = field(default_factory=set)
    """Keys of `Sampled`: who was asked by two questionnaires is there twice."""

    @property
    def mark(self) -> Decimal:
        return self.points / self.answers

    def take(self, person: int, points: Decimal) -> None:
        self.points, self.answers = self.points + points, self.answers + 1
        self.people.add(person)

    def join(self, other: "Judgement") -> None:
        self.points, self.answers = self.points + other.points, self.answers + other.answers
        self.people |= other.people


@dataclass(frozen=True)
class Line:
    """One answer that could be given and how many gave it; None where it is hidden."""

    label: str
    count: int | None


@dataclass(frozen=True)
class Result:
    """A question with its answers: `n` of `reached` answered; `mean` of numbers; all None where fewer than five did.

    Where a line is hidden there is no mean either: with the lines that are shown it would tell what the others are.
    """

    question: Question
    n: int | None
    reached: int
    lines: tuple[Line, ...]
    mean: Decimal | None


@dataclass(frozen=True)
class Yield:
    """How the asking went: drawn, and how it ended for each."""

    drawn: int
    ends: tuple[tuple[str, int], ...]
    waiting: int
    reached: int


def marks_in(period: Period, *, tree_id: int) -> dict[Key, Judgement]:
    """Return what questionnaires whose last day lies in a period said of each grid and unit, for the appraisal.

    It rests on what each questionnaire by itself may show: what is hidden there is nowhere in it. For the same reason
    none is divided between periods. One query.
    """
    answers = Answer.objects.filter(sampled__survey__closes_on__range=(period.first, period.last))
    found: dict[Key, Judgement] = defaultdict(Judgement)
    for said in _judgements(answers.filter(sampled__grid__tree_id=tree_id)).values():
        for key, judgement in _shown(said).items():
            found[key].join(judgement)
    return dict(found)


def _judgements(answers: QuerySet[Answer]) -> dict[int, dict[Key, Judgement]]:
    """Return by questionnaire what was said about each grid and unit to questions that judge, small ones too.

    A grade from 1 to 5 is 0 to 100 in even steps; of a question with two answers the first, the good one, is 100.
    """
    about = ("sampled__survey_id", "sampled__grid_id", "sampled__unit_id", "sampled_id")
    rows = answers.filter(question__is_judging=True).values_list(*about, "number", "chosen")
    found: dict[int, dict[Key, Judgement]] = defaultdict(lambda: defaultdict(Judgement))
    for survey, grid, unit, person, number, chosen in rows.iterator(chunk_size=5000):
        points = Decimal(100 * (chosen == [0])) if number is None else 100 * (number - 1) / GRADES
        found[survey]["node" if unit is None else "unit", unit or grid].take(person, points)
    return found


def _shown(said: Mapping[Key, Judgement]) -> dict[Key, Judgement]:
    """Leave out what fewer than five people said in one questionnaire, and what would give that away."""
    keys = sorted(said)  # of two alike it is always the same one that goes
    hidden = _hidden([len(said[key].people) for key in keys], is_parts=True)
    return {key: said[key] for at, key in enumerate(keys) if at not in hidden}


def by_unit(survey: Survey) -> list[tuple[Unit, Judgement | None]]:
    """Return each unit with what was said about it in one questionnaire, by name; None where it is hidden. Two queries,
    none where no unit is judged."""
    if survey.kind != SurveyKind.HANDLING:
        return []
    said = _judgements(Answer.objects.filter(sampled__survey=survey)).get(survey.pk, {})
    shown = _shown(said)
    units = Unit.objects.filter(pk__in=[pk for kind, pk in said if kind == "unit"]).order_by("name", "pk")
    return [(unit, shown.get(("unit", unit.pk))) for unit in units]


def yield_of(survey: Survey) -> Yield:
    ends = Counter(survey.sampled.values_list("outcome", flat=True))
    return Yield(
        sum(ends.values()),
        tuple((str(outcome.label), ends[outcome.value]) for outcome in Outcome),
        ends[""],
        ends[Outcome.REACHED.value],
    )


def of_survey(survey: Survey) -> list[Result]:
    """Return each question with its counts, cells below five hidden, and what would give them away."""
    reached = Sampled.objects.filter(survey=survey, outcome=Outcome.REACHED).count()
    answers: dict[int, list[Answer]] = defaultdict(list)
    for answer in Answer.objects.filter(question__survey=survey).defer("text"):
        answers[answer.question_id].append(answer)
    return [_result(question, answers[question.pk], reached) for question in survey.questions.all()]


def _result(question: Question, answers: list[Answer], reached: int) -> Result:
    n = len(answers)
    if n < SMALLEST:
        return Result(question, None, reached, (), None)
    counts = _counts(question, answers)
    hidden = _hidden([count for _label, count in counts], is_parts=question.kind != QuestionKind.MULTIPLE)
    mean = None
    if question.kind in NUMBERS and not hidden:
        mean = sum((answer.number or Decimal(0) for answer in answers), Decimal(0)) / n
    lines = tuple(Line(label, None if at in hidden else count) for at, (label, count) in enumerate(counts))
    return Result(question, n, reached, lines, mean)


def _counts(question: Question, answers: list[Answer]) -> list[tuple[str, int]]:
    if question.kind == QuestionKind.SCALE:
        said = Counter(int(answer.number or 0) for answer in answers)
        return [(str(grade), said[grade]) for grade in range(5, 0, -1)]
    given = Counter(at for answer in answers for at in answer.chosen)
    return [(label, given[at]) for at, label in enumerate(question.choices)]


def _hidden(counts: list[int], *, is_parts: bool) -> set[int]:
    """Hide what is below five and not nothing. Of parts of a whole what is hidden is the rest of it: so the smallest of
    the others with it, until at least two are hidden and five people stand behind them, and what nobody gave as well,
    else few answers are left that they can have given."""
    hidden = {at for at, count in enumerate(counts) if 0 < count < SMALLEST}
    if not (hidden and is_parts):
        return hidden
    for at in sorted((at for at, count in enumerate(counts) if count >= SMALLEST), key=lambda at: counts[at]):
        if len(hidden) > 1 and sum(counts[one] for one in hidden) >= SMALLEST:
            break
        hidden.add(at)
    return hidden | {at for at, count in enumerate(counts) if not count}
