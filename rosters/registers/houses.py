"""Compare a list of houses with the register and write it: a house is found by its address within the community."""

from typing import Any

from django.db import connection

from residents.models import Step
from residents.querysets import column_of
from rosters.models import Batch
from rosters.registers import phones_compared, places, plain, writing
from rosters.registers.comparing import Field, array, nullable, text
from rosters.registers.writing import EFFECTIVE, TAKEN

FIELDS = [
    Field("use", initial="'owned'"),
    *text("nature", "owner_name"),
    *nullable("area", "lng", "lat"),
]
PHONES = ["owner_phone"]
_TABLE = "residents_house"

_FOUND = plain.FOUND.format(
    found="""
SELECT s.row_id, s.is_refused, h.id AS target_id, s.community_id || '|' || s.address_key AS identity
  FROM rosters_stagedhouse s
  LEFT JOIN residents_house h
    ON h.community_id = s.community_id AND h.address_key = s.address_key AND h.retired_on IS NULL
 WHERE s.row_id BETWEEN %(first)s AND %(last)s"""
)
_COMPARED = """
CREATE TEMP TABLE roster_compared ON COMMIT DROP AS
SELECT s.row_id, f.target_id, f.first_row, f.nth, r.version, s.is_refused, false AS has_other_name,
       coalesce(r.{area} <> %(area)s, false) AS is_elsewhere,
       CASE WHEN s.is_refused THEN NULL
            WHEN s.address_key IS NULL THEN 'house_no_room'
            WHEN r.id IS NULL AND s.grid_id IS NULL THEN 'house_no_grid' END AS trouble,
       CASE WHEN r.id IS NOT NULL THEN {fields} END AS fields
  FROM roster_found f JOIN rosters_stagedhouse s ON s.row_id = f.row_id
  LEFT JOIN residents_house r ON r.id = f.target_id
"""
_ADD = """
INSERT INTO residents_house (id, district_id, street_id, community_id, grid_id, micro_id, estate_id, building_id,
                             unit_no, floor, room_no, address, address_key, owner_phone, version, updated_at, {names})
SELECT x.target_id, %(district)s, s.street_id, s.community_id, s.grid_id, s.micro_id, p.estate_id, p.building_id,
       coalesce(s.unit_no, ''), s.floor, s.room_no, s.address, s.address_key, coalesce(s.owner_phone, ''), 1, %(now)s,
       {values}
  FROM rosters_row x JOIN rosters_stagedhouse s ON s.row_id = x.id
  LEFT JOIN rosters_place p ON p.batch_id = %(batch)s AND p.community_id = s.community_id
       AND p.estate = coalesce(s.estate, '') AND p.building_no = coalesce(s.building_no, '')
 WHERE x.id BETWEEN %(low)s AND %(high)s AND x.is_addition AND {taken}
 ORDER BY x.id
ON CONFLICT DO NOTHING
"""
_CHANGE = """
UPDATE residents_house r SET {sets}, version = r.version + 1, updated_at = %(now)s
  FROM rosters_row x JOIN rosters_stagedhouse s ON s.row_id = x.id, LATERAL (SELECT {effective} AS names) e
 WHERE x.id = ANY (%(changed)s) AND r.id = x.target_id
"""
_RELOCATED = """
INSERT INTO residents_relocation (house_id, from_grid_id, to_grid_id, at, reason)
SELECT r.id, (x.before ->> 'grid_id')::bigint, r.grid_id, %(now)s, %(note)s
  FROM rosters_row x JOIN residents_house r ON r.id = x.target_id
 WHERE x.id = ANY (%(changed)s) AND (x.before ->> 'grid_id')::bigint <> r.grid_id
"""
_PEOPLE_FOLLOW = """
UPDATE residents_resident p SET {sets}
  FROM rosters_row x JOIN residents_house r ON r.id = x.target_id
 WHERE x.id = ANY (%(changed)s) AND p.house_id = r.id AND (x.before ->> 'grid_id')::bigint <> r.grid_id
"""
_PATH = ("street_id", "community_id", "grid_id", "micro_id")


def compare(batch: Batch) -> None:
    """Make the batch's rows. To be called in a transaction; what an earlier comparison made is gone already."""
    area = column_of(batch.node) + "_id"
    given = {"batch": batch.pk, "area": batch.node_id, "first": batch.first_key, "last": batch.last_key}
    conditions = plain.conditions(batch, FIELDS, PHONES)
    conditions.append(("grid", "s.grid_id IS NOT NULL AND s.grid_id <> r.grid_id"))
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, given)
        cursor.execute("ANALYZE roster_found")
        phones_compared.note(_TABLE, "rosters_stagedhouse", [phone for phone in PHONES if phone in batch.fields])
        cursor.execute(_COMPARED.format(area=area, fields=array(conditions)), given)
        cursor.execute(plain.ROWS.format(table=_TABLE), given)
        cursor.execute(plain.TROUBLES, given)
        cursor.execute("DROP TABLE roster_found, roster_compared, roster_phone")


def make_places(batch: Batch, district: int) -> dict[str, int]:
    """Make the estates and buildings that new houses need, and remember the way to all of them for the chunks."""
    given = writing.parameters(batch)
    counts = places.make_buildings(batch, district, "rosters_stagedhouse", given)
    writing.run("DELETE FROM rosters_place WHERE batch_id = %(batch)s", given)
    writing.run(
        "INSERT INTO rosters_place (batch_id, community_id, estate, building_no, estate_id, building_id) "
        "SELECT %(batch)s, community_id, estate, building_no, estate_id, building_id FROM roster_place",
        given,
    )
    writing.run("DROP TABLE roster_place", given)
    return counts


def write(batch: Batch, low: int, high: int, district: int) -> dict[str, int]:
    """Write the decided rows of these numbers, both inclusive; returns what was done. In the caller's transaction."""
    given = writing.parameters(batch, low=low, high=high) | {"district": district}
    done = {"stale": writing.mark_stale(_TABLE, given)}
    additions, changes, _leavers = writing.count_taken(given)
    if additions:
        done["added"] = writing.run(
            _ADD.format(
                names=", ".join(field.name for field in FIELDS),
                values=", ".join(f"coalesce(s.{field.name}, {field.first})" for field in FIELDS),
                taken=TAKEN,
            ),
            given,
        )
        if done["added"] < additions:
            done["stale"] += writing.mark_not_added(_TABLE, given)
        writing.note_added(_TABLE, "house", given)
    if changes:
        done["changed"] = _change(batch, given)
    return done


def _change(batch: Batch, given: dict[str, Any]) -> int:
    found = writing.rows(plain.CHANGES.format(effective=EFFECTIVE, table=_TABLE, taken=TAKEN), given)
    changed = [(key, district, fields, before) for _row, key, district, fields, before in found if fields]
    if not changed:
        return 0
    given = given | {"changed": [row for row, _key, _district, fields, _before in found if fields]}
    writing.note_changes(batch, "house", Step.IMPORT, changed, sealed={"owner_phone": "owner_phone"}, now=given["now"])
    writing.run(plain.KEEP_BEFORE.format(table=_TABLE), given)
    sets = plain.sets(batch, FIELDS, PHONES)
    sets += [f"{c} = CASE WHEN 'grid' = ANY (e.names) THEN s.{c} ELSE r.{c} END" for c in _PATH]
    writing.run(_CHANGE.format(sets=", ".join(sets), effective=EFFECTIVE), given)
    if {"grid", "community"} & set(batch.fields):
        writing.run(_RELOCATED, given)
        writing.run(_PEOPLE_FOLLOW.format(sets=", ".join(f"{c} = r.{c}" for c in _PATH)), given)
    return len(changed)
