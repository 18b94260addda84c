"""When a node of the tree moves, the orders below it follow: their street and community are copies for fast lists."""

from django.db import connection

from grids.models import Grid


def follow(node: Grid, _old_parent: Grid) -> None:
    """Renew the path columns of every order in the moved subtree, in the transaction of the move: one statement.

    Reports of past periods keep the tree of their day in their own figures; these columns are for sight and lists.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE workorders_workorder o
               SET street_id = CASE WHEN place.kind = 'street' THEN place.id ELSE street.id END,
                   community_id = CASE WHEN place.kind = 'community' THEN place.id ELSE community.id END
              FROM grids_grid place
              LEFT JOIN grids_grid street ON street.kind = 'street' AND street.tree_id = place.tree_id
                   AND street.lft < place.lft AND street.rght > place.rght
              LEFT JOIN grids_grid community ON community.kind = 'community' AND community.tree_id = place.tree_id
                   AND community.lft < place.lft AND community.rght > place.rght
             WHERE o.grid_id = place.id AND place.tree_id = %s AND place.lft BETWEEN %s AND %s
            """,
            [node.tree_id, node.lft, node.rght],
        )
