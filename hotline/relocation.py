"""When a node of the tree moves, the requests below it follow: their path is a copy of the tree's."""

from django.db import connection

from grids.models import Grid

_PATH = """
UPDATE hotline_request r
   SET grid_id = CASE WHEN place.kind = 'micro' THEN place.parent_id ELSE r.grid_id END,
       street_id = CASE WHEN place.kind = 'street' THEN place.id ELSE street.id END,
       community_id = CASE WHEN place.kind = 'community' THEN place.id ELSE community.id END
  FROM grids_grid place
  LEFT JOIN grids_grid street ON street.kind = 'street' AND street.tree_id = place.tree_id
       AND street.lft < place.lft AND street.rght > place.rght
  LEFT JOIN grids_grid community ON community.kind = 'community' AND community.tree_id = place.tree_id
       AND community.lft < place.lft AND community.rght > place.rght
 WHERE place.id = COALESCE(r.micro_id, r.grid_id) AND place.tree_id = %s AND place.lft BETWEEN %s AND %s
"""


def follow(node: Grid, _old_parent: Grid) -> None:
    """Renew the path of the moved subtree's requests in the transaction of the move: one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_PATH, [node.tree_id, node.lft, node.rght])
