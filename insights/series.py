"""Day-by-day rows of many nodes or units at once, for whoever compares a stretch of days with earlier ones."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from insights.models import Tally, UnitTally

Series = Mapping[tuple[int, str], Mapping[dt.date, int]]
"""(node or unit, key) → day → count; days without any are left out."""


def of_nodes(nodes: Iterable[int], measure: str, first: dt.date, last: dt.date) -> Series:
    """Return each node's counts of a measure by key and day: one query."""
    rows = Tally.objects.filter(node__in=list(nodes), measure=measure, day__range=(first, last))
    return _gathered(rows.order_by().values_list("node_id", "key", "day", "count"))


def of_units(units: Iterable[int], measure: str, first: dt.date, last: dt.date) -> Series:
    """Return each unit's counts of a measure by key and day: one query."""
    rows = UnitTally.objects.filter(unit__in=list(units), measure=measure, day__range=(first, last))
    return _gathered(rows.order_by().values_list("unit_id", "key", "day", "count"))


def _gathered(rows: Iterable[tuple[int, str, dt.date, int]]) -> Series:
    found: dict[tuple[int, str], dict[dt.date, int]] = defaultdict(dict)
    for whose, key, day, count in rows:
        found[whose, key][day] = count
    return found
