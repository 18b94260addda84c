"""Reading several periods and sets of nodes at once: a page of figures is a handful of queries, whatever it shows."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Min, Q

from hotline.periods import Period
from insights.figures import Sums
from insights.models import Stock
from insights.sources.stocks import HELD as FROM_A_DAY


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


def read(asks: Sequence[Ask]) -> Mapping[str, Mapping[int, Sums]]:
    """Return the sums of each ask by its name and by node, day, month or weekday: one query. What has nothing has
    empty sums."""
    found: dict[str, dict[int, Sums]] = defaultdict(lambda: defaultdict(Sums))
    asked = [ask for ask in asks if ask.nodes and ask.measures]
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(ask.sql for ask in asked), [one for ask in asked for one in ask.given])
            for name, at, *tally in cursor.fetchall():
                found[name][at].add(*tally)
    return found


def first_stock(node_id: int) -> dt.date | None:
    """Return the first day of which it is known what a node held: one query."""
    rows = Stock.objects.filter(node=node_id, measure__in=FROM_A_DAY)
    first: dt.date | None = rows.aggregate(day=Min("first_on"))["day"]
    return first


def stocks(node_id: int, days: Mapping[str, dt.date]) -> dict[str, Sums]:
    """Return by name what there was in a node at the end of each of these days: one query.

    What nobody had counted yet by a day is missing from its sums, not nought.
    """
    on_any = Q()
    for day in days.values():
        on_any |= Q(first_on__lte=day, last_on__gte=day)
    found: dict[str, Sums] = {name: Sums() for name in days}
    kept = Stock.objects.filter(on_any, node=node_id)
    for measure, key, count, first, last in kept.values_list("measure", "key", "count", "first_on", "last_on"):
        for name, day in days.items():
            if first <= day <= last:
                found[name].add(measure, key, count)
    return found
