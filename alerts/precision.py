"""How often a rule was right: of what a person decided, how much was confirmed; of the orders made, how many solved.

Warnings are counted here from their own few rows: no rollup keeps them.
"""

from dataclasses import dataclass

from alerts.models import EarlyWarning
from alerts.querysets import WarningQuerySet
from alerts.rules import Watch
from grids.models import Grid
from hotline.periods import Period


@dataclass(frozen=True)
class Precision:
    """Of one rule in one period."""

    decided: int = 0
    confirmed: int = 0
    ended: int = 0
    """Orders made from its warnings that have ended."""
    solved: int = 0

    @property
    def percent(self) -> float | None:
        """Return confirmed of decided; None of nothing."""
        return round(100 * self.confirmed / self.decided, 1) if self.decided else None

    @property
    def solved_percent(self) -> float | None:
        return round(100 * self.solved / self.ended, 1) if self.ended else None

    def speaks_against(self, watch: Watch) -> bool:
        """Say whether the rule warned so often in vain that a person should retire it."""
        if not watch.is_active or self.decided < watch.retire_after or self.percent is None:
            return False
        return self.percent < watch.retire_below


def of_rules(rows: WarningQuerySet) -> dict[str, Precision]:
    """Return the precision of each rule over these warnings, by code: one query."""
    return {code: Precision(*numbers) for code, *numbers in rows.by_rule()}


def in_district(district: Grid, period: Period) -> dict[str, Precision]:
    """Return the precision of each of a district's rules over what was decided in the period."""
    return of_rules(EarlyWarning.objects.filter(district=district).decided_in(period))
