"""What was answered, as counts: without names, small cells hidden; and the averages that the appraisal takes."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Avg, Count

from hotline.periods import Period
from surveys.models import Answer, Question, Sampled, Survey
from surveys.states import SMALLEST, Outcome, QuestionKind

NUMBERS = (QuestionKind.SCALE, QuestionKind.NUMBER)


@dataclass(frozen=True)
class Row:
    """The answers about one worker's (or one grid's) work to one question in a period; `mean` of `n` answers.

    A question with two choices counts its first as 1 and its second as 0: "yes" first.
    """

    node_id: int
    worker_id: int | None
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
    """A question with its answers: `n` of `reached` answered; `mean` of numbers; all None where fewer than five did."""

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

    By grid and by the worker who is judged; who takes them says how few are too few. Two queries.
    """
    answers = Answer.objects.filter(sampled__finished_at__gte=period.begin, sampled__finished_at__lt=period.end)
    if tree_id is not None:
        answers = answers.filter(sampled__grid__tree_id=tree_id)
    keys = ("sampled__grid_id", "sampled__worker_id", "question__code", "question__kind")
    rows = [
        Row(grid, worker, code, kind, n, Decimal(mean))
        for grid, worker, code, kind, n, mean in answers.filter(number__isnull=False)
        .values_list(*keys)
        .annotate(n=Count("pk"), mean=Avg("number"))
        .order_by(*keys)
    ]
    said: dict[tuple[int, int | None, str], list[int]] = defaultdict(list)
    singles = answers.filter(question__kind=QuestionKind.SINGLE, question__choices__1__isnull=False)
    singles = singles.filter(question__choices__2__isnull=True)
    for grid, worker, code, _kind, chosen in singles.values_list(*keys, "chosen"):
        said[grid, worker, code].append(1 if chosen == [0] else 0)
    rows += [
        Row(grid, worker, code, QuestionKind.SINGLE, len(all_), Decimal(sum(all_)) / len(all_))
        for (grid, worker, code), all_ in said.items()
    ]
    return rows


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
    mean = None
    if question.kind in NUMBERS:
        mean = sum((answer.number or Decimal(0) for answer in answers), Decimal(0)) / n
    counts = _counts(question, answers)
    hidden = _hidden([count for _label, count in counts], is_parts=question.kind != QuestionKind.MULTIPLE)
    lines = tuple(Line(label, None if at in hidden else count) for at, (label, count) in enumerate(counts))
    return Result(question, n, reached, lines, mean)


def _counts(question: Question, answers: list[Answer]) -> list[tuple[str, int]]:
    if question.kind == QuestionKind.SCALE:
        said = Counter(int(answer.number or 0) for answer in answers)
        return [(str(grade), said[grade]) for grade in range(5, 0, -1)]
    given = Counter(at for answer in answers for at in answer.chosen)
    return [(label, given[at]) for at, label in enumerate(question.choices)]


def _hidden(counts: list[int], *, is_parts: bool) -> set[int]:
    """Hide what is below five and not nothing; of parts of a whole a second one too, else it is the rest of it."""
    hidden = {at for at, count in enumerate(counts) if 0 < count < SMALLEST}
    if is_parts and len(hidden) == 1:
        others = [at for at, count in enumerate(counts) if at not in hidden and count]
        hidden |= {min(others, key=lambda at: counts[at])} if others else set()
    return hidden
