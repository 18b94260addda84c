"""Lists of an area by name: each part of it read on its own index, so that a district's page is as fast as a grid's."""

from django.db import models

from grids.models import Grid, Kind
from grids.roles import Permission
from grids.standing import Standing
from residents import sight
from residents.querysets import column_of


def parts(rows: models.QuerySet[models.Model], who: Standing, node: Grid | None) -> list[models.QuerySet[models.Model]]:
    """Split the rows by the columns that lead the indexes of names: grids, communities, streets.

    `node` narrows to it and what lies below; else it is all that one's posts open. `rows` are already those that one
    may see; where they lie in one column's index already, nothing is returned and they need no splitting.
    """
    wanted: dict[tuple[str, int], None] = {}
    places = [(node.kind, node.pk)] if node else [(p.kind, p.node_id) for p in who.nodes(Permission.VIEW_REGISTERS)]
    districts = [pk for kind, pk in places if kind == Kind.DISTRICT]
    for kind, pk in places:
        if kind != Kind.DISTRICT:
            wanted[sight.COLUMN.get(kind, "grid"), pk] = None
    if districts:
        for street in Grid.objects.filter(parent__in=districts).only("pk", "kind"):
            wanted[column_of(street), street.pk] = None
    return [rows.filter(**{column: pk}) for column, pk in wanted] if len(wanted) > 1 else []
