"""Care visits that were missed: counted at the community or above, and never in a way that tells whose tier it is.

What is below ten is kept and shown as “fewer than ten” alone (DOMAIN.md §4.4, rule 6): the exact number is not stored.
"""

import datetime as dt

from django.db.models import Count
from django.db.models.functions import Coalesce

from alerts.finding.base import DAY, Asked, Finding, OnDay, Told, nodes_of
from care.suppression import SMALLEST
from care.tiers import GrantState
from visits.models import Due

STANDS = 7
"""A warning of missed visits holds for so many days; then it may come again."""


def tier_visits(asked: Asked) -> OnDay:
    """Find communities where people who were granted a tier were not visited by its interval."""
    given = asked.watch.given
    level = given.choice("level")
    nodes = nodes_of(asked.district, level)

    def on_day(day: dt.date, told: Told) -> list[Finding]:
        late = day - DAY * given.number("late_days")
        granted = Due.objects.here().filter(
            resident__district=asked.district, resident__tier_grants__state=GrantState.IN_FORCE
        )
        missed = granted.annotate(by=Coalesce("discreet_due_on", "due_on")).filter(by__lt=late)
        column = f"resident__{level}_id"
        counted = missed.order_by().values_list(column).annotate(n=Count("pk", distinct=True))
        return [_finding(pk, n, day) for pk, n in counted if pk in nodes and n >= given.number("least")]

    return on_day


def _finding(node_id: int, missed: int, day: dt.date) -> Finding:
    told = missed if missed >= SMALLEST else None
    figures = {"missed": told, "fewer_than": None if told is not None else SMALLEST}
    return Finding(
        f"node:{node_id}", node_id, day - DAY * (STANDS - 1), day, told or 1, figures, is_grave=told is not None
    )
