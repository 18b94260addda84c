"""Keep the boundaries of each day, and read those of a day."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import connection

from grids.models import Grid
from insights.models import Outline
from insights.models.lineage import BEGINNING, END

_OTHERWISE = """o.node_id = g.id AND g.tree_id = %(tree)s AND o.last_on = %(end)s
   AND o.boundary IS DISTINCT FROM g.boundary"""
_CLOSE = f"""
UPDATE insights_outline o SET last_on = %(yesterday)s FROM grids_grid g
 WHERE {_OTHERWISE} AND o.first_on <= %(yesterday)s
"""  # noqa: S608 - our own words
_DROP = f"DELETE FROM insights_outline o USING grids_grid g WHERE {_OTHERWISE}"  # noqa: S608 - our own words
_OPEN = """
INSERT INTO insights_outline (node_id, boundary, first_on, last_on)
SELECT g.id, g.boundary,
       CASE WHEN EXISTS (SELECT FROM insights_outline k WHERE k.node_id = g.id)
            THEN %(today)s::date ELSE %(beginning)s::date END, %(end)s
  FROM grids_grid g
 WHERE g.tree_id = %(tree)s AND g.boundary IS NOT NULL
   AND NOT EXISTS (SELECT FROM insights_outline o WHERE o.node_id = g.id AND o.last_on = %(end)s)
"""


def keep(district: Grid, today: dt.date) -> None:
    """Write down the boundaries that changed. Run it in the transaction that counts."""
    given = {
        **{"tree": district.tree_id, "today": today, "end": END, "beginning": BEGINNING},
        "yesterday": today - dt.timedelta(days=1),
    }
    with connection.cursor() as cursor:
        for statement in (_CLOSE, _DROP, _OPEN):
            cursor.execute(statement, given)


def on(node_ids: Iterable[int], day: dt.date) -> dict[int, Any]:
    """Return the boundaries (GeoJSON, WGS-84) that these nodes had on a day: one query; who had none is missing."""
    kept = Outline.objects.filter(node__in=list(node_ids), first_on__lte=day, last_on__gte=day)
    return dict(kept.values_list("node_id", "boundary"))
