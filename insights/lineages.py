"""Keep the tree of each day in step with the tree as it is: run before anything is counted."""

import datetime as dt

from django.db import connection

from grids.models import Grid
from insights.models.lineage import BEGINNING, END

_NOW = """
SELECT node.id AS node_id, above.id AS above_id FROM grids_grid node
  JOIN grids_grid above ON above.tree_id = node.tree_id AND above.lft <= node.lft AND above.rght >= node.rght
 WHERE node.tree_id = %(tree)s
"""
_CLOSE = f"""
UPDATE insights_lineage l SET last_on = %(yesterday)s
 WHERE l.district_id = %(district)s AND l.last_on = %(end)s AND l.first_on <= %(yesterday)s
   AND NOT EXISTS (SELECT FROM ({_NOW}) n WHERE n.node_id = l.node_id AND n.above_id = l.above_id)
"""  # noqa: S608 - our own words
_DROP = f"""
DELETE FROM insights_lineage l
 WHERE l.district_id = %(district)s AND l.last_on = %(end)s AND l.first_on > %(yesterday)s
   AND NOT EXISTS (SELECT FROM ({_NOW}) n WHERE n.node_id = l.node_id AND n.above_id = l.above_id)
"""  # noqa: S608 - our own words
_OPEN = f"""
INSERT INTO insights_lineage (district_id, node_id, above_id, first_on, last_on)
SELECT %(district)s, n.node_id, n.above_id,
       CASE WHEN EXISTS (SELECT FROM insights_lineage k WHERE k.node_id = n.node_id AND k.above_id = k.node_id)
            THEN %(today)s::date ELSE %(beginning)s::date END, %(end)s
  FROM ({_NOW}) n
 WHERE NOT EXISTS (SELECT FROM insights_lineage l WHERE l.node_id = n.node_id AND l.above_id = n.above_id
                      AND l.last_on = %(end)s)
"""  # noqa: S608 - our own words


def keep(district: Grid, today: dt.date) -> None:
    """Close what no longer holds as of yesterday, and open what holds from today; a new node holds from the beginning.

    A day has one tree: the one in which it ended. Run it in the transaction that counts.
    """
    given = {
        **{"district": district.pk, "tree": district.tree_id, "today": today, "end": END, "beginning": BEGINNING},
        "yesterday": today - dt.timedelta(days=1),
    }
    with connection.cursor() as cursor:
        for statement in (_CLOSE, _DROP, _OPEN):
            cursor.execute(statement, given)
