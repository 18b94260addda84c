"""What residents answered to questionnaires and spot checks, as marks of grids and units (surveys/results.py)."""

from appraisal import surveyed
from appraisal.surveyed import Surveyed
from grids.models import Grid
from hotline.periods import Period
from surveys import results


def register() -> None:
    surveyed.register("surveys", marks)


def marks(district: Grid, period: Period) -> dict[tuple[str, int], Surveyed]:
    """Return the mark of each grid and unit of the district, with the answers that it rests on: two queries."""
    found = results.marks_of(results.results_for(period, tree_id=district.tree_id))
    return {key: Surveyed(mark, n) for key, (mark, n) in found.items()}
