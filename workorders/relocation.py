"""When a node of the tree moves, the orders below it follow: their street and community are copies for fast lists.

Open orders that a level above the moved node held, or still has to strike off, pass to the level that took its place.
"""

from django.db import connection

from grids.models import Grid, Kind

_PLACES = """
UPDATE workorders_workorder o
   SET street_id = CASE WHEN place.kind = 'street' THEN place.id ELSE street.id END,
       community_id = CASE WHEN place.kind = 'community' THEN place.id ELSE community.id END
  FROM grids_grid place
  LEFT JOIN grids_grid street ON street.kind = 'street' AND street.tree_id = place.tree_id
       AND street.lft < place.lft AND street.rght > place.rght
  LEFT JOIN grids_grid community ON community.kind = 'community' AND community.tree_id = place.tree_id
       AND community.lft < place.lft AND community.rght > place.rght
 WHERE o.grid_id = place.id AND place.tree_id = %s AND place.lft BETWEEN %s AND %s
"""
_HOLDERS = """
UPDATE workorders_workorder o
   SET holder_id = CASE WHEN o.holder_id = %(old)s THEN %(new)s ELSE o.holder_id END,
       dispatched_from_id = CASE WHEN o.dispatched_from_id = %(old)s THEN %(new)s ELSE o.dispatched_from_id END
  FROM grids_grid place
 WHERE o.grid_id = place.id AND place.tree_id = %(tree)s AND place.lft BETWEEN %(lft)s AND %(rght)s
   AND o.finished_at IS NULL AND %(old)s IN (o.holder_id, o.dispatched_from_id)
"""
_CLIMBS = """
UPDATE workorders_escalation e
   SET to_node_id = %(new)s
  FROM workorders_workorder o
  JOIN grids_grid place ON place.id = o.grid_id
 WHERE e.order_id = o.id AND place.tree_id = %(tree)s AND place.lft BETWEEN %(lft)s AND %(rght)s
   AND o.finished_at IS NULL AND e.struck_off_at IS NULL AND e.to_node_id = %(old)s
"""


def follow(node: Grid, old_parent: Grid) -> None:
    """Renew the orders of the moved subtree in the transaction of the move.

    Reports of past periods keep the tree of their day in their own figures; these columns are for sight and lists.
    """
    old, new = _levels(old_parent.pk), _levels(node.parent_id)
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [node.tree_id, node.lft, node.rght])
        for kind in old.keys() & new.keys():
            if old[kind] != new[kind]:
                moved = {"old": old[kind], "new": new[kind], "tree": node.tree_id, "lft": node.lft, "rght": node.rght}
                cursor.execute(_HOLDERS, moved)
                cursor.execute(_CLIMBS, moved)


def _levels(node_id: int) -> dict[str, int]:
    """Return the node and those above it by kind, as they stand after the move."""
    path = Grid.objects.on_path_to(Grid.objects.get(pk=node_id)).exclude(kind=Kind.DISTRICT)
    return dict(path.values_list("kind", "pk"))
