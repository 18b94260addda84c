"""Count days whole, from the apps' own rows: one set of queries for a rebuild, a refresh and the check.

The facts of a stretch of days are put into a table of the transaction, added up by node and by unit, and compared with
what is kept; only what differs is written.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from grids.models import Grid
from insights.sources import Source, Span
from insights.sources.hotline import REQUESTS, REQUESTS_ORDERS, WEIGHTS
from insights.sources.log import LOG
from insights.sources.orders import ORDERS
from insights.sources.visits import VISITS

SOURCES: tuple[Source, ...] = (ORDERS, REQUESTS, REQUESTS_ORDERS, WEIGHTS, VISITS, LOG)
STRETCH = 92
"""Days that are counted by one statement."""
DAY = dt.timedelta(days=1)
GAP = dt.timedelta(days=4)

_FACTS = """
CREATE TEMPORARY TABLE insights_facts (place bigint, unit bigint, day date, key varchar(30), count integer,
                                       total bigint, measure varchar(16)) ON COMMIT DROP
"""
_NEW = """
CREATE TEMPORARY TABLE {new} ON COMMIT DROP AS {rows};
ANALYZE {new}
"""
_OF_NODES = """
SELECT l.above_id AS node_id, f.day, f.measure, f.key, sum(f.count)::int AS count, sum(f.total)::bigint AS total
  FROM insights_facts f JOIN insights_lineage l ON l.node_id = f.place AND f.day BETWEEN l.first_on AND l.last_on
 GROUP BY 1, 2, 3, 4
"""
_OF_UNITS = """
SELECT unit AS unit_id, day, measure, key, sum(count)::int AS count, sum(total)::bigint AS total
  FROM insights_facts WHERE unit IS NOT NULL GROUP BY 1, 2, 3, 4
"""
_GONE = """
DELETE FROM {kept} t WHERE t.{whose} IN ({all}) AND t.day = ANY(%(days)s)
   AND NOT EXISTS (SELECT FROM {new} n
                    WHERE n.{whose} = t.{whose} AND n.day = t.day AND n.measure = t.measure AND n.key = t.key)
"""
_WRITE = """
INSERT INTO {kept} AS t ({whose}, day, measure, key, count, total)
SELECT n.{whose}, n.day, n.measure, n.key, n.count, n.total
  FROM {new} n LEFT JOIN {kept} k
    ON k.{whose} = n.{whose} AND k.day = n.day AND k.measure = n.measure AND k.key = n.key
 WHERE (k.count, k.total) IS DISTINCT FROM (n.count, n.total)
    ON CONFLICT ({whose}, day, measure, key) DO UPDATE SET count = excluded.count, total = excluded.total
"""
_DIFFERENT = """
SELECT day, count(*) FROM (
    (SELECT {whose}, day, measure, key, count, total FROM {new}
      EXCEPT SELECT {whose}, day, measure, key, count, total FROM {kept} WHERE day = ANY(%(days)s))
    UNION ALL
    (SELECT t.{whose}, t.day, t.measure, t.key, t.count, t.total FROM {kept} t
      WHERE t.{whose} IN ({all}) AND t.day = ANY(%(days)s)
      EXCEPT SELECT {whose}, day, measure, key, count, total FROM {new})) AS d
 GROUP BY day
"""


@dataclass(frozen=True)
class _Kept:
    """A table of counts, what its rows are of, and how its new rows are made."""

    table: str
    whose: str
    everyone: str
    rows: str

    def words(self, statement: str) -> str:
        new = f"{self.table}_new"
        return statement.format(kept=self.table, new=new, whose=self.whose, all=self.everyone, rows=self.rows)


_TABLES = (
    _Kept(
        "insights_tally", "node_id", "SELECT above_id FROM insights_lineage WHERE district_id = %(district)s", _OF_NODES
    ),
    _Kept(
        "insights_unittally",
        "unit_id",
        "SELECT u.id FROM grids_unit u JOIN grids_grid g ON g.id = u.node_id WHERE g.tree_id = %(tree)s",
        _OF_UNITS,
    ),
)


def differing(district: Grid, first: dt.date, last: dt.date, now: dt.datetime | None = None) -> int:
    """Return how many rows of these days are not what the apps' own rows say; changes nothing."""
    return sum(differences(district, first, last, now).values())


@transaction.atomic
def differences(district: Grid, first: dt.date, last: dt.date, now: dt.datetime | None = None) -> dict[dt.date, int]:
    """Return how many rows are not what the apps' own rows say, of each day on which any is not; changes nothing."""
    moment, found = now or timezone.now(), Counter[dt.date]()
    for stretch in _stretches(first + DAY * number for number in range((last - first).days + 1)):
        with connection.cursor() as cursor:
            _gather(cursor, district, stretch, moment)
            for kept in _TABLES:
                cursor.execute(kept.words(_NEW))
                cursor.execute(kept.words(_DIFFERENT), _given(district, stretch))
                for day, rows in cursor.fetchall():
                    found[day] += rows
            _forget(cursor)
    return dict(found)


def count(district: Grid, days: Iterable[dt.date], now: dt.datetime) -> None:
    """Write what these days come to. Call it in a transaction that holds the district, with the tree of today kept."""
    for stretch in _stretches(_with_gaps(days)):
        with connection.cursor() as cursor:
            _gather(cursor, district, stretch, now)
            for kept in _TABLES:
                cursor.execute(kept.words(_NEW))
                cursor.execute(kept.words(_GONE), _given(district, stretch))
                cursor.execute(kept.words(_WRITE))
            _forget(cursor)


def _gather(cursor: Any, district: Grid, days: list[dt.date], now: dt.datetime) -> None:
    """Put the facts of these days, which lie near each other, into a table of the transaction."""
    cursor.execute(_FACTS)
    for run in _runs(days):
        span = Span(district, run[0], run[-1], now)
        for source in SOURCES:
            for facts in source.facts(span):
                sql, given = facts.statement()
                cursor.execute(
                    f"INSERT INTO insights_facts (place, unit, day, key, count, total, measure) "  # noqa: S608
                    f"SELECT f.*, %s FROM ({sql}) AS f",
                    [facts.measure, *given],
                )
    cursor.execute("ANALYZE insights_facts")


def _forget(cursor: Any) -> None:
    cursor.execute(f"DROP TABLE insights_facts, {', '.join(f'{kept.table}_new' for kept in _TABLES)}")


def _given(district: Grid, days: list[dt.date]) -> dict[str, Any]:
    return {"district": district.pk, "tree": district.tree_id, "days": days}


def _with_gaps(days: Iterable[dt.date]) -> set[dt.date]:
    """Add the days of short gaps: counting these few more costs less than asking everything once more."""
    ordered = sorted(days)
    found = set(ordered)
    for before, after in pairwise(ordered):
        if after - before <= GAP:
            found |= {before + DAY * number for number in range(1, (after - before).days)}
    return found


def _stretches(days: Iterable[dt.date]) -> Iterator[list[dt.date]]:
    ordered = sorted(days)
    for start in range(0, len(ordered), STRETCH):
        yield ordered[start : start + STRETCH]


def _runs(days: list[dt.date]) -> Iterator[list[dt.date]]:
    """Cut ordered days into runs without a gap."""
    begin = 0
    for at in range(1, len(days) + 1):
        if at == len(days) or days[at] - days[at - 1] > DAY:
            yield days[begin:at]
            begin = at
