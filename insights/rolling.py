"""Count days anew: the same queries rebuild everything, bring it in step after moves, and check it.

A day is always counted whole, from the apps' own rows, and only what differs is written: running it twice changes
nothing, and a lost run is made good by the next. Which days need it is read from the append-only histories since a mark
that is old enough (`SETTLED`) for every transaction of its time to have ended; the days since the last run and the one
before it are always counted, since limits run out without a move.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from grids.models import Grid
from insights import lineages, stocks
from insights.models import Mark
from insights.sources import Since, Source, Span
from insights.sources.hotline import REQUESTS, REQUESTS_ORDERS, WEIGHTS
from insights.sources.orders import ORDERS
from insights.sources.visits import VISITS

SOURCES: tuple[Source, ...] = (ORDERS, REQUESTS, REQUESTS_ORDERS, WEIGHTS, VISITS)
NOTHING_READ = Since(0, dt.datetime(1970, 1, 1, tzinfo=dt.UTC))
SETTLED = dt.timedelta(minutes=15)
"""No transaction of the product lasts longer; what a mark of that age had not seen is not coming."""
STRETCH = 92
"""Days that are counted by one statement."""
_LOCK = 20_812
DAY = dt.timedelta(days=1)

_FACTS = """
CREATE TEMPORARY TABLE insights_facts (place bigint, unit bigint, day date, key varchar(30), count integer,
                                       total bigint, measure varchar(16)) ON COMMIT DROP
"""
_NEW = """
CREATE TEMPORARY TABLE {new} ON COMMIT DROP AS {rows};
CREATE UNIQUE INDEX ON {new} ({whose}, day, measure, key);
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
SELECT {whose}, day, measure, key, count, total FROM {new}
    ON CONFLICT ({whose}, day, measure, key) DO UPDATE SET count = excluded.count, total = excluded.total
 WHERE (t.count, t.total) IS DISTINCT FROM (excluded.count, excluded.total)
"""
_DIFFERENT = """
SELECT count(*) FROM (
    (SELECT {whose}, day, measure, key, count, total FROM {new}
      EXCEPT SELECT {whose}, day, measure, key, count, total FROM {kept} WHERE day = ANY(%(days)s))
    UNION ALL
    (SELECT t.{whose}, t.day, t.measure, t.key, t.count, t.total FROM {kept} t
      WHERE t.{whose} IN ({all}) AND t.day = ANY(%(days)s)
      EXCEPT SELECT {whose}, day, measure, key, count, total FROM {new})) AS d
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


def refresh(now: dt.datetime | None = None) -> int:
    """Bring every district in step with its histories; returns how many days were counted."""
    moment = now or timezone.now()
    return sum(_refresh(district, moment) for district in Grid.objects.filter(parent=None).defer("boundary"))


@transaction.atomic
def _refresh(district: Grid, now: dt.datetime) -> int:
    _hold(district)
    today = timezone.localdate(now)
    days = {today}
    marks = Mark.objects.filter(district=district)
    for source in SOURCES:
        mine = marks.filter(history=source.history)
        settled = mine.filter(at__lte=now - SETTLED).order_by("-at").first()
        since = settled or mine.order_by("at").first()
        newest = source.last_id(district)
        days |= _since(timezone.localdate(since.at) if since is not None else first_day(district, today), today)
        days |= source.touched(district, Since(since.last_id, since.at) if since is not None else NOTHING_READ)
        Mark.objects.create(district=district, history=source.history, last_id=newest, at=now)
        if settled is not None:
            mine.filter(at__lt=settled.at).delete()
    _count(district, {day for day in days if day <= today}, now)
    stocks.keep(district, today, now)
    return len(days)


def _since(day: dt.date, today: dt.date) -> set[dt.date]:
    """Return the days from the one before `day`: those on which limits ran out while nothing was counted."""
    return {today - DAY * number for number in range((today - day).days + 2)}


@transaction.atomic
def rebuild(district: Grid, first: dt.date | None = None, now: dt.datetime | None = None) -> int:
    """Count every day anew, from `first` or from the first that has anything; returns how many days."""
    moment = now or timezone.now()
    _hold(district)
    today = timezone.localdate(moment)
    lineages.keep(district, today)
    begin = first or first_day(district, today)
    days = {begin + DAY * number for number in range((today - begin).days + 1)}
    _count(district, days, moment)
    stocks.keep(district, today, moment, is_due=True)
    for source in SOURCES:
        Mark.objects.create(district=district, history=source.history, last_id=source.last_id(district), at=moment)
    return len(days)


@transaction.atomic
def differing(district: Grid, first: dt.date, last: dt.date, now: dt.datetime | None = None) -> int:
    """Return how many rows of these days are not what the apps' own rows say; changes nothing."""
    moment = now or timezone.now()
    found = 0
    for stretch in _stretches({first + DAY * number for number in range((last - first).days + 1)}):
        with connection.cursor() as cursor:
            _gather(cursor, district, stretch, moment)
            for kept in _TABLES:
                cursor.execute(kept.words(_NEW))
                cursor.execute(kept.words(_DIFFERENT), _given(district, stretch))
                found += cursor.fetchone()[0]
            _forget(cursor)
    return found


def _count(district: Grid, days: set[dt.date], now: dt.datetime) -> None:
    lineages.keep(district, timezone.localdate(now))
    for stretch in _stretches(days):
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


def _forget(cursor: Any) -> None:
    cursor.execute(f"DROP TABLE insights_facts, {', '.join(f'{kept.table}_new' for kept in _TABLES)}")


def _given(district: Grid, days: list[dt.date]) -> dict[str, Any]:
    return {"district": district.pk, "tree": district.tree_id, "days": days}


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


def first_day(district: Grid, today: dt.date) -> dt.date:
    """Return the first day on which there is anything to count."""
    days = (source.first_day(district) for source in SOURCES)
    return min((day for day in days if day is not None), default=today)


def _hold(district: Grid) -> None:
    """Wait for whoever counts this district, and hold it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, district.tree_id])
