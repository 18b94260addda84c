"""Which checks of a key site have expired or are due soon. No database; the interval is that of residents/safety.py."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from residents.safety import EVERY


@dataclass(frozen=True)
class Due:
    """A check of one kind that is due: the day, None where none was ever recorded."""

    kind: str
    on: dt.date | None

    @property
    def sign(self) -> str:
        return f"{self.kind}:{self.on.isoformat() if self.on else 'never'}"


def due(checked: Iterable[tuple[str, dt.date | None]], day: dt.date, *, ahead_days: int, never: bool) -> list[Due]:
    """Return the checks (kind, last day) that have expired or expire within `ahead_days`; those never recorded only
    where asked for."""
    limit = day + dt.timedelta(days=ahead_days)
    found = []
    for kind, last in checked:
        if last is None:
            if never:
                found.append(Due(kind, None))
        elif last + EVERY <= limit:
            found.append(Due(kind, last + EVERY))
    return found
