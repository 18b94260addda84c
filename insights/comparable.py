"""Nodes and units of a district with what makes them comparable: urban or rural, kind of unit, residents."""

import datetime as dt
from dataclasses import dataclass

from grids.models import Grid, Kind, Unit, UnitKind
from insights.models.lineage import BEGINNING, END


@dataclass(frozen=True)
class Thing:
    """A node or unit that can be ranked."""

    pk: int
    name: str
    above: str
    """The name of the node that it lies in."""
    kind: str
    """Urban or rural ("" for neither), a dedicated grid, or the kind of unit."""
    lft: int
    residents: int | None = None
    """As the tree has them; None for a unit."""
    first: dt.date = BEGINNING
    last: dt.date = END


def nodes(node: Grid, kinds: tuple[Kind, ...]) -> list[Thing]:
    """Return every node of these kinds in a node's district, whenever there was or is one: one query."""
    columns = ("pk", "name", "parent__name", "kind", "settlement", "lft", "population", "valid_from", "valid_to")
    rows = Grid.objects.filter(tree_id=node.tree_id, kind__in=kinds).order_by("lft").values_list(*columns)
    return [
        Thing(
            *(pk, name, above or "", Kind.DEDICATED.value if kind == Kind.DEDICATED else settlement),
            *(lft, people or 0, first, last or END),
        )
        for pk, name, above, kind, settlement, lft, people, first, last in rows
    ]


def units(node: Grid) -> list[Thing]:
    """Return the units of a node's district that work is handed to, centres left out: one query."""
    rows = Unit.objects.filter(node__tree_id=node.tree_id, is_active=True).exclude(kind=UnitKind.CENTRE)
    columns = ("pk", "name", "node__name", "kind", "node__lft")
    return [Thing(*row) for row in rows.order_by("node__lft", "name").values_list(*columns)]
