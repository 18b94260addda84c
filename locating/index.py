"""The names of each district in this process: read when first asked for, and again when the tree or the registers
changed.

A change of the tree raises the district's `map_version` (grids/actions.py). A change of an estate or a building is
counted by triggers of the database (migration 0002) in `PlaceChange`, in a row of the changing transaction's own, so
that nobody waits for anybody and nothing that writes by SQL is missed. Every look-up compares both: one small query.
"""

import datetime as dt
import time
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from grids.models import Grid
from locating.names import BuildingRow, EstateRow, GridRow, Names
from residents.models import Building, Estate

PATIENCE_S = 5.0
"""Where reading the names takes its time (a large district while a roster is brought in), they may be so old."""
QUICK_S = 0.25
_VERSION = """
SELECT g.tree_id, g.map_version, coalesce(max(c.xact), 0), count(c.id), coalesce(sum(c.changes), 0)
  FROM grids_grid g LEFT JOIN locating_placechange c ON c.district_id = g.id
 WHERE g.id = %s GROUP BY g.tree_id, g.map_version
"""
Version = tuple[int, int, int, int, int, dt.date]


@dataclass(frozen=True, slots=True)
class _Kept:
    version: Version
    names: Names
    took_s: float
    made_at: float


_kept: dict[int, _Kept] = {}


def names_of(district: Grid) -> Names:
    """Return the district's names as of now; what took long to read may be some seconds old."""
    version = _version(district.pk)
    kept = _kept.get(district.pk)
    if kept is not None and kept.version != version and kept.version[-1] == version[-1]:
        is_fresh = time.monotonic() - kept.made_at < PATIENCE_S
        if kept.took_s > QUICK_S and is_fresh:
            return kept.names
    if kept is None or kept.version != version:
        began = time.monotonic()
        names = _read(version[0], district.pk)
        ended = time.monotonic()
        kept = _kept[district.pk] = _Kept(version, names, ended - began, ended)
    return kept.names


def _version(district_id: int) -> Version:
    with connection.cursor() as cursor:
        cursor.execute(_VERSION, [district_id])
        row = cursor.fetchone()
    if row is None:
        raise Grid.DoesNotExist
    return (*map(int, row), timezone.localdate())  # type: ignore[return-value]  # five numbers and a day


def _read(tree_id: int, district_id: int) -> Names:
    nodes = Grid.objects.in_force(timezone.localdate()).filter(tree_id=tree_id).order_by("lft")
    estates = Estate.objects.standing().filter(district=district_id).order_by("pk")
    buildings = Building.objects.standing().filter(district=district_id).order_by("pk")
    return Names(
        (GridRow(*row) for row in nodes.values_list("pk", "kind", "code", "name", "parent_id").iterator()),
        (EstateRow(*row) for row in estates.values_list("pk", "community_id", "name", "road").iterator()),
        (
            BuildingRow(*row)
            for row in buildings.values_list("pk", "estate_id", "number", "grid_id", "micro_id").iterator()
        ),
    )
