"""The nested-set numbers of a whole district, written in one statement from the parents: for bulk loads and repairs."""

from django.db import connection

from grids.locks import lock_trees

# Rows come in the order of the codes along their path, parents first. Each of the n rows before one has had its left
# number, and its right one too unless it stands above (`depth` of them do): n + (n - depth) numbers are gone.
_RENUMBER = """
WITH RECURSIVE walk AS (
    SELECT id, 0 AS depth, ARRAY[code::text COLLATE "C"] AS path, ARRAY[id] AS trail
    FROM grids_grid WHERE id = %(root)s
    UNION ALL
    SELECT child.id, walk.depth + 1, walk.path || child.code::text COLLATE "C", walk.trail || child.id
    FROM grids_grid child JOIN walk ON child.parent_id = walk.id
), sizes AS (
    SELECT node AS id, count(*) AS size FROM walk, unnest(trail) AS node GROUP BY node
), numbered AS (
    SELECT walk.id, depth, 2 * (row_number() OVER (ORDER BY path) - 1) - depth + 1 AS lft, size
    FROM walk JOIN sizes ON sizes.id = walk.id
)
UPDATE grids_grid grid
SET lft = numbered.lft, rght = numbered.lft + 2 * size - 1, level = depth, tree_id = %(tree)s
FROM numbered
WHERE grid.id = numbered.id
  AND (grid.lft, grid.rght, grid.level, grid.tree_id)
      IS DISTINCT FROM (numbered.lft, numbered.lft + 2 * size - 1, depth, %(tree)s)
"""


def renumber(root_id: int, tree_id: int) -> int:
    """Give every node below this district its numbers and the tree id; return how many rows were wrong.

    Only what hangs together by parents is reached. Takes the district's lock.
    """
    lock_trees([tree_id])
    with connection.cursor() as cursor:
        cursor.execute(_RENUMBER, {"root": root_id, "tree": tree_id})
        changed: int = cursor.rowcount
        return changed
