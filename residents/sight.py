"""Who sees which rows of the registers, as a condition for a query: posts over the place that open them.

Department posts are held at the unit's node but open nothing of the registers there (need-to-know).
"""

from django.db.models import Q

from grids.models import Kind
from grids.roles import Permission
from grids.standing import Standing

NOTHING = Q(pk__in=[])
COLUMN = {
    Kind.DISTRICT.value: "district",
    Kind.STREET.value: "street",
    Kind.COMMUNITY.value: "community",
    Kind.MICRO.value: "micro",
}
"""The column of the path that holds a node of a kind; base and dedicated grids are in `grid`."""


def area(who: Standing, permission: Permission = Permission.VIEW_REGISTERS, prefix: str = "") -> Q:
    """Rows whose place lies under a post that gives the permission; `prefix` leads to the placed row (`house__`)."""
    columns: dict[str, set[int]] = {}
    for post in who.nodes(permission):
        if post.unit_id is None:
            columns.setdefault(COLUMN.get(post.kind, "grid"), set()).add(post.node_id)
    condition = NOTHING
    for column, node_ids in columns.items():
        name = f"{prefix}{column}"
        condition |= Q(**{f"{name}__in": node_ids} if len(node_ids) > 1 else {name: next(iter(node_ids))})
    return condition


def communities(who: Standing, permission: Permission) -> Q:
    """Rows of the communities that a post gives the permission in: over them, or in a grid of them."""
    condition = NOTHING
    for post in who.nodes(permission):
        if post.unit_id is None:
            if post.kind in {Kind.DISTRICT, Kind.STREET, Kind.COMMUNITY}:
                condition |= Q(**{COLUMN[post.kind]: post.node_id})
            else:
                above = {"community__lft__lte": post.lft, "community__rght__gte": post.rght}
                condition |= Q(community__tree_id=post.tree_id, **above)
    return condition


def may(who: Standing, permission: Permission, path: "tuple[int | None, ...]") -> bool:
    """Say whether a post at one of these nodes or above gives the permission; `path` is `Placed.path_ids`."""
    nodes = {node_id for node_id in path if node_id is not None}
    return any(post.node_id in nodes and post.unit_id is None and post.gives(permission) for post in who.posts)
