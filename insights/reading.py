"""Reading several periods and sets of nodes at once: a page of figures is a handful of queries, whatever it shows."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.kept import Kept
from insights import past
from insights.asks import Ask
from insights.figures import Sums
from insights.models import Stock
from insights.sources.stocks import HELD as FROM_A_DAY

_FIRST_STOCK = Kept(
    lambda node: (
        Stock.objects.filter(node=node, measure__in=FROM_A_DAY).order_by("first_on").values_list("first_on")[:1]
    ),
    node=-1,
)


def _held_on(node: int, **days: dt.date) -> "QuerySet[Stock, Any]":
    on_any = reduce(or_, (Q(first_on__lte=day, last_on__gte=day) for day in days.values()))
    kept = Stock.objects.filter(on_any, node=node)
    return kept.values_list("measure", "key", "count", "first_on", "last_on")


_STOCKS = Kept(_held_on, node=-1, now=dt.date(1, 1, 1), before=dt.date(1, 1, 2), year=dt.date(1, 1, 3))


def read(asks: Sequence[Ask]) -> Mapping[str, Mapping[int, Sums]]:
    """Return the sums of each ask by its name and by node, day, month or weekday. What has nothing has empty sums.

    One query; one more to know whether sums of days that are over still hold (insights/past.py).
    """
    asked = [ask for ask in asks if ask.nodes and ask.measures]
    over = past.Over([ask for ask in asked if ask.period.last < timezone.localdate()])
    known = over.known()
    fresh = _added_up([ask for ask in asked if ask.name not in known])
    over.keep(fresh)
    found = known | fresh
    return {ask.name: defaultdict(Sums, found.get(ask.name, {})) for ask in asks}


def _added_up(asked: Sequence[Ask]) -> dict[str, dict[int, Sums]]:
    found: dict[str, dict[int, Sums]] = {ask.name: {} for ask in asked}
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(ask.sql for ask in asked), [one for ask in asked for one in ask.given])
            for name, at, *tally in cursor.fetchall():
                found[name].setdefault(at, Sums()).add(*tally)
    return found


def first_stock(node_id: int) -> dt.date | None:
    """Return the first day of which it is known what a node held: one query."""
    return next((day for (day,) in _FIRST_STOCK.rows(node=node_id)), None)


def stocks(node_id: int, *, now: dt.date, before: dt.date, year: dt.date) -> dict[str, Sums]:
    """Return by name what there was in a node at the end of each of these days: one query.

    What nobody had counted yet by a day is missing from its sums, not nought.
    """
    days = {"now": now, "before": before, "year": year}
    found: dict[str, Sums] = {name: Sums() for name in days}
    for measure, key, count, first, last in _STOCKS.rows(node=node_id, **days):
        for name, day in days.items():
            if first <= day <= last:
                found[name].add(measure, key, count)
    return found
