"""Compare a list of residents with the register, in a few statements over the whole batch.

A person is found by the identity number; without one by name, birth and house within the community (issue: "same name
and birth" is a contradiction only where the numbers differ). Who stands in the file twice counts once.
"""

from typing import Any

from django.db import connection

from grids.models import Grid
from residents.querysets import column_of
from rosters.models import Batch
from rosters.registers import facts, households, older_keys
from rosters.registers.comparing import Field, array, empties, nullable, present, text

FIELDS = [
    Field("kind", initial="'registered'"),
    Field("sex", empty="'0'"),
    Field("certificate", empty="'111'"),
    *nullable("born_on"),
    *text("ethnicity", "marital", "education", "political", "occupation", "employer", "registered_address", "note"),
    *nullable("since_on"),
]
"""Of residents_resident; name, numbers, houses and path are told apart in the statements (facts: facts.py)."""

_FOUND = """
CREATE TEMP TABLE roster_found ON COMMIT DROP AS
SELECT s.row_id, r.id AS target_id, NULL::bigint AS rival_id, false AS is_ambiguous,
       row_number() OVER (PARTITION BY s.identity_hash, k.words ORDER BY s.is_refused, s.row_id) AS nth,
       first_value(s.row_id) OVER (PARTITION BY s.identity_hash, k.words ORDER BY s.is_refused, s.row_id) AS first_row,
       s.identity_hash IS NOT NULL
       AND min(s.name) OVER (PARTITION BY s.identity_hash, k.words)
           <> max(s.name) OVER (PARTITION BY s.identity_hash, k.words) AS has_two_names
  FROM rosters_stagedresident s
 CROSS JOIN LATERAL (SELECT CASE WHEN s.identity_hash IS NULL
       THEN concat_ws('|', coalesce(s.name, s.row_id::text), s.born_on, s.community_id, s.address_key) END AS words) k
  LEFT JOIN residents_resident r
    ON r.district_id = %(district)s AND r.identity_hash = s.identity_hash AND r.gone <> 'double'
 WHERE s.row_id BETWEEN %(first)s AND %(last)s
"""
_BY_NAME = """
UPDATE roster_found f
   SET target_id = CASE WHEN c.sure = 1 THEN c.target_id END,
       is_ambiguous = c.sure > 1,
       rival_id = CASE WHEN c.sure = 1 THEN NULL ELSE c.rival_id END
  FROM (SELECT s.row_id,
               count(*) FILTER (WHERE s.identity_hash IS NULL OR r.identity_hash IS NULL) AS sure,
               min(r.id) FILTER (WHERE s.identity_hash IS NULL OR r.identity_hash IS NULL) AS target_id,
               min(r.id) FILTER (WHERE s.identity_hash IS NOT NULL AND r.identity_hash IS NOT NULL) AS rival_id
          FROM roster_found g
          JOIN rosters_stagedresident s ON s.row_id = g.row_id
          LEFT JOIN residents_house h
            ON h.community_id = s.community_id AND h.address_key = s.address_key AND h.retired_on IS NULL
          JOIN residents_resident r
            ON r.community_id = s.community_id AND r.name = s.name AND r.gone = ''
           AND (s.born_on IS NULL OR r.born_on = s.born_on)
           AND (s.born_on IS NOT NULL OR h.id = r.house_id)
           AND (s.identity_hash IS NOT NULL OR s.address_key IS NULL OR r.house_id IS NULL OR h.id = r.house_id)
         WHERE g.target_id IS NULL
         GROUP BY s.row_id) c
 WHERE c.row_id = f.row_id
"""
_TAKEN_TWICE = """
UPDATE roster_found f SET nth = 2, first_row = t.first_row
  FROM (SELECT row_id, first_value(row_id) OVER w AS first_row, row_number() OVER w AS nth
          FROM roster_found WHERE target_id IS NOT NULL AND nth = 1
        WINDOW w AS (PARTITION BY target_id ORDER BY row_id)) t
 WHERE f.row_id = t.row_id AND t.nth > 1
"""
_COMPARED = """
CREATE TEMP TABLE roster_compared ON COMMIT DROP AS
SELECT s.row_id, f.target_id, f.rival_id, f.first_row, r.version,
       s.is_refused, f.nth, f.has_two_names, f.is_ambiguous,
       r.id IS NOT NULL AS is_known,
       r.id IS NOT NULL AND s.name <> r.name AS has_other_name,
       r.gone = 'died' AS is_dead,
       r.{area} <> %(area)s AS is_elsewhere,
       CASE WHEN s.is_refused THEN NULL
            WHEN s.address_key IS NOT NULL AND h.id IS NULL AND s.grid_id IS NULL THEN 'house_no_grid'
            WHEN h.{area} <> %(area)s THEN 'outside'
            WHEN r.id IS NULL AND s.address_key IS NULL AND s.grid_id IS NULL THEN 'place_none'
            WHEN r.id IS NULL AND s.identity_hash IS NULL AND s.born_on IS NULL AND s.address_key IS NULL
                 THEN 'person_unsure' END AS trouble,
       h.id IS NOT NULL AND s.grid_id IS NOT NULL AND h.grid_id <> s.grid_id AS is_in_other_grid,
       CASE WHEN r.id IS NOT NULL THEN {fields} END AS fields
  FROM roster_found f
  JOIN rosters_stagedresident s ON s.row_id = f.row_id
  LEFT JOIN residents_resident r ON r.id = f.target_id
  LEFT JOIN residents_house h ON h.community_id = coalesce(s.community_id, r.community_id)
       AND h.address_key = s.address_key AND h.retired_on IS NULL
  {joins}
"""
_HOUSEHOLD_JOIN = """
  LEFT JOIN residents_membership m ON m.resident_id = r.id AND m.ended_on IS NULL
  LEFT JOIN residents_household hh ON hh.id = m.household_id
"""
_ROWS = """
INSERT INTO rosters_row (id, batch_id, number, outcome, conflict, fields, target_id, is_addition, rival_id,
                         target_version, decision, result)
SELECT row_id, %(batch)s, row_id - %(first)s, outcome, conflict,
       CASE WHEN outcome = 'changed' OR conflict = 'other_name' THEN fields ELSE '{}'::varchar(30)[] END,
       CASE WHEN is_addition THEN nextval(pg_get_serial_sequence('residents_resident', 'id'))
            WHEN outcome NOT IN ('refused', 'duplicate') THEN target_id END,
       is_addition,
       CASE WHEN outcome = 'duplicate' OR conflict = 'two_names' THEN first_row
            WHEN is_addition THEN rival_id END,
       CASE WHEN NOT is_addition THEN version END, '', ''
  FROM (SELECT c.*, d.outcome, d.conflict, d.outcome = 'new' OR d.conflict = 'other_number' AS is_addition
          FROM roster_compared c
         CROSS JOIN LATERAL (SELECT
               CASE WHEN is_refused OR trouble IS NOT NULL THEN 'refused'
                    WHEN has_two_names THEN 'conflict'
                    WHEN nth > 1 THEN 'duplicate'
                    WHEN is_ambiguous OR is_elsewhere OR is_dead OR has_other_name THEN 'conflict'
                    WHEN is_known AND cardinality(fields) = 0 THEN 'unchanged'
                    WHEN is_known THEN 'changed'
                    WHEN rival_id IS NOT NULL THEN 'conflict'
                    ELSE 'new' END AS outcome,
               CASE WHEN is_refused OR trouble IS NOT NULL THEN ''
                    WHEN has_two_names THEN 'two_names'
                    WHEN nth > 1 THEN ''
                    WHEN is_ambiguous THEN 'ambiguous'
                    WHEN is_elsewhere THEN 'elsewhere'
                    WHEN is_dead THEN 'died'
                    WHEN has_other_name THEN 'other_name'
                    WHEN NOT is_known AND rival_id IS NOT NULL THEN 'other_number'
                    ELSE '' END AS conflict) d) e
"""
_TROUBLES = """
INSERT INTO rosters_problem (batch_id, number, field, code, refuses, sample, is_compared)
SELECT %(batch)s, row_id - %(first)s, CASE WHEN trouble = 'person_unsure' THEN 'identity_number' ELSE 'address' END,
       trouble, true, '', true
  FROM roster_compared WHERE trouble IS NOT NULL
UNION ALL
SELECT %(batch)s, row_id - %(first)s, 'grid', 'house_elsewhere', false, '', true
  FROM roster_compared WHERE trouble IS NULL AND is_in_other_grid
"""
_MOVED_OUT = """
INSERT INTO rosters_row (id, batch_id, number, outcome, conflict, fields, target_id, is_addition, target_version,
                         decision, result)
SELECT %(first)s + %(after)s + n, %(batch)s, %(after)s + n, 'moved_out', '', '{{gone}}'::varchar(30)[], id, false,
       version, '', ''
  FROM (SELECT r.id, r.version, row_number() OVER (ORDER BY r.grid_id, r.name, r.id) AS n
          FROM residents_resident r
         WHERE r.{area} = %(area)s AND r.gone = ''
           AND NOT EXISTS (SELECT FROM roster_found f WHERE f.target_id = r.id OR f.rival_id = r.id)
           AND NOT EXISTS (SELECT FROM rosters_stagedresident s
                            WHERE s.row_id BETWEEN %(first)s AND %(last)s AND s.is_refused AND s.identity_hash IS NULL
                              AND s.name = r.name)) gone
"""


def compare(batch: Batch) -> None:
    """Make the batch's rows. To be called in a transaction; what an earlier comparison made is gone already."""
    area = column_of(batch.node) + "_id"
    parameters: dict[str, Any] = {
        "batch": batch.pk,
        "district": district_of(batch.node),
        "area": batch.node_id,
        "first": batch.first_key,
        "last": batch.last_key,
        "after": batch.last_number,
        "head": older_keys.head(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, parameters)
        older_keys.find(parameters["district"])
        cursor.execute("ANALYZE roster_found")
        cursor.execute(_BY_NAME)
        cursor.execute(_TAKEN_TWICE)
        has_phones = facts.note_phones(batch)
        cursor.execute(_COMPARED.format(area=area, fields=_fields(batch), joins=_joins(batch)), parameters)
        cursor.execute(_ROWS, parameters)
        cursor.execute(_TROUBLES, parameters)
        if batch.is_complete:
            cursor.execute(_MOVED_OUT.format(area=area), parameters)
        cursor.execute(f"DROP TABLE roster_found, roster_compared{', roster_phone' if has_phones else ''}")
    if households.has_columns(batch):
        households.note_troubles(parameters)


def district_of(node: Grid) -> int:
    return int(node.get_root().pk)


def _joins(batch: Batch) -> str:
    return "\n".join(
        join
        for join, is_wanted in (
            (facts.joins(batch), facts.are_in(batch)),
            (_HOUSEHOLD_JOIN, households.has_columns(batch)),
        )
        if is_wanted
    )


def _fields(batch: Batch) -> str:
    """Return SQL for the fields in which a row differs from its person."""
    derived = ["sex", "born_on"] if "identity_number" in batch.fields else []
    if facts.are_in(batch):
        derived.append("kind")
    conditions = [
        (field.name, field.differs(blanks_overwrite=empties(batch, field.name)))
        for field in present(batch, FIELDS, *derived)
    ]
    conditions += facts.conditions(batch)
    conditions += [
        ("name", "s.name <> r.name"),
        ("identity_number", "s.identity_hash IS NOT NULL AND r.identity_hash IS NULL"),
        ("phone", _phone_differs(batch)),
        ("house", "s.address_key IS NOT NULL AND (h.id IS NULL OR h.id IS DISTINCT FROM r.house_id)"),
        ("grid", "s.address_key IS NULL AND r.house_id IS NULL AND s.grid_id IS NOT NULL AND s.grid_id <> r.grid_id"),
        ("gone", "r.gone = 'moved'"),
    ]
    if "consistency" in batch.fields:
        home = "CASE WHEN s.address_key IS NULL THEN r.house_id ELSE h.id END"
        conditions.append(
            (
                "registered_house",
                f"(s.consistency = '01' AND {home} IS DISTINCT FROM r.registered_house_id) "
                f"OR (s.consistency = '02' AND {home} = r.registered_house_id)",
            )
        )
    if households.has_columns(batch):
        conditions.append(
            (
                "household",
                "(s.household_no IS NOT NULL AND hh.number IS DISTINCT FROM s.household_no) "
                "OR (s.kinship IS NOT NULL AND m.kinship IS DISTINCT FROM s.kinship)",
            )
        )
    return array(conditions)


def _phone_differs(batch: Batch) -> str:
    if empties(batch, "phone"):
        return "s.phone_hash IS DISTINCT FROM r.phone_hash"
    # Under an older key the same number has another fingerprint: its end has to do until `rotate_keys` is through.
    return (
        "s.phone_hash IS NOT NULL AND s.phone_hash IS DISTINCT FROM r.phone_hash "
        "AND NOT (s.phone_last4 = r.phone_last4 AND NOT starts_with(r.phone, %(head)s))"
    )
