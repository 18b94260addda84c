"""Estates, buildings and houses that rows name and the register does not have yet: they are made with the batch."""

from typing import Any

from django.db import connection

from accounts import bulk
from residents.addresses import estate_key, label
from residents.models import Building, Estate
from rosters.models import Batch, Made
from rosters.registers import writing

_WANTED = """
SELECT DISTINCT ON (s.community_id, s.estate, s.building_no)
       s.street_id, s.community_id, s.grid_id, s.micro_id, coalesce(s.estate, ''), coalesce(s.building_no, '')
  FROM {table} s JOIN rosters_row x ON x.id = s.row_id
 WHERE x.id BETWEEN %(first)s AND %(last)s AND {taken} AND s.grid_id IS NOT NULL
   AND s.address_key IS NOT NULL AND s.estate IS NOT NULL
   AND NOT EXISTS (SELECT FROM residents_house h WHERE h.community_id = s.community_id
                      AND h.address_key = s.address_key AND h.retired_on IS NULL)
 ORDER BY s.community_id, s.estate, s.building_no, s.row_id
"""
_HOUSES = """
WITH made AS (
    INSERT INTO residents_house (district_id, street_id, community_id, grid_id, micro_id, estate_id, building_id,
                                 unit_no, floor, room_no, address, address_key, use, nature, owner_name, owner_phone,
                                 version, updated_at)
    SELECT %(district)s, n.street_id, n.community_id, n.grid_id, n.micro_id, p.estate_id, p.building_id,
           coalesce(n.unit_no, ''), n.floor, n.room_no, n.address, n.address_key, n.use, '', '', '', 1, %(now)s
      FROM (SELECT DISTINCT ON (s.community_id, s.address_key) s.street_id, s.community_id, s.grid_id, s.micro_id,
                   s.estate, s.building_no, s.unit_no, s.floor, s.room_no, s.address, s.address_key,
                   CASE WHEN s.kind = 'floating' THEN 'rented' ELSE 'owned' END AS use
              FROM rosters_stagedresident s JOIN rosters_row x ON x.id = s.row_id
             WHERE x.id BETWEEN %(first)s AND %(last)s AND {taken} AND s.grid_id IS NOT NULL
               AND s.address_key IS NOT NULL AND s.room_no IS NOT NULL
             ORDER BY s.community_id, s.address_key, s.row_id) n
      LEFT JOIN roster_place p ON p.community_id = n.community_id AND p.estate = coalesce(n.estate, '')
                              AND p.building_no = coalesce(n.building_no, '')
     WHERE NOT EXISTS (SELECT FROM residents_house h WHERE h.community_id = n.community_id
                          AND h.address_key = n.address_key AND h.retired_on IS NULL)
     ORDER BY n.community_id, n.address_key
    RETURNING id)
INSERT INTO rosters_made (batch_id, what, target_id) SELECT %(batch)s, 'house', id FROM made
"""


def make_houses(batch: Batch, district: int) -> dict[str, int]:
    """Make what a list of residents needs; returns how many of each. In a transaction of its own."""
    given = writing.parameters(batch) | {"district": district}
    counts = make_buildings(batch, district, "rosters_stagedresident", given)
    counts["houses"] = writing.run(_HOUSES.format(taken=writing.TAKEN), given)
    writing.run("DROP TABLE roster_place", {})
    return counts


def make_buildings(batch: Batch, district: int, table: str, given: dict[str, Any]) -> dict[str, int]:
    """Make missing estates and buildings, and the temporary table `roster_place` that leads to all that are named."""
    wanted = writing.rows(_WANTED.format(table=table, taken=writing.TAKEN), given)
    communities = sorted({row[1] for row in wanted})
    standing = {"community_id__in": communities, "retired_on": None}
    estates = {
        (c, estate_key(name)): pk
        for pk, c, name in Estate.objects.filter(**standing).values_list("pk", "community_id", "name")
    }
    fresh = {
        (row[1], estate_key(row[4])): row for row in wanted if row[4] and (row[1], estate_key(row[4])) not in estates
    }
    for key, pk in zip(fresh, _insert_estates(district, list(fresh.values())), strict=True):
        estates[key] = pk
    buildings = {
        (estate, label(number)): pk
        for pk, estate, number in Building.objects.filter(
            estate__in=list(estates.values()), retired_on=None
        ).values_list("pk", "estate_id", "number")
    }
    new: dict[tuple[int, str], tuple[Any, ...]] = {}
    for row in wanted:
        if row[4] and row[5]:
            key = (estates[row[1], estate_key(row[4])], row[5])
            if key not in buildings:
                new.setdefault(key, row)
    for key, pk in zip(new, _insert_buildings(district, new), strict=True):
        buildings[key] = pk
    _remember(batch, Made.What.ESTATE, [estates[key] for key in fresh])
    _remember(batch, Made.What.BUILDING, [buildings[key] for key in new])
    _lead(wanted, estates, buildings)
    return {"estates": len(fresh), "buildings": len(new)}


def _insert_estates(district: int, fresh: list[tuple[Any, ...]]) -> list[int]:
    made = Estate.objects.bulk_create(
        [Estate(district_id=district, street_id=row[0], community_id=row[1], name=row[4]) for row in fresh], 1000
    )
    return [estate.pk for estate in made]


def _insert_buildings(district: int, new: dict[tuple[int, str], tuple[Any, ...]]) -> list[int]:
    made = Building.objects.bulk_create(
        [
            Building(
                district_id=district,
                street_id=row[0],
                community_id=row[1],
                grid_id=row[2],
                micro_id=row[3],
                estate_id=estate,
                number=number,
            )
            for (estate, number), row in new.items()
        ],
        1000,
    )
    return [building.pk for building in made]


def _remember(batch: Batch, what: Made.What, ids: list[int]) -> None:
    bulk.insert(Made, {"target_id": ids}, {"batch_id": batch.pk, "what": what})


def _lead(
    wanted: list[tuple[Any, ...]], estates: dict[tuple[int, str], int], buildings: dict[tuple[int, str], int]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE roster_place (community_id bigint, estate text, building_no text, estate_id bigint, "
            "building_id bigint) ON COMMIT DROP"
        )
        named = [row for row in wanted if row[4]]
        ids = [estates[row[1], estate_key(row[4])] for row in named]
        cursor.execute(
            "INSERT INTO roster_place "
            "SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::bigint[])",
            [
                [row[1] for row in named],
                [row[4] for row in named],
                [row[5] for row in named],
                ids,
                [buildings.get((estate, row[5])) for estate, row in zip(ids, named, strict=True)],
            ],
        )
        cursor.execute("ANALYZE roster_place")
