"""The parts that lists of houses and of organisations have in common: rows from a comparison, additions, changes."""

from collections.abc import Sequence

from rosters.models import Batch
from rosters.registers.comparing import Field, empties, present

FOUND = """
CREATE TEMP TABLE roster_found ON COMMIT DROP AS
SELECT f.row_id, f.is_refused, f.target_id, row_number() OVER w AS nth, first_value(f.row_id) OVER w AS first_row
  FROM ({found}) f
WINDOW w AS (PARTITION BY f.identity, CASE WHEN f.identity IS NULL THEN f.row_id END ORDER BY f.is_refused, f.row_id)
"""
ROWS = """
INSERT INTO rosters_row (id, batch_id, number, outcome, conflict, fields, target_id, is_addition, rival_id,
                         target_version, decision, result)
SELECT row_id, %(batch)s, row_id - %(first)s, outcome, conflict,
       CASE WHEN outcome = 'changed' OR conflict = 'other_name' THEN fields ELSE '{{}}'::varchar(30)[] END,
       CASE WHEN outcome = 'new' THEN nextval(pg_get_serial_sequence('{table}', 'id'))
            WHEN outcome NOT IN ('refused', 'duplicate') THEN target_id END,
       outcome = 'new', CASE WHEN outcome = 'duplicate' THEN first_row END,
       CASE WHEN outcome <> 'new' THEN version END, '', ''
  FROM (SELECT c.*,
               CASE WHEN is_refused OR trouble IS NOT NULL THEN 'refused'
                    WHEN nth > 1 THEN 'duplicate'
                    WHEN is_elsewhere OR has_other_name THEN 'conflict'
                    WHEN target_id IS NULL THEN 'new'
                    WHEN cardinality(fields) = 0 THEN 'unchanged'
                    ELSE 'changed' END AS outcome,
               CASE WHEN is_refused OR trouble IS NOT NULL OR nth > 1 THEN ''
                    WHEN is_elsewhere THEN 'elsewhere'
                    WHEN has_other_name THEN 'other_name' ELSE '' END AS conflict
          FROM roster_compared c) e
"""
TROUBLES = """
INSERT INTO rosters_problem (batch_id, number, field, code, refuses, sample, is_compared)
SELECT %(batch)s, row_id - %(first)s, 'address', trouble, true, '', true
  FROM roster_compared WHERE trouble IS NOT NULL
"""
CHANGES = """
SELECT x.id, r.id, r.district_id, {effective} AS fields, to_jsonb(r)
  FROM rosters_row x JOIN {table} r ON r.id = x.target_id
 WHERE x.id BETWEEN %(low)s AND %(high)s AND NOT x.is_addition AND {taken}
"""
KEEP_BEFORE = """
UPDATE rosters_row x SET before = to_jsonb(r), target_version = r.version + 1
  FROM {table} r WHERE x.id = ANY (%(changed)s) AND r.id = x.target_id
"""


def conditions(batch: Batch, fields: Sequence[Field], phones: Sequence[str]) -> list[tuple[str, str]]:
    """Return (field, SQL) of what may differ; `phones` are encrypted columns, compared in `roster_phone`."""
    found = [
        (field.name, field.differs(blanks_overwrite=empties(batch, field.name))) for field in present(batch, fields)
    ]
    for phone in phones:
        if phone in batch.fields:
            differs = f"EXISTS (SELECT FROM roster_phone p WHERE p.row_id = s.row_id AND p.field = '{phone}')"
            if empties(batch, phone):
                differs += f" OR (s.{phone} IS NULL AND r.{phone} <> '')"
            found.append((phone, differs))
    return found


def sets(batch: Batch, fields: Sequence[Field], phones: Sequence[str]) -> list[str]:
    """Return what each column becomes: the file's value where its field is taken over (`e.names`), else what it was."""
    values = {field.name: field.value(blanks_overwrite=empties(batch, field.name)) for field in present(batch, fields)}
    values |= {phone: f"coalesce(s.{phone}, '')" for phone in phones if phone in batch.fields}
    return [
        f"{name} = CASE WHEN '{name}' = ANY (e.names) THEN {value} ELSE r.{name} END" for name, value in values.items()
    ]
