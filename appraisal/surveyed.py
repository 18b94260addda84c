"""Results of questionnaires and spot checks, out of 100, as an app tells them without this one knowing it.

Whoever has such results calls `register` in its `AppConfig.ready()`; until then the indicator has no value and its
weight is spread.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from grids.models import Grid
from hotline.periods import Period


@dataclass(frozen=True)
class Surveyed:
    """The mark of a node or unit, and how many people it rests on. Who tells it leaves out marks of too few to show."""

    mark: Decimal
    people: int


Source = Callable[[Grid, Period], Mapping[tuple[str, int], Surveyed]]
"""Asked with the district and the period; keys are ("node", pk) for grids and ("unit", pk) for units."""
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Let an app give results; the same name again replaces it."""
    _sources[name] = source


def results(district: Grid, period: Period) -> dict[tuple[str, int], Surveyed]:
    """Return the results of a period; of a worker, those of the grid of the post."""
    found: dict[tuple[str, int], Surveyed] = {}
    for name in sorted(_sources):
        found |= _sources[name](district, period)
    return found
