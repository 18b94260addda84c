"""One change of a district's tree at a time: the nested-set numbers of its rows depend on each other."""

from collections.abc import Iterable

from django.db import connection, transaction
from django.utils.translation import gettext as _

from grids.errors import InvalidTree
from grids.models import Grid

_NAMESPACE = 20_811
"""First key of our advisory locks, so that they meet no other ones of the product."""
_NEW_DISTRICTS = 0


def lock_trees(tree_ids: Iterable[int]) -> None:
    """Wait for these districts and hold them until the transaction ends; always in one order, against deadlock."""
    for tree_id in sorted(set(tree_ids)):
        _take(tree_id)


def lock_new_districts() -> None:
    """Hold the making of districts until the transaction ends."""
    _take(_NEW_DISTRICTS)


def _take(key: int) -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A district's lock lasts as long as a transaction; none is open.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_NAMESPACE, key])


def locked(node: Grid | int) -> Grid:
    """Hold the node's district and return the node as it now is; raises InvalidTree when it is gone.

    What one has in memory is not to be trusted: others may have renumbered the tree meanwhile.
    """
    pk = node if isinstance(node, int) else node.pk
    while True:
        tree_id = Grid.objects.filter(pk=pk).values_list("tree_id", flat=True).first()
        if tree_id is None:
            raise InvalidTree(_("This node does not exist any more."))
        lock_trees([tree_id])
        found: Grid | None = Grid.objects.select_related("parent").filter(pk=pk, tree_id=tree_id).first()
        if found is not None:
            return found
