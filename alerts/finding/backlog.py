"""The overdue share of what was open at the end of a day, against the same day of earlier weeks.

What is open at a moment is no count of a day, so that it is read from the orders: reported by then and not ended yet.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import connection
from django.utils import timezone

from alerts.detecting.shares import Share, above
from alerts.finding.base import DAY, WEEK, Asked, Finding, OnDay, Told, nodes_of

_SQL = """
SELECT w.{column}_id, m.day, count(*) FILTER (WHERE w.whole_due_at < m.moment), count(*)
  FROM unnest(%(days)s::date[], %(moments)s::timestamptz[]) AS m(day, moment)
  JOIN workorders_workorder w ON w.district_id = %(district)s AND w.kind = 'incident'
   AND w.reported_at < m.moment AND (w.finished_at IS NULL OR w.finished_at >= m.moment)
 WHERE (w.finished_at IS NULL OR w.finished_at >= %(earliest)s) AND w.state <> 'suspended'
   AND w.{column}_id IS NOT NULL
 GROUP BY 1, 2
"""
COLUMNS = {"community": "community", "street": "street", "district": "district"}


def backlog(asked: Asked) -> OnDay:
    """Find nodes whose open orders are overdue more than ever."""
    given = asked.watch.given
    nodes, weeks = nodes_of(asked.district, given.choice("level")), given.number("weeks")
    span = [asked.first + DAY * n for n in range((asked.last - asked.first).days + 1)]
    kept = _read(asked, given.choice("level"), {day - WEEK * k for day in span for k in range(weeks + 1)})
    least, points = given.number("least"), given.number("points")

    def on_day(day: dt.date, told: Told) -> list[Finding]:
        found = []
        for node_id in nodes:
            now = kept.get((node_id, day), Share(0, 0))
            history = [kept.get((node_id, day - WEEK * k), Share(0, 0)) for k in range(1, weeks + 1)]
            if above(now, history, least=least, points=points):
                highest = max(history, key=lambda share: share.percent)
                figures = {
                    "late": now.part,
                    "open": now.whole,
                    "percent": round(now.percent, 1),
                    "highest_percent": round(highest.percent, 1),
                    "history": [round(share.percent, 1) for share in history],
                }
                first = window_of(day)
                grave = now.part >= 2 * least and now.percent >= 50
                found.append(Finding(f"node:{node_id}", node_id, first, day, now.part, figures, is_grave=grave))
        return found

    return on_day


def window_of(day: dt.date) -> dt.date:
    """Return the first day of the week that a warning of this day stands for."""
    return day - DAY * 6


def _read(asked: Asked, level: str, days: Iterable[dt.date]) -> dict[tuple[int, dt.date], Share]:
    """Count what was open, and of it overdue, by node and at the end of each of these days: one statement."""
    ordered = sorted(days)
    ends = [min(timezone.make_aware(dt.datetime.combine(day + DAY, dt.time())), asked.now) for day in ordered]
    given = {"district": asked.district.pk, "days": ordered, "moments": ends, "earliest": ends[0]}
    with connection.cursor() as cursor:
        cursor.execute(_SQL.format(column=COLUMNS[level]), given)
        return {(node_id, day): Share(late, all_) for node_id, day, late, all_ in cursor.fetchall()}
