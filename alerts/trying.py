"""Try a changed rule against the days behind us before it holds; nothing is written and nobody is told."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from alerts.finding import UNTRIED
from alerts.finding.base import Finding
from alerts.models import EarlyWarning
from alerts.rules import Watch
from alerts.states import State
from alerts.sweeps import simulated
from grids.models import Grid

DAYS = 90


@dataclass(frozen=True)
class Trial:
    """What a rule would have warned of in the last `DAYS` days."""

    found: list[Finding]
    present: int
    """How often the rule as it holds now would have warned; 0 for a rule that is new or off."""
    shared: int
    """Of `found`, how many the rule as it holds now finds as well."""
    confirmed: int
    dismissed: int
    """Of `found`, how many meet a warning that was given and so decided."""

    @property
    def count(self) -> int:
        return len(self.found)


def may_try(watch: Watch) -> bool:
    return watch.kind not in UNTRIED


def against_the_past(district: Grid, wanted: Watch, present: Watch | None, now: dt.datetime | None = None) -> Trial:
    """Run both rules over the last `DAYS` days and compare. Raises ValueError for a kind that cannot be tried."""
    moment = now or timezone.now()
    last = timezone.localdate(moment)
    first = last - dt.timedelta(days=DAYS - 1)
    found = simulated(district, wanted, first, last, moment)
    before = simulated(district, present, first, last, moment) if present is not None and present.is_active else []
    given = EarlyWarning.objects.filter(district=district, kind=wanted.kind, last_on__gte=first)
    rows = [(_as_finding(row), row.state) for row in given.defer("figures")]
    return Trial(
        found,
        len(before),
        sum(_meets(one, before) for one in found),
        sum(_meets(one, [row for row, state in rows if state == State.CONFIRMED]) for one in found),
        sum(_meets(one, [row for row, state in rows if state == State.DISMISSED]) for one in found),
    )


def _meets(one: Finding, others: Sequence[Finding]) -> bool:
    """Say whether one of the others is about the same matter at the same time."""
    return any(
        bool(one.evidence & other.evidence)
        if one.evidence
        else one.subject == other.subject and one.first_on <= other.last_on and other.first_on <= one.last_on
        for other in others
    )


def _as_finding(row: EarlyWarning) -> Finding:
    return Finding(row.subject, row.node_id, row.first_on, row.last_on, row.size, {}, evidence=frozenset(row.evidence))
