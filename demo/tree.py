"""Put a planned tree into the database, a level at a time, with its nested-set numbers."""

import datetime as dt

from django.db.models import Max

from demo.geometry import as_geojson
from demo.plan import Place
from grids.models import Grid, Kind

DUTIES = "信息采集、矛盾化解、安全隐患排查、政策宣传、民生服务。有事请联系网格员。"


def store(district: Place, valid_from: dt.date) -> dict[str, Grid]:
    """Make the nodes of a plan, in a transaction of the caller's; returns them by code.

    The nested-set numbers are counted off here, each node getting its left one on the way down and its right one on
    the way up, children in the order of their codes as `Grid` sorts them.
    """
    tree_id = (Grid.objects.aggregate(last=Max("tree_id"))["last"] or 0) + 1
    levels: list[list[Place]] = []
    numbers: dict[str, tuple[int, int]] = {}
    _count(district, 0, 1, levels, numbers)
    nodes: dict[str, Grid] = {}
    for level, places in enumerate(levels):
        rows = [_node(place, nodes, valid_from) for place in places]
        for row in rows:
            row.tree_id, row.level, (row.lft, row.rght) = tree_id, level, numbers[row.code]
        nodes |= {node.code: node for node in Grid.objects.bulk_create(rows, batch_size=500)}
    return nodes


def _count(place: Place, level: int, lft: int, levels: list[list[Place]], numbers: dict[str, tuple[int, int]]) -> int:
    """Number a place and all below it from `lft` on; returns the next free number."""
    if len(levels) == level:
        levels.append([])
    levels[level].append(place)
    following = lft + 1
    for child in sorted(place.children, key=lambda child: child.code):
        following = _count(child, level + 1, following, levels, numbers)
    numbers[place.code] = (lft, following)
    return following + 1


def _node(place: Place, nodes: dict[str, Grid], valid_from: dt.date) -> Grid:
    return Grid(
        parent=nodes.get(place.parent),
        kind=place.kind,
        code=place.code,
        statistical_code=place.statistical_code,
        name=place.name,
        settlement=place.settlement or "",
        boundary=as_geojson(place.area) if place.area is not None else None,
        four_sides=place.four_sides,
        households=place.households or None,
        population=place.population or None,
        duties=DUTIES if place.kind in {Kind.BASE, Kind.DEDICATED} else "",
        co_managed_by=nodes.get(place.co_managed_by),
        valid_from=valid_from,
    )
