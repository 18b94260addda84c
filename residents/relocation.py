"""When a node of the tree moves, the rows of the registers below it follow: their path is a copy of the tree's."""

from django.db import connection
from django.utils import timezone
from django.utils.translation import ngettext

from grids.errors import InvalidTree
from grids.models import Grid, Kind
from residents.models import Event, House, Relocation, Step

_TABLES = (
    "residents_building",
    "residents_house",
    "residents_resident",
    "residents_organisation",
    "residents_handover",
)
_PATH = """
UPDATE {table} r
   SET street_id = street.id, community_id = community.id
  FROM grids_grid place
  JOIN grids_grid street ON street.kind = 'street' AND street.tree_id = place.tree_id
       AND street.lft < place.lft AND street.rght > place.rght
  JOIN grids_grid community ON community.kind = 'community' AND community.tree_id = place.tree_id
       AND community.lft < place.lft AND community.rght > place.rght
 WHERE r.grid_id = place.id AND place.tree_id = %s AND place.lft BETWEEN %s AND %s
   AND (r.street_id, r.community_id) IS DISTINCT FROM (street.id, community.id)
"""
_ESTATES = """
UPDATE residents_estate e
   SET street_id = community.parent_id
  FROM grids_grid community
 WHERE e.community_id = community.id AND community.tree_id = %s AND community.lft BETWEEN %s AND %s
   AND e.street_id <> community.parent_id
"""


_MICRO = """
UPDATE {table} r
   SET grid_id = micro.parent_id, street_id = street.id, community_id = community.id
  FROM grids_grid micro
  JOIN grids_grid street ON street.kind = 'street' AND street.tree_id = micro.tree_id
       AND street.lft < micro.lft AND street.rght > micro.rght
  JOIN grids_grid community ON community.kind = 'community' AND community.tree_id = micro.tree_id
       AND community.lft < micro.lft AND community.rght > micro.rght
 WHERE r.micro_id = micro.id AND micro.id = %s
"""
_TWICE = """
SELECT count(*)
  FROM residents_house mine
  JOIN residents_house theirs ON theirs.community_id = %(community)s AND theirs.address_key = mine.address_key
       AND theirs.retired_on IS NULL AND theirs.id <> mine.id
 WHERE mine.{column} = %(node)s AND mine.retired_on IS NULL AND mine.community_id <> %(community)s
"""


def follow(node: Grid, old_parent: Grid) -> None:
    """Renew the rows of the moved subtree in the transaction of the move: one statement a table.

    A micro-grid takes its houses to another base grid, which stands in each house's record. Raises InvalidTree where
    the new community has a house of the same address.
    """
    _refuse_equal_addresses(node)
    if node.kind == Kind.MICRO:
        _record_of_houses(node, old_parent)
    for table in _TABLES:
        renew(table, node)
    with connection.cursor() as cursor:
        cursor.execute(_ESTATES, [node.tree_id, node.lft, node.rght])


def renew(table: str, node: Grid) -> None:
    """Renew the path of a table's rows below a node that has moved; higher apps call it for tables of `Placed`."""
    with connection.cursor() as cursor:
        if node.kind == Kind.MICRO:
            cursor.execute(_MICRO.format(table=table), [node.pk])
        else:
            cursor.execute(_PATH.format(table=table), [node.tree_id, node.lft, node.rght])


def _refuse_equal_addresses(node: Grid) -> None:
    """A grid that comes into another community brings its houses' addresses, of which each community has one."""
    column = {Kind.MICRO: "micro_id", Kind.BASE: "grid_id", Kind.DEDICATED: "grid_id"}.get(Kind(node.kind))
    if column is None:
        return
    community = Grid.objects.on_path_to(node).get(kind=Kind.COMMUNITY)
    with connection.cursor() as cursor:
        cursor.execute(_TWICE.format(column=column), {"community": community.pk, "node": node.pk})
        count = cursor.fetchone()[0]
    if count:
        words = ngettext(
            "%(count)d house has an address that is in the new community already.",
            "%(count)d houses have addresses that are in the new community already.",
            count,
        )
        raise InvalidTree(words % {"count": count}, field="parent")


def _record_of_houses(micro: Grid, old_parent: Grid) -> None:
    now = timezone.now()
    houses = list(House.objects.filter(micro=micro).values_list("pk", "district_id"))
    Relocation.objects.bulk_create(
        Relocation(house_id=pk, from_grid=old_parent, to_grid_id=micro.parent_id, at=now) for pk, _district in houses
    )
    Event.objects.bulk_create(
        Event(house_id=pk, district_id=district, at=now, step=Step.RELOCATE, fields=["grid_id"])
        for pk, district in houses
    )
