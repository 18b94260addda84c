"""What residents answered to questionnaires and spot checks, as marks out of 100 of grids (surveys/results.py).

A grade from 1 to 5 is 0 to 100 in even steps; of a question with two answers it is the share of the first, the good
one. Every answer counts alike. Numbers have no scale and count for nothing here.
"""

from collections import defaultdict
from decimal import Decimal

from appraisal import surveyed
from appraisal.surveyed import Surveyed
from grids.models import Grid
from hotline.periods import Period
from surveys import results
from surveys.states import QuestionKind

GRADES = 4
"""Steps from the worst grade to the best."""


def register() -> None:
    surveyed.register("surveys", marks)


def marks(district: Grid, period: Period) -> dict[tuple[str, int], Surveyed]:
    """Return the mark of each grid of the district, with the answers that it rests on: two queries."""
    sums: dict[int, Decimal] = defaultdict(Decimal)
    answers: dict[int, int] = defaultdict(int)
    for row in results.results_for(period, tree_id=district.tree_id):
        if row.kind == QuestionKind.NUMBER:
            continue
        mark = 100 * (row.mean if row.kind == QuestionKind.SINGLE else (row.mean - 1) / GRADES)
        sums[row.node_id] += mark * row.n
        answers[row.node_id] += row.n
    return {("node", grid): Surveyed(sums[grid] / n, n) for grid, n in answers.items()}
