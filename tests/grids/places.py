"""A small district made through the tree's own door, and shapes to lay it out with."""

from typing import Any

from accounts.models import User
from grids import actions
from grids.models import Grid, Kind

WEST, SOUTH = 116.5, 35.4
METRE = 1 / 111_000
"""Of latitude, in degrees, near enough."""


def box(x: float, y: float, width: float = 0.01, height: float = 0.01) -> dict[str, Any]:
    """Return a GeoJSON rectangle whose lower left corner lies x, y degrees from that of the district."""
    west, south, east, north = WEST + x, SOUTH + y, WEST + x + width, SOUTH + y + height
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def grow_district(code: str = "370811") -> dict[str, Grid]:
    """Make a district with two streets; the first has two communities, the first of them two base grids."""
    district = actions.add_node(None, actor=None, kind=Kind.DISTRICT, code=code, name="District")
    nodes = {"district": district}
    for name, parent, kind, number in (
        ("street", "district", Kind.STREET, "001"),
        ("other_street", "district", Kind.STREET, "002"),
        ("community", "street", Kind.COMMUNITY, "001"),
        ("other_community", "street", Kind.COMMUNITY, "002"),
        ("base", "community", Kind.BASE, "001"),
        ("other_base", "community", Kind.BASE, "002"),
    ):
        above = nodes[parent]
        nodes[name] = actions.add_node(above, actor=None, kind=kind, code=above.code + number, name=name)
    return {name: Grid.objects.get(pk=node.pk) for name, node in nodes.items()}


def make_person(username: str = "person", **fields: Any) -> User:
    return User.objects.create_user(username, "Correct-horse-9", display_name=username.title(), **fields)


def fresh(node: Grid) -> Grid:
    return Grid.objects.get(pk=node.pk)


def tree_of(district: Grid) -> list[tuple[int, str]]:
    """Return (depth, code) of the district's nodes in the order of the nested sets."""
    nodes = Grid.objects.filter(tree_id=fresh(district).tree_id).order_by("lft")
    return [(node.level, node.code) for node in nodes]


def assert_sound(district: Grid) -> None:
    """Check the nested sets of a district against its parents, in plain Python."""
    nodes = list(Grid.objects.filter(tree_id=fresh(district).tree_id).order_by("lft"))
    by_pk = {node.pk: node for node in nodes}
    assert sorted(edge for node in nodes for edge in (node.lft, node.rght)) == list(range(1, 2 * len(nodes) + 1))
    for node in nodes:
        parent = by_pk.get(node.parent_id)
        if parent is None:
            assert (node.level, node.lft, node.rght) == (0, 1, 2 * len(nodes))
        else:
            assert node.level == parent.level + 1
            assert parent.lft < node.lft < node.rght < parent.rght
