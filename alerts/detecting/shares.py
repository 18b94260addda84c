"""Is a share (overdue of open) above everything that the node itself has known? No database."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """So many of so many; of none it is zero."""

    part: int
    whole: int

    @property
    def percent(self) -> float:
        return 100 * self.part / self.whole if self.whole else 0.0


def above(now: Share, history: Sequence[Share], *, least: int, points: int) -> bool:
    """Say whether at least `least` are overdue and the share lies `points` percentage points above the highest of the
    history; without any history nothing is unusual."""
    if now.part < least or not history:
        return False
    return now.percent >= max(share.percent for share in history) + points and now.part > max(s.part for s in history)
