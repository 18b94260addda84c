"""What a page wants added up: of which nodes, over which days, of which measures, and by what."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hotline.periods import Period


class By(StrEnum):
    """What sums are kept apart by; the values are SQL."""

    NODE = "node_id"
    DAY = "(day - DATE '0001-01-01' + 1)"
    """The day's number, as `datetime.date.fromordinal` reads it."""
    MONTH = "(date_trunc('month', day)::date - DATE '0001-01-01' + 1)"
    """The number of the month's first day."""
    WEEKDAY = "extract(isodow FROM day)::int"
    """1 is Monday."""


@dataclass(frozen=True)
class Ask:
    """Sums that are wanted: under which name, of which nodes, when, of which measures, and by what."""

    name: str
    nodes: Sequence[int]
    period: Period
    measures: Sequence[str]
    by: By = By.NODE

    @property
    def sql(self) -> str:
        return (
            f"SELECT %s, {self.by}, measure, key, sum(count), sum(total)::bigint FROM insights_tally"  # noqa: S608 - ours
            " WHERE node_id = ANY(%s) AND day BETWEEN %s AND %s AND measure = ANY(%s) GROUP BY 2, measure, key"
        )

    @property
    def given(self) -> list[Any]:
        return [self.name, list(self.nodes), self.period.first, self.period.last, list(self.measures)]
