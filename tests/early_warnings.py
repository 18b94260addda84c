"""Makers of early warnings and of what they are found in."""

import datetime as dt
from typing import Any

from django.utils import timezone

from alerts.models import EarlyWarning
from alerts.states import State
from grids.models import Grid
from insights.models import Tally
from tests.factories import Line


def make_warning(line: Line, state: str = State.NEW, **fields: Any) -> EarlyWarning:
    """Put a warning's row there as it is, about a category in the line's community unless told."""
    today = timezone.localdate()
    usual: dict[str, Any] = {
        "district": line.district,
        "rule": "rate-community",
        "kind": "rate",
        "state": state,
        "severity": "serious",
        "subject": f"test:{EarlyWarning.objects.count()}",
        "node": line.community,
        "first_on": today - dt.timedelta(days=6),
        "last_on": today,
        "size": 9,
        "figures": {"seen": 9, "expected": 1.5, "highest": 3, "one_in": 50000, "history": [1, 3, 2, 0], "name": "规则"},
    }
    if state != State.NEW:
        usual |= {"closed_at": timezone.now(), "reason": "false" if state != State.CONFIRMED else ""}
    return EarlyWarning.objects.create(**usual | fields)


def count_of(node: Grid, day: dt.date, key: str, count: int, measure: str = "found_category") -> None:
    """Put a figure of the rollups there."""
    Tally.objects.create(node=node, day=day, measure=measure, key=key, count=count)
