"""Count days whole, from the apps' own rows: one set of queries for a rebuild, a refresh and the check.

The facts of a stretch of days, for each source those of its own days, are put into a table of the transaction, added up
by node and by unit, and compared with what is kept; only what differs is written, with when its day changed, and day by
day: whoever reads a month finds it together.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from grids.models import Grid
from insights.sources import Source, Span
from insights.sources.hotline import REQUESTS
from insights.sources.log import LOG
from insights.sources.orders import DUE, ORDERS
from insights.sources.visits import VISITS

SOURCES: tuple[Source, ...] = (ORDERS, DUE, REQUESTS, VISITS, LOG)
STRETCH = 92
"""Days that are counted by one statement."""
DAY = dt.timedelta(days=1)
GAP = dt.timedelta(days=4)

Work = Mapping[Source, Set[dt.date]]
"""The days to count, for each source."""

_FACTS = """
CREATE TEMPORARY TABLE insights_facts (place bigint, unit bigint, day date, key varchar(30), count integer,
                                       total numeric, measure varchar(16)) ON COMMIT DROP
"""
_COUNTED = "CREATE TEMPORARY TABLE insights_counted (measure varchar(16), day date) ON COMMIT DROP"
_COUNTS = "INSERT INTO insights_counted SELECT m, d FROM unnest(%s) AS m CROSS JOIN unnest(%s) AS d"
_OF_NODES = """
SELECT l.above_id AS node_id, f.day, f.measure, f.key, sum(f.count)::int AS count, sum(f.total)::bigint AS total
  FROM insights_facts f JOIN insights_lineage l ON l.node_id = f.place AND f.day BETWEEN l.first_on AND l.last_on
 GROUP BY 1, 2, 3, 4
"""
_OF_UNITS = """
SELECT unit AS unit_id, day, measure, key, sum(count)::int AS count, sum(total)::bigint AS total
  FROM insights_facts WHERE unit IS NOT NULL GROUP BY 1, 2, 3, 4
"""
_CHANGED = """
WITH new AS ({rows}),
kept AS (
    SELECT * FROM {kept} t
     WHERE t.{whose} IN ({all}) AND t.day = ANY(%(days)s)
       AND (t.day, t.measure) IN (SELECT c.day, c.measure FROM insights_counted c)
),
changed AS MATERIALIZED (
    SELECT {whose}, day, measure, key, new.count, new.total
      FROM new FULL JOIN kept USING ({whose}, day, measure, key)
     WHERE (new.count, new.total) IS DISTINCT FROM (kept.count, kept.total)
)
"""
_WRITE = """
{changed},
gone AS (
    DELETE FROM {kept} t USING changed c
     WHERE c.count IS NULL AND t.{whose} = c.{whose} AND t.day = c.day AND t.measure = c.measure AND t.key = c.key
),
days AS (
    INSERT INTO insights_changedday (district_id, day, at)
    SELECT %(district)s, day, clock_timestamp() FROM (SELECT DISTINCT day FROM changed) AS d
        ON CONFLICT (district_id, day) DO UPDATE SET at = excluded.at
)
INSERT INTO {kept} ({whose}, day, measure, key, count, total)
SELECT {whose}, day, measure, key, count, total FROM changed WHERE count IS NOT NULL
 ORDER BY day, {whose}
    ON CONFLICT ({whose}, day, measure, key) DO UPDATE SET count = excluded.count, total = excluded.total
"""
_DIFFERENT = "{changed} SELECT day, count(*) FROM changed GROUP BY day"


@dataclass(frozen=True)
class _Kept:
    """A table of counts, what its rows are of, and how its new rows are made."""

    table: str
    whose: str
    everyone: str
    rows: str

    def words(self, statement: str) -> str:
        parts = {"kept": self.table, "whose": self.whose, "all": self.everyone, "rows": self.rows}
        return statement.format(changed=_CHANGED.format(**parts), **parts)


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
    for stretch in _stretches(everything(first + DAY * number for number in range((last - first).days + 1))):
        with connection.cursor() as cursor:
            _gather(cursor, district, stretch, moment)
            for kept in _TABLES:
                cursor.execute(kept.words(_DIFFERENT), _given(district, stretch))
                for day, rows in cursor.fetchall():
                    found[day] += rows
            _forget(cursor)
    return dict(found)


def everything(days: Iterable[dt.date]) -> Work:
    """Return the work of counting these days for every source."""
    whole = set(days)
    return dict.fromkeys(SOURCES, whole)


def count(district: Grid, work: Work, now: dt.datetime) -> None:
    """Write what these days come to. Call it in a transaction that holds the district, with the tree of today kept."""
    for stretch in _stretches({source: _with_gaps(days) for source, days in work.items()}):
        with connection.cursor() as cursor:
            _gather(cursor, district, stretch, now)
            for kept in _TABLES:
                cursor.execute(kept.words(_WRITE), _given(district, stretch))
            _forget(cursor)


def _gather(cursor: Any, district: Grid, work: Work, now: dt.datetime) -> None:
    """Put the facts of these days, which lie near each other, into tables of the transaction."""
    cursor.execute(_FACTS)
    cursor.execute(_COUNTED)
    for source, days in work.items():
        cursor.execute(_COUNTS, [[str(measure) for measure in source.measures], list(days)])
        for run in _runs(sorted(days)):
            for facts in source.facts(Span(district, run[0], run[-1], now)):
                sql, given = facts.statement()
                cursor.execute(
                    f"INSERT INTO insights_facts (place, unit, day, key, count, total, measure) "  # noqa: S608
                    f"SELECT f.*, %s FROM ({sql}) AS f",
                    [facts.measure, *given],
                )
    cursor.execute("ANALYZE insights_facts, insights_counted")


def _forget(cursor: Any) -> None:
    cursor.execute("DROP TABLE insights_facts, insights_counted")


def _given(district: Grid, work: Work) -> dict[str, Any]:
    return {"district": district.pk, "tree": district.tree_id, "days": sorted(set().union(*work.values()))}


def _with_gaps(days: Iterable[dt.date]) -> set[dt.date]:
    """Add the days of short gaps: counting these few more costs less than asking everything once more."""
    ordered = sorted(days)
    found = set(ordered)
    for before, after in pairwise(ordered):
        if after - before <= GAP:
            found |= {before + DAY * number for number in range(1, (after - before).days)}
    return found


def _stretches(work: Work) -> Iterator[Work]:
    """Cut the work into stretches of days, each with the sources that have any of them."""
    ordered = sorted(set().union(*work.values()))
    for start in range(0, len(ordered), STRETCH):
        stretch = set(ordered[start : start + STRETCH])
        yield {source: stretch & days for source, days in work.items() if stretch & days}


def _runs(days: list[dt.date]) -> Iterator[list[dt.date]]:
    """Cut ordered days into runs without a gap."""
    begin = 0
    for at in range(1, len(days) + 1):
        if at == len(days) or days[at] - days[at - 1] > DAY:
            yield days[begin:at]
            begin = at
