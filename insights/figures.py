"""Reading the rollups: sums of nodes or units over a period; the door to every figure that a page, a rule or a document
shows. The rates made of them are in insights/rates.py and offered here.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db import connection
from django.utils import timezone

from hotline.periods import Period
from insights.measures import STOCKS, Measure
from insights.models import Stock, Tally
from insights.rates import FORMULAS, Figure, Formula, HotlineRate, Rate, label, meaning, rate
from insights.sums import Sums

__all__ = [
    "FORMULAS",
    "Figure",
    "Formula",
    "HotlineRate",
    "Rate",
    "Sums",
    "by_day",
    "label",
    "meaning",
    "of_nodes",
    "of_units",
    "rate",
    "stock",
]


def of_nodes(node_ids: Iterable[int], period: Period, measures: Iterable[str] = ()) -> Mapping[int, Sums]:
    """Return the sums of nodes over a period, of all measures or of some: one query. Who has nothing has empty sums."""
    return _sums("insights_tally", "node_id", node_ids, period, measures)


def of_units(unit_ids: Iterable[int], period: Period, measures: Iterable[str] = ()) -> Mapping[int, Sums]:
    """Return the sums of units over a period: one query."""
    return _sums("insights_unittally", "unit_id", unit_ids, period, measures)


def begins_on(node_id: int) -> dt.date | None:
    """Return the first day of which a node has any figure: what lies before cannot be compared with."""
    return Tally.objects.filter(node=node_id).order_by("node", "day").values_list("day", flat=True).first()


def by_day(node_id: int, period: Period, measures: Iterable[str]) -> dict[dt.date, Sums]:
    """Return a node's sums of each day that has any: one query."""
    rows = Tally.objects.filter(node=node_id, day__range=(period.first, period.last), measure__in=list(measures))
    found: dict[dt.date, Sums] = defaultdict(Sums)
    for day, measure, key, count, total in rows.values_list("day", "measure", "key", "count", "total"):
        found[day].add(measure, key, count, total)
    return found


def stock(node_ids: Iterable[int], day: dt.date) -> Mapping[int, Sums]:
    """Return what there was at the end of a day, or is by now: open orders, registers, posts (`measures.STOCKS`).

    Two queries. What nobody had counted yet by that day is missing, not nought.
    """
    wanted, found = list(node_ids), defaultdict[int, Sums](Sums)
    kept = Stock.objects.filter(node__in=wanted, first_on__lte=day, last_on__gte=day)
    for node_id, measure, key, count in kept.values_list("node_id", "measure", "key", "count"):
        found[node_id].add(measure, key, count)
    opened = Tally.objects.filter(node__in=wanted, day=min(day, timezone.localdate()), measure=Measure.OPEN)
    for node_id, measure, key, count in opened.values_list("node_id", "measure", "key", "count"):
        found[node_id].add(measure, key, count)
    return found


_SUMS = """
SELECT w.id, t.measure, t.key, t.count, t.total
  FROM unnest(%s::bigint[]) AS w(id)
 CROSS JOIN LATERAL (
    SELECT measure, key, sum(count) AS count, sum(total)::bigint AS total FROM {table}
     WHERE {whose} = w.id AND day BETWEEN %s AND %s AND {which} GROUP BY measure, key
 ) AS t
"""
"""Asked for each by itself, on the index: of many at once PostgreSQL expects so much that it reads the whole table."""


def _sums(table: str, whose: str, ids: Iterable[int], period: Period, measures: Iterable[str]) -> Mapping[int, Sums]:
    wanted = [str(measure) for measure in measures]
    which = "measure = ANY(%s)" if wanted else "measure <> ALL(%s)"
    named = wanted or [str(measure) for measure in STOCKS]
    found: dict[int, Sums] = defaultdict(Sums)
    with connection.cursor() as cursor:
        cursor.execute(
            _SUMS.format(table=table, whose=whose, which=which),
            [list(dict.fromkeys(ids)), period.first, period.last, named],
        )
        for key_of, measure, key, count, total in cursor.fetchall():
            found[key_of].add(measure, key, count, total)
    return found
