"""Compare a list of organisations with the register and write it: found by credit code, else by name and community."""

from typing import Any

from django.db import connection

from residents.models import Step
from residents.querysets import column_of
from rosters.models import Batch
from rosters.registers import phones_compared, plain, writing
from rosters.registers.comparing import Field, array, nullable, text
from rosters.registers.residents import district_of
from rosters.registers.writing import EFFECTIVE, TAKEN

FIELDS = [
    Field("kind", initial="'other'"),
    Field("is_key_site", empty="false"),
    *text("address", "trade", "manager_name", "safety_name"),
    *nullable("employees", "fire_checked_on", "electricity_checked_on", "gas_checked_on", "lng", "lat"),
]
PHONES = ["manager_phone", "safety_phone"]
_TABLE = "residents_organisation"

_FOUND = plain.FOUND.format(
    found="""
SELECT s.row_id, s.is_refused, coalesce(c.id, n.id) AS target_id,
       coalesce(s.credit_code, s.community_id || '|' || s.name) AS identity
  FROM rosters_stagedorganisation s
  LEFT JOIN residents_organisation c
    ON c.district_id = %(district)s AND c.credit_code = s.credit_code AND c.closed_on IS NULL
  LEFT JOIN LATERAL (
       SELECT o.id FROM residents_organisation o
        WHERE c.id IS NULL AND o.community_id = s.community_id AND o.name = s.name AND o.closed_on IS NULL
          AND (o.credit_code = '' OR s.credit_code IS NULL)
        ORDER BY o.id LIMIT 1) n ON true
 WHERE s.row_id BETWEEN %(first)s AND %(last)s"""
)
_HOME = """
  LEFT JOIN residents_house h
    ON h.community_id = s.community_id AND h.address_key = s.address_key AND h.retired_on IS NULL
"""
_COMPARED = """
CREATE TEMP TABLE roster_compared ON COMMIT DROP AS
SELECT s.row_id, f.target_id, f.first_row, f.nth, r.version, s.is_refused,
       coalesce(r.credit_code = s.credit_code AND r.name <> s.name, false) AS has_other_name,
       coalesce(r.{area} <> %(area)s, false) AS is_elsewhere,
       CASE WHEN s.is_refused THEN NULL
            WHEN h.{area} <> %(area)s THEN 'outside'
            WHEN r.id IS NULL AND s.grid_id IS NULL AND h.id IS NULL THEN 'place_none' END AS trouble,
       CASE WHEN r.id IS NOT NULL THEN {fields} END AS fields
  FROM roster_found f JOIN rosters_stagedorganisation s ON s.row_id = f.row_id
  LEFT JOIN residents_organisation r ON r.id = f.target_id {home}
"""
_ADD = """
INSERT INTO residents_organisation (id, district_id, street_id, community_id, grid_id, micro_id, name, credit_code,
                                    house_id, manager_phone, safety_phone, version, updated_at, {names})
SELECT x.target_id, %(district)s, {path}, s.name, coalesce(s.credit_code, ''), h.id, coalesce(s.manager_phone, ''),
       coalesce(s.safety_phone, ''), 1, %(now)s, {values}
  FROM rosters_row x JOIN rosters_stagedorganisation s ON s.row_id = x.id {home}
 WHERE x.id BETWEEN %(low)s AND %(high)s AND x.is_addition AND {taken} AND coalesce(h.grid_id, s.grid_id) IS NOT NULL
 ORDER BY x.id
ON CONFLICT DO NOTHING
"""
_CHANGE = """
UPDATE residents_organisation r SET {sets}, version = r.version + 1, updated_at = %(now)s
  FROM rosters_row x JOIN rosters_stagedorganisation s ON s.row_id = x.id, LATERAL (SELECT {effective} AS names) e
 WHERE x.id = ANY (%(changed)s) AND r.id = x.target_id
"""
_PATH = ("street_id", "community_id", "grid_id", "micro_id")


def compare(batch: Batch) -> None:
    """Make the batch's rows. To be called in a transaction; what an earlier comparison made is gone already."""
    area = column_of(batch.node) + "_id"
    given = {
        "batch": batch.pk,
        "district": district_of(batch.node),
        "area": batch.node_id,
        "first": batch.first_key,
        "last": batch.last_key,
    }
    conditions = plain.conditions(batch, FIELDS, PHONES)
    conditions += [
        ("name", "s.name <> r.name"),
        ("credit_code", "s.credit_code IS NOT NULL AND s.credit_code <> r.credit_code"),
        ("grid", "s.grid_id IS NOT NULL AND s.grid_id <> r.grid_id"),
    ]
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, given)
        cursor.execute("ANALYZE roster_found")
        phones_compared.note(_TABLE, "rosters_stagedorganisation", [phone for phone in PHONES if phone in batch.fields])
        cursor.execute(_COMPARED.format(area=area, fields=array(conditions), home=_HOME), given)
        cursor.execute(plain.ROWS.format(table=_TABLE), given)
        cursor.execute(plain.TROUBLES, given)
        cursor.execute("DROP TABLE roster_found, roster_compared, roster_phone")


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
                path=", ".join(f"CASE WHEN s.grid_id IS NULL THEN h.{c} ELSE s.{c} END" for c in _PATH),
                home=_HOME,
                taken=TAKEN,
            ),
            given,
        )
        if done["added"] < additions:
            done["stale"] += writing.mark_not_added(_TABLE, given)
        writing.note_added(_TABLE, "organisation", given)
    if changes:
        done["changed"] = _change(batch, given)
    return done


def _change(batch: Batch, given: dict[str, Any]) -> int:
    found = writing.rows(plain.CHANGES.format(effective=EFFECTIVE, table=_TABLE, taken=TAKEN), given)
    changed = [(key, district, fields, before) for _row, key, district, fields, before in found if fields]
    if not changed:
        return 0
    given = given | {"changed": [row for row, _key, _district, fields, _before in found if fields]}
    sealed = {phone: phone for phone in PHONES}
    writing.note_changes(batch, "organisation", Step.IMPORT, changed, sealed=sealed, now=given["now"])
    writing.run(plain.KEEP_BEFORE.format(table=_TABLE), given)
    sets = plain.sets(batch, FIELDS, PHONES)
    sets += [
        f"{name} = CASE WHEN '{name}' = ANY (e.names) THEN s.{name} ELSE r.{name} END"
        for name in ("name", "credit_code")
    ]
    sets += [f"{c} = CASE WHEN 'grid' = ANY (e.names) THEN s.{c} ELSE r.{c} END" for c in _PATH]
    writing.run(_CHANGE.format(sets=", ".join(sets), effective=EFFECTIVE), given)
    return len(changed)
