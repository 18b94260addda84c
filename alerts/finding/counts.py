"""Counts of the rollups against their own history: categories in a node, returns of a node or a unit."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from alerts.detecting.counts import Unusual, unusual
from alerts.finding.base import DAY, WEEK, Asked, Finding, OnDay, Told, nodes_of, window
from alerts.parameters import Given
from grids.models import Unit
from insights import series
from insights.measures import Measure

GRAVE = 2
"""So many times what the rule asks for makes it a step graver."""


class Running:
    """The counts of one series summed from a first day on, so that any window is one subtraction."""

    def __init__(self, by_day: Mapping[dt.date, int], first: dt.date, last: dt.date) -> None:
        self.first = first
        self.sums = [0]
        for number in range((last - first).days + 1):
            self.sums.append(self.sums[-1] + by_day.get(first + DAY * number, 0))

    def within(self, first: dt.date, last: dt.date) -> int:
        return self.sums[(last - self.first).days + 1] - self.sums[(first - self.first).days]


def judged(run: Running, given: Given, day: dt.date) -> tuple[Unusual, list[int]] | None:
    """Compare the days up to this one with the same days of the weeks before; returns the history, newest first."""
    days, least = given.number("days"), given.number("least")
    first, last = window(day, days)
    seen = run.within(first, last)
    if seen < least:
        return None
    history = [run.within(first - WEEK * k, last - WEEK * k) for k in range(1, given.number("weeks") + 1)]
    limits = {"least": least, "percent": given.number("percent"), "one_in": given.number("one_in")}
    found = unusual(seen, history, **limits)
    return (found, history) if found is not None else None


def _findings(
    runs: Mapping[tuple[int, str], Running], given: Given, day: dt.date
) -> Iterator[tuple[int, str, Finding]]:
    first, last = window(day, given.number("days"))
    for (whose, key), run in runs.items():
        found = judged(run, given, day)
        if found is None:
            continue
        one, history = found
        figures: dict[str, Any] = {"seen": one.seen, "expected": one.expected, "highest": one.highest}
        figures |= {"one_in": one.one_in, "history": history}
        grave = one.seen >= GRAVE * given.number("least") and one.one_in >= GRAVE * given.number("one_in")
        yield whose, key, Finding(f"{whose}", 0, first, last, one.seen, figures, is_grave=grave)


def _runs(rows: series.Series, since: dt.date, last: dt.date) -> dict[tuple[int, str], Running]:
    return {pair: Running(by_day, since, last) for pair, by_day in rows.items()}


def _since(asked: Asked) -> dt.date:
    given = asked.watch.given
    return asked.first - WEEK * given.number("weeks") - DAY * given.number("days")


def categories(asked: Asked) -> OnDay:
    """Find categories that are reported in a node more than ever."""
    given = asked.watch.given
    nodes, since = nodes_of(asked.district, given.choice("level")), _since(asked)
    runs = _runs(series.of_nodes(list(nodes), Measure.FOUND_BY_CATEGORY, since, asked.last), since, asked.last)

    def on_day(day: dt.date, told: Told) -> list[Finding]:
        return [
            replace(found, subject=f"node:{node_id}|category:{key}", node_id=node_id, category_id=int(key))
            for node_id, key, found in _findings(runs, given, day)
        ]

    return on_day


def returns(asked: Asked) -> OnDay:
    """Find units, or nodes, whose orders come back more than ever."""
    given = asked.watch.given
    of, since = given.choice("of"), _since(asked)
    if of == "unit":
        at = dict(Unit.objects.filter(node__tree_id=asked.district.tree_id).values_list("pk", "node_id"))
        rows = series.of_units(list(at), Measure.RETURNED, since, asked.last)
    else:
        at = {pk: pk for pk in nodes_of(asked.district, of)}
        rows = series.of_nodes(list(at), Measure.RETURNED, since, asked.last)
    runs = _runs(rows, since, asked.last)

    def on_day(day: dt.date, told: Told) -> list[Finding]:
        word, is_unit = ("unit", True) if of == "unit" else ("node", False)
        return [
            replace(found, subject=f"{word}:{whose}", node_id=at[whose], unit_id=whose if is_unit else None)
            for whose, _key, found in _findings(runs, given, day)
        ]

    return on_day
