"""When a node of the tree moves, the facilities below it follow."""

from facilities.models import Facility
from grids.models import Grid
from residents import relocation


def follow(node: Grid, old_parent: Grid) -> None:
    """Renew the paths in the transaction of the move: one statement."""
    relocation.renew(Facility._meta.db_table, node)
