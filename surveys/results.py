"""What was answered, as counts: without names, small cells hidden; and the averages that the appraisal takes."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Avg, Count, QuerySet

from grids.models import Unit
from hotline.periods import Period
from surveys.models import Answer, Question, Sampled, Survey
from surveys.states import SMALLEST, Outcome, QuestionKind, SurveyKind

GRADES = 4
"""Steps from the worst grade to the best."""
NUMBERS = (QuestionKind.SCALE, QuestionKind.NUMBER)


@dataclass(frozen=True)
class Row:
    """The answers about one worker's (one grid's, one unit's) work to one question in a period; `mean` of `n` answers.

    A question with two choices counts its first as 1 and its second as 0: "yes" first.
    """

    node_id: int
    worker_id: int | None
    unit_id: int | None
    code: str
    kind: str
    n: int
    mean: Decimal


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


def results_for(period: Period, *, tree_id: int | None = None) -> list[Row]:
    """Return the averages of numbers, scales and yes-no questions of spot checks and questionnaires in a period.

    By grid, worker and unit that are judged; who takes them says how few are too few. Two queries.
    """
    answers = Answer.objects.filter(sampled__finished_at__gte=period.begin, sampled__finished_at__lt=period.end)
    if tree_id is not None:
        answers = answers.filter(sampled__grid__tree_id=tree_id)
    return _rows(answers)


def _rows(answers: QuerySet[Answer]) -> list[Row]:
    keys = ("sampled__grid_id", "sampled__worker_id", "sampled__unit_id", "question__code", "question__kind")
    rows = [
        Row(grid, worker, unit, code, kind, n, Decimal(mean))
        for grid, worker, unit, code, kind, n, mean in answers.filter(number__isnull=False)
        .values_list(*keys)
        .annotate(n=Count("pk"), mean=Avg("number"))
        .order_by(*keys)
    ]
    said: dict[tuple[int, int | None, int | None, str], list[int]] = defaultdict(list)
    singles = answers.filter(question__kind=QuestionKind.SINGLE, question__choices__1__isnull=False)
    singles = singles.filter(question__choices__2__isnull=True)
    for grid, worker, unit, code, _kind, chosen in singles.values_list(*keys, "chosen"):
        said[grid, worker, unit, code].append(1 if chosen == [0] else 0)
    rows += [Row(*key, QuestionKind.SINGLE, len(all_), Decimal(sum(all_)) / len(all_)) for key, all_ in said.items()]
    return rows


@dataclass(frozen=True)
class Mark:
    """A mark out of 100 and how many people it rests on; both None where they are hidden."""

    mark: Decimal | None
    people: int | None


def marks_of(rows: Iterable[Row]) -> dict[tuple[str, int], tuple[Decimal, int]]:
    """Return the mark out of 100 of each grid, and of each unit that led what was asked about, with its answers.

    A grade from 1 to 5 is 0 to 100 in even steps; of a question with two answers it is the share of the first, the good
    one. Every answer counts alike, for the unit where there is one and else for the grid. Numbers have no scale and
    count for nothing here.
    """
    sums: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    answers: dict[tuple[str, int], int] = defaultdict(int)
    for row in rows:
        if row.kind != QuestionKind.NUMBER:
            key = ("node", row.node_id) if row.unit_id is None else ("unit", row.unit_id)
            sums[key] += 100 * row.n * (row.mean if row.kind == QuestionKind.SINGLE else (row.mean - 1) / GRADES)
            answers[key] += row.n
    return {key: (sums[key] / n, n) for key, n in answers.items()}


def by_unit(survey: Survey) -> list[tuple[Unit, Mark]]:
    """Return each unit's mark from one questionnaire, by name; those of fewer than five people are hidden, and a second
    one where a single one would be what is left of the whole. Four queries, none without units."""
    if survey.kind != SurveyKind.HANDLING:
        return []
    asked = Answer.objects.filter(sampled__survey=survey, sampled__unit__isnull=False)
    people = dict(asked.order_by().values_list("sampled__unit").annotate(Count("sampled", distinct=True)))
    units = list(Unit.objects.filter(pk__in=people).order_by("name", "pk"))
    hidden = _hidden([people[unit.pk] for unit in units], is_parts=True)
    marks = marks_of(_rows(asked))
    shown = [Mark(None, None) if at in hidden else _mark(marks, unit, people) for at, unit in enumerate(units)]
    return list(zip(units, shown, strict=True))


def _mark(marks: dict[tuple[str, int], tuple[Decimal, int]], unit: Unit, people: dict[int, int]) -> Mark:
    found = marks.get(("unit", unit.pk))
    return Mark(found[0] if found else None, people[unit.pk])


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
