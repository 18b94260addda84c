"""What residents answered to questionnaires and spot checks, as marks of grids and units (surveys/results.py)."""

from appraisal import surveyed
from appraisal.surveyed import Surveyed
from grids.models import Grid
from hotline.periods import Period
from surveys import results


def register() -> None:
    surveyed.register("surveys", marks)


def marks(district: Grid, period: Period) -> dict[tuple[str, int], Surveyed]:
    """Return the mark of each grid and unit of the district, and how many people it rests on; nothing about what a
    questionnaire does not show itself. One query."""
    found = results.marks_in(period, tree_id=district.tree_id)
    return {key: Surveyed(said.mark, len(said.people)) for key, said in found.items()}
