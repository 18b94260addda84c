"""Names for the rows of a list: one query for all nodes, units, people and categories that fifty orders mention.

Joining them to the orders' query instead costs PostgreSQL more in planning than the whole page's other queries take.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import connection, models

from accounts import prepared
from accounts.models import User
from grids.models import Grid, Unit
from workorders.categories import in_language
from workorders.models import Category
from workorders.rows import ListedOrder

Found = Mapping[int, str]


@dataclass(frozen=True)
class Names:
    """What the rows' nodes, units, people and categories are called, by primary key."""

    nodes: Found = field(default_factory=dict)
    units: Found = field(default_factory=dict)
    people: Found = field(default_factory=dict)
    categories: Found = field(default_factory=dict)

    def place(self, order: ListedOrder) -> str:
        """Say the community and the grid, or the one node that is both."""
        grid = self.nodes[order.grid_id]
        if order.community_id is None or order.community_id == order.grid_id:
            return grid
        return f"{self.nodes[order.community_id]} · {grid}"

    def with_whom(self, order: ListedOrder) -> str:
        """Say who has an open order: the person, else the unit, else the node."""
        if order.assignee_id is not None:
            return self.people[order.assignee_id]
        return self.units[order.lead_unit_id] if order.lead_unit_id is not None else self.nodes[order.holder_id]


def of(orders: Iterable[ListedOrder]) -> Names:
    """Read the names that rows of these orders show: one query."""
    wanted: tuple[set[int | None], ...] = (set(), set(), set(), set())
    nodes, units, people, categories = wanted
    for order in orders:
        nodes.update((order.grid_id, order.community_id, order.holder_id))
        categories.add(order.category_id)
        units.add(order.lead_unit_id)
        people.add(order.assignee_id)
    given = {part: [key for key in keys if key is not None] for part, keys in zip(_PARTS, wanted, strict=True)}
    found: dict[str, dict[int, str]] = defaultdict(dict)
    with prepared.repeated(_SQL, _PARTS, given) as (sql, values), connection.cursor() as cursor:
        cursor.execute(sql, values)
        for table, key, name, other in cursor.fetchall():
            found[table][key] = in_language(name, other) if table == Category.__name__ else name or other
    return Names(*(found[part.model.__name__] for part in _PARTS))


@dataclass(frozen=True)
class _Part:
    """Where names stand; stands for the keys that are wanted of them."""

    model: type[models.Model]
    name: str
    other: str

    @property
    def sql(self) -> str:
        table = f'"{self.model._meta.db_table}"'
        return (
            f"SELECT '{self.model.__name__}', id, {self.name}, {self.other} FROM {table} WHERE id = ANY(%s::bigint[])"  # noqa: S608
        )


_PARTS = (
    _Part(Grid, "name", "''"),
    _Part(Unit, "name", "''"),
    _Part(User, "display_name", "username"),
    _Part(Category, "name", "name_en"),
)
_SQL = " UNION ALL ".join(part.sql for part in _PARTS)
