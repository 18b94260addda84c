"""Is the tree whole? The nested-set numbers against the parents, and who stands under whom, by set-based SQL."""

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from grids import rules
from grids.locks import lock_new_districts, lock_trees
from grids.models import Grid, Kind
from grids.numbering import renumber

FAULTS = {
    "numbers": _("left and right numbers do not fit each other"),
    "parent": _("does not lie within its parent's numbers"),
    "level": _("has another depth than its parent says"),
    "tree": _("has another tree number than its parent"),
    "shared": _("shares its tree number with another district"),
    "kind": _("stands under a node of the wrong kind"),
}

_NUMBERS = """
SELECT node.id, node.code, fault.name
FROM grids_grid node
LEFT JOIN grids_grid parent ON parent.id = node.parent_id
CROSS JOIN LATERAL (VALUES
    ('numbers', node.lft < 1 OR node.rght <= node.lft OR mod(node.rght - node.lft, 2) = 0),
    ('parent', parent.id IS NOT NULL AND parent.tree_id = node.tree_id
               AND NOT (parent.lft < node.lft AND node.rght < parent.rght)),
    ('level', node.level <> coalesce(parent.level + 1, 0)),
    ('tree', parent.id IS NOT NULL AND parent.tree_id <> node.tree_id),
    ('shared', parent.id IS NULL AND EXISTS (
        SELECT FROM grids_grid other
        WHERE other.parent_id IS NULL AND other.tree_id = node.tree_id AND other.id <> node.id))
) AS fault(name, holds)
WHERE fault.holds
UNION
SELECT node.id, node.code, 'numbers'
FROM (
    SELECT id, code, tree_id, edge, count(*) OVER (PARTITION BY tree_id, edge) AS times,
           max(edge) OVER (PARTITION BY tree_id) - count(*) OVER (PARTITION BY tree_id) AS gap
    FROM grids_grid, unnest(ARRAY[lft, rght]) AS edge
) node
WHERE node.times > 1 OR (node.gap <> 0 AND node.edge = 1)
ORDER BY 2, 3
"""


@dataclass(frozen=True)
class Fault:
    """One node that does not stand as it should; `name` is a key of FAULTS."""

    node_id: int
    code: str
    name: str

    def __str__(self) -> str:
        return f"{self.code}  {FAULTS[self.name]}"


def find() -> list[Fault]:
    """Return every fault of every district's tree, by code."""
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS)
        faults = [Fault(*row) for row in cursor.fetchall()]
    kinds = Grid.objects.exclude(parent=None).values_list("pk", "code", "kind", "parent__kind")
    faults += [Fault(pk, code, "kind") for pk, code, kind, above in kinds if rules.PARENT_KIND.get(Kind(kind)) != above]
    return faults


def without_boundary() -> int:
    """Count the base grids that no point can be found in, for want of a boundary."""
    count: int = Grid.objects.filter(kind=Kind.BASE, boundary=None, valid_to=None).count()
    return count


@transaction.atomic
def repair() -> int:
    """Give every node the numbers that its parents say; returns how many were wrong. Kinds are left to people."""
    lock_new_districts()
    taken: set[int] = set()
    changed = 0
    roots = list(Grid.objects.filter(parent=None).order_by("pk").values_list("pk", "tree_id"))
    lock_trees(tree_id for _pk, tree_id in roots)
    free = max([tree_id for _pk, tree_id in roots], default=0) + 1
    for pk, tree_id in roots:
        mine = tree_id
        if mine in taken:
            mine, free = free, free + 1
        taken.add(mine)
        changed += renumber(pk, mine)
    Grid.objects.filter(parent=None).update(map_version=F("map_version") + 1)
    return changed
