"""Reading several periods and sets of nodes at once: a page of figures is a handful of queries, whatever it shows."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import ExtractIsoWeekDay, TruncMonth

from hotline.periods import Period
from insights.figures import Sums
from insights.models import Stock, Tally
from insights.sources.stocks import HELD as FROM_A_DAY


@dataclass(frozen=True)
class Ask:
    """Sums that are wanted: under which name, of which nodes, when, of which measures."""

    name: str
    nodes: Sequence[int]
    period: Period
    measures: Sequence[str]

    def rows(self) -> QuerySet[Tally]:
        days = (self.period.first, self.period.last)
        return Tally.objects.filter(node__in=self.nodes, day__range=days, measure__in=self.measures).order_by()


def read(asks: Sequence[Ask]) -> Mapping[str, Mapping[int, Sums]]:
    """Return the sums of each ask by its name and node: one query. What has nothing has empty sums."""
    found: dict[str, dict[int, Sums]] = defaultdict(lambda: defaultdict(Sums))
    parts = [
        ask.rows()
        .annotate(_ask=Value(ask.name))
        .values_list("_ask", "node_id", "measure", "key")
        .annotate(Sum("count"), Sum("total"))
        for ask in asks
        if ask.nodes and ask.measures
    ]
    for name, node, measure, key, count, total in parts[0].union(*parts[1:], all=True) if parts else ():
        sums = found[name][node]
        sums.counts[measure, key] += count
        sums.totals[measure, key] += total
    return found


def by_month(node_id: int, period: Period, measures: Sequence[str]) -> dict[dt.date, Sums]:
    """Return a node's sums of each month (its first day) that has any: one query."""
    months = Ask("", [node_id], period, measures).rows().annotate(_month=TruncMonth("day"))
    found: dict[dt.date, Sums] = defaultdict(Sums)
    for month, measure, key, count, total in months.values_list("_month", "measure", "key").annotate(
        Sum("count"), Sum("total")
    ):
        found[month].counts[measure, key] += count
        found[month].totals[measure, key] += total
    return found


def by_weekday(node_id: int, period: Period, measure: str) -> dict[tuple[int, str], int]:
    """Return how many of a measure there were by day of the week (1 is Monday) and key: one query."""
    days = Ask("", [node_id], period, [measure]).rows().annotate(_weekday=ExtractIsoWeekDay("day"))
    counted = days.values_list("_weekday", F("key")).annotate(Sum("count"))
    return {(weekday, key): count for weekday, key, count in counted}


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
                found[name].counts[measure, key] = count
    return found
