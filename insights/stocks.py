"""Keep what there is at the end of each day: of today at every run, of a past day never again.

A register says what it holds now, not what it held; so only today's counts are written, and a rebuild leaves them. How
many orders were open on a past day can be recounted from when they were reported and finished: that one is a tally.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from grids.models import Grid
from insights.models import Mark
from insights.models.lineage import END
from insights.sources.stocks import HELD, LIVE, Held, held, live

HOURLY = dt.timedelta(minutes=59)
_REGISTERS = "registers"
_NOW = """
CREATE TEMPORARY TABLE insights_stock_now (place bigint, key varchar(30), count integer, measure varchar(16))
       ON COMMIT DROP
"""
_SUMS = """
CREATE TEMPORARY TABLE insights_stock_new ON COMMIT DROP AS
SELECT l.above_id AS node_id, n.measure, n.key, sum(n.count)::int AS count
  FROM insights_stock_now n JOIN insights_lineage l ON l.node_id = n.place AND l.last_on = %(end)s
 GROUP BY 1, 2, 3
"""
_OTHERWISE = """
  FROM (SELECT DISTINCT above_id FROM insights_lineage WHERE district_id = %(district)s) mine
 WHERE s.node_id = mine.above_id AND s.last_on = %(end)s AND s.measure = ANY(%(measures)s)
   AND NOT EXISTS (SELECT FROM insights_stock_new n WHERE n.node_id = s.node_id AND n.measure = s.measure
                      AND n.key = s.key AND n.count = s.count)
"""
_CLOSE = f"UPDATE insights_stock s SET last_on = %(yesterday)s {_OTHERWISE} AND s.first_on <= %(yesterday)s"  # noqa: S608
_DROP = f"DELETE FROM insights_stock s USING {_OTHERWISE.strip().removeprefix('FROM')} AND s.first_on > %(yesterday)s"  # noqa: S608
_OPEN = """
INSERT INTO insights_stock (node_id, measure, key, first_on, last_on, count)
SELECT n.node_id, n.measure, n.key, %(today)s, %(end)s, n.count FROM insights_stock_new n
 WHERE NOT EXISTS (SELECT FROM insights_stock s WHERE s.node_id = n.node_id AND s.measure = n.measure
                      AND s.key = n.key AND s.last_on = %(end)s)
"""


def keep(district: Grid, today: dt.date, now: dt.datetime, *, is_due: bool = False) -> None:
    """Write down what there is now; the registers once an hour, or where `is_due`.

    Run it in the transaction that counts, after the tree of the day was kept.
    """
    _write(district, today, live(district, now), LIVE)
    marks = Mark.objects.filter(district=district, history=_REGISTERS)
    newest = marks.order_by("-at").values_list("at", flat=True).first()
    if is_due or newest is None or not now - HOURLY < newest <= now:
        _write(district, today, held(district, today), HELD)
        marks.delete()
        Mark.objects.create(district=district, history=_REGISTERS, last_id=0, at=now)


def _write(district: Grid, today: dt.date, found: Iterable[Held], measures: Sequence[str]) -> None:
    given: dict[str, Any] = {
        **{"district": district.pk, "today": today, "yesterday": today - dt.timedelta(days=1), "end": END},
        "measures": [str(measure) for measure in measures],
    }
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        for one in found:
            sql, words = one.rows.query.sql_with_params()
            cursor.execute(
                f"INSERT INTO insights_stock_now (place, key, count, measure) SELECT f.*, %s FROM ({sql}) AS f",  # noqa: S608
                [one.measure, *words],
            )
        for statement in (_SUMS, _CLOSE, _DROP, _OPEN):
            cursor.execute(statement, given)
        cursor.execute("DROP TABLE insights_stock_now, insights_stock_new")
