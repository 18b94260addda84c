"""When a node of the tree moves, the rows of the registers below it follow: their path is a copy of the tree's."""

from django.db import connection

from grids.models import Grid

_TABLES = ("residents_building", "residents_house", "residents_resident", "residents_organisation")
_PATH = """
UPDATE {table} r
   SET street_id = street.id, community_id = community.id
  FROM grids_grid place
  JOIN grids_grid street ON street.kind = 'street' AND street.tree_id = place.tree_id
       AND street.lft < place.lft AND street.rght > place.rght
  JOIN grids_grid community ON community.kind = 'community' AND community.tree_id = place.tree_id
       AND community.lft < place.lft AND community.rght > place.rght
 WHERE r.grid_id = place.id AND place.tree_id = %s AND place.lft BETWEEN %s AND %s
   AND (r.street_id, r.community_id) IS DISTINCT FROM (street.id, community.id)
"""
_ESTATES = """
UPDATE residents_estate e
   SET street_id = community.parent_id
  FROM grids_grid community
 WHERE e.community_id = community.id AND community.tree_id = %s AND community.lft BETWEEN %s AND %s
   AND e.street_id <> community.parent_id
"""


def follow(node: Grid, old_parent: Grid) -> None:
    """Renew the rows of the moved subtree in the transaction of the move: one statement a table."""
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(_PATH.format(table=table), [node.tree_id, node.lft, node.rght])
        cursor.execute(_ESTATES, [node.tree_id, node.lft, node.rght])
