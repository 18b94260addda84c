"""Find the grid of rows that name none: by their estate and building, or because the community has a single grid.

A secretary's list says where people live, not which grid that is. What the register knows of the house goes before all
of this; here only rows whose house it does not have are placed. Where several places fit, the row stays as it is and is
refused with what mends it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from grids.models import Grid, Kind
from residents.addresses import estate_key, label
from residents.models import Building, Estate
from residents.querysets import column_of
from rosters.models import Batch
from rosters.nodes import Place
from rosters.registers import writing

WIDE = frozenset({Kind.DISTRICT, Kind.STREET, Kind.COMMUNITY})
"""Areas whose lists may hold rows without a grid; below them the area itself is the grid."""

_COMMUNITIES = """
UPDATE {table} s SET street_id = h.street_id, community_id = h.community_id
  FROM (SELECT h.address_key, min(h.street_id) AS street_id, min(h.community_id) AS community_id
          FROM residents_house h
         WHERE h.{area} = %(area)s AND h.retired_on IS NULL AND h.address_key IN (
               SELECT o.address_key FROM {table} o WHERE o.row_id BETWEEN %(first)s AND %(last)s
                  AND o.community_id IS NULL AND o.address_key IS NOT NULL)
         GROUP BY h.address_key HAVING count(*) = 1) h
 WHERE s.row_id BETWEEN %(first)s AND %(last)s AND s.community_id IS NULL AND s.address_key = h.address_key
"""
_UNPLACED = """
s.row_id BETWEEN %(first)s AND %(last)s AND s.grid_id IS NULL AND NOT s.is_refused AND NOT EXISTS (
  SELECT FROM residents_house h WHERE h.community_id = s.community_id AND h.address_key = s.address_key
     AND h.retired_on IS NULL)
"""
_WANTED = (
    "SELECT DISTINCT s.community_id, coalesce(s.estate, ''), coalesce(s.building_no, '') FROM {table} s WHERE {where}"
)
_PLACE = """
UPDATE {table} s SET street_id = n.street_id, community_id = n.community_id, grid_id = n.grid_id, micro_id = n.micro_id
  FROM unnest(%(within)s::bigint[], %(estates)s::text[], %(buildings)s::text[], %(streets)s::bigint[],
              %(communities)s::bigint[], %(grids)s::bigint[], %(micros)s::bigint[])
       AS n (within, estate, building_no, street_id, community_id, grid_id, micro_id)
 WHERE {where} AND s.community_id IS NOT DISTINCT FROM n.within AND coalesce(s.estate, '') = n.estate
   AND coalesce(s.building_no, '') = n.building_no
"""


class Asked(NamedTuple):
    """What rows say of where they lie: the community or None, the estate and the building or ""."""

    community: int | None
    estate: str
    building: str


def place_rows(batch: Batch, table: str) -> None:
    """Write the path into staged rows that name no grid and can lie in one only. In the transaction that compares."""
    if batch.node.kind not in WIDE:
        return
    area = f"{column_of(batch.node)}_id"
    given = {"first": batch.first_key, "last": batch.last_key, "area": batch.node_id}
    if batch.node.kind != Kind.COMMUNITY:
        writing.run(_COMMUNITIES.format(table=table, area=area), given)
    asked = [Asked(*row) for row in writing.rows(_WANTED.format(table=table, where=_UNPLACED), given)]
    found = {one: place for one, place in _places(batch.node, asked).items() if place.grid is not None}
    if not found:
        return
    names = ("streets", "communities", "grids", "micros")
    columns = dict(zip(names, zip(*found.values(), strict=True), strict=True))
    said = dict(zip(("within", "estates", "buildings"), zip(*found, strict=True), strict=True))
    arrays = {name: list(values) for name, values in (said | columns).items()}
    writing.run(_PLACE.format(table=table, where=_UNPLACED), given | arrays)


def _places(area: Grid, asked: Iterable[Asked]) -> Mapping[Asked, Place]:
    """Find the places of what is asked for, of those that can lie in one only."""
    asked = list(asked)
    if not asked:
        return {}
    estates = _estates(area)
    buildings = _buildings([pk for found in estates.values() for pk, _community in found])
    single = _single_grids({one.community for one in asked if one.community is not None})
    places = {}
    for one in asked:
        place = _of_building(one, estates, buildings) or single.get(one.community or 0)
        if place is not None:
            places[one] = place
    return places


def _of_building(
    one: Asked, estates: Mapping[str, list[tuple[int, int]]], buildings: Mapping[int, dict[str, Place]]
) -> Place | None:
    """Return where the building lies, or where all of the estate does."""
    found = estates.get(estate_key(one.estate), []) if one.estate else []
    fitting = [pk for pk, community in found if one.community in {None, community}]
    if len(fitting) != 1:
        return None
    of_estate = buildings.get(fitting[0], {})
    if one.building in of_estate:
        return of_estate[one.building]
    paths = {place._replace(micro=None) for place in of_estate.values()}
    return paths.pop() if len(paths) == 1 else None


def _estates(area: Grid) -> dict[str, list[tuple[int, int]]]:
    """List key and community of the estates that stand in the area, by the name that they are matched by."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for pk, community, name in Estate.objects.within(area).standing().values_list("pk", "community_id", "name"):
        found[estate_key(name)].append((pk, community))
    return found


def _buildings(estates: list[int]) -> dict[int, dict[str, Place]]:
    found: dict[int, dict[str, Place]] = defaultdict(dict)
    columns = ("estate_id", "number", "street_id", "community_id", "grid_id", "micro_id")
    for estate, number, *path in Building.objects.filter(estate__in=estates, retired_on=None).values_list(*columns):
        found[estate][label(number)] = Place(*path)
    return found


def _single_grids(communities: set[int]) -> dict[int, Place]:
    """Return the only grid of each community that has no other."""
    grids = Grid.objects.filter(parent__in=communities, kind__in=(Kind.BASE, Kind.DEDICATED), valid_to=None)
    found: dict[int, list[Place]] = defaultdict(list)
    for pk, community, street in grids.values_list("pk", "parent_id", "parent__parent_id"):
        found[community or 0].append(Place(street or 0, community or 0, pk))
    return {community: places[0] for community, places in found.items() if len(places) == 1}
