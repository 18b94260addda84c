"""The grids that a task goes to: nodes of the tree, kinds of grid below them, urban or rural."""

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import Q

from admission.models import Task
from grids.models import Grid, Kind
from grids.querysets import GridQuerySet

FILLED = frozenset({Kind.BASE.value, Kind.DEDICATED.value, Kind.MICRO.value})
"""Kinds of node in which something can be filled in."""


def grids_in(nodes: Iterable[Grid], kinds: Collection[str], settlement: str, day: dt.date) -> GridQuerySet:
    """Return the grids in force on a day that lie in any of the nodes: one query.

    A grid that does not say whether it is urban or rural counts as its parent.
    """
    inside = Q(pk__in=[])
    for node in nodes:
        inside |= Q(tree_id=node.tree_id, lft__gte=node.lft, lft__lte=node.rght)
    found: GridQuerySet = Grid.objects.in_force(day).filter(inside, kind__in=FILLED & set(kinds))
    if settlement:
        found = found.filter(Q(settlement=settlement) | Q(settlement="", parent__settlement=settlement))
    unordered: GridQuerySet = found.order_by()
    return unordered


def grids_of(task: Task, day: dt.date) -> GridQuerySet:
    """Return the grids of a task on a day."""
    nodes = task.nodes.only("pk", "tree_id", "lft", "rght")
    return grids_in(nodes, task.kinds, task.settlement, day)
