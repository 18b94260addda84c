"""Reading several periods and sets of nodes at once: a page of figures is a handful of queries, whatever it shows."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.kept import Kept
from hotline.periods import DAY, Period
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
    today = timezone.localdate()
    parts = [part for ask in asks if ask.nodes and ask.measures for part in _parts(ask, today)]
    over = past.Over([part for part in parts if part.period.last < today])
    found = over.known()
    fresh = _added_up([part for part in parts if part.name not in found])
    over.keep(fresh)
    found |= fresh
    return {ask.name: _joined(found.get(ask.name, {}), found.get(_before_today(ask), {})) for ask in asks}


def _parts(ask: Ask, today: dt.date) -> Iterator[Ask]:
    """Cut what still runs into the days that are over and the rest."""
    first, last = ask.period.first, ask.period.last
    if first < today <= last:
        yield replace(ask, name=_before_today(ask), period=Period(first, today - DAY))
        yield replace(ask, period=Period(today, last))
    else:
        yield ask


def _before_today(ask: Ask) -> str:
    return f"{ask.name}, before today"


def _joined(found: Mapping[int, Sums], before: Mapping[int, Sums]) -> Mapping[int, Sums]:
    joined = defaultdict(Sums, before)
    for at, sums in found.items():
        if at in joined:
            joined[at].add_all(sums)
        else:
            joined[at] = sums
    return joined


def _added_up(parts: Sequence[Ask]) -> dict[str, past.Found]:
    found: dict[str, past.Found] = {part.name: {} for part in parts}
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(
                " UNION ALL ".join(part.sql for part in parts), [one for part in parts for one in part.given]
            )
            for name, at, *tally in cursor.fetchall():
                sums = found[name].get(at)
                if sums is None:
                    sums = found[name][at] = Sums()
                sums.add(*tally)
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
