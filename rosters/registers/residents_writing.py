"""Write decided rows of a list of residents into the register: a chunk of rows in a handful of statements."""

from typing import Any

from residents.models import Step
from rosters.models import Batch
from rosters.registers import facts, writing
from rosters.registers.comparing import Field, empties, present
from rosters.registers.residents import FIELDS
from rosters.registers.writing import EFFECTIVE, TAKEN

_PATH = ("street_id", "community_id", "grid_id", "micro_id")
_HOME = """
  LEFT JOIN residents_house h ON h.community_id = s.community_id AND h.address_key = s.address_key
       AND h.retired_on IS NULL
"""
_ADD = """
INSERT INTO residents_resident (id, district_id, street_id, community_id, grid_id, micro_id, name, initials,
       identity_number, identity_hash, identity_last4, phone, phone_hash, phone_last4, house_id, registered_house_id,
       gone, created_at, updated_at, version, {names})
SELECT x.target_id, %(district)s, {path}, s.name, coalesce(s.initials, ''),
       coalesce(s.identity_number, ''), s.identity_hash, coalesce(s.identity_last4, ''),
       coalesce(s.phone, ''), s.phone_hash, coalesce(s.phone_last4, ''), h.id,
       CASE WHEN s.consistency = '01' OR (s.consistency IS NULL AND coalesce(s.kind, 'registered') = 'registered')
            THEN h.id END,
       '', %(now)s, %(now)s, 1, {values}
  FROM rosters_row x JOIN rosters_stagedresident s ON s.row_id = x.id {home}
 WHERE x.id BETWEEN %(low)s AND %(high)s AND x.is_addition AND {taken} AND coalesce(h.grid_id, s.grid_id) IS NOT NULL
 ORDER BY x.id
ON CONFLICT DO NOTHING
"""
_CHANGES = """
SELECT x.id, r.id, r.district_id, {effective} AS fields, to_jsonb(r){facts}
  FROM rosters_row x JOIN residents_resident r ON r.id = x.target_id
 WHERE x.id BETWEEN %(low)s AND %(high)s AND NOT x.is_addition AND x.outcome <> 'moved_out' AND {taken}
"""
_KEEP_BEFORE = """
UPDATE rosters_row x SET before = to_jsonb(r), target_version = r.version + 1
  FROM residents_resident r
 WHERE x.id = ANY (%(changed)s) AND r.id = x.target_id
"""
_CHANGE = """
UPDATE residents_resident r
   SET {sets}, version = r.version + 1, updated_at = %(now)s
  FROM rosters_row x JOIN rosters_stagedresident s ON s.row_id = x.id {home},
       LATERAL (SELECT {effective} AS names) e
 WHERE x.id = ANY (%(changed)s) AND r.id = x.target_id
"""
_LEAVE = """
UPDATE residents_resident r SET gone = 'moved', gone_on = %(today)s, version = r.version + 1, updated_at = %(now)s
  FROM rosters_row x WHERE x.id = ANY (%(changed)s) AND r.id = x.target_id
"""
_SEALED = {"phone": "phone", "identity_number": "identity_number"} | facts.SEALED


def write(batch: Batch, low: int, high: int, district: int) -> dict[str, int]:
    """Write the decided rows of these numbers, both inclusive; returns what was done. In the caller's transaction."""
    given = writing.parameters(batch, low=low, high=high) | {"district": district}
    stale = writing.mark_stale("residents_resident", given)
    additions, changes, leavers = writing.count_taken(given)
    done = {"stale": stale}
    if additions:
        done["added"] = writing.run(_add(), given)
        if done["added"] < additions:
            done["stale"] += writing.mark_not_added("residents_resident", given)
        writing.note_added("residents_resident", "resident", given)
        if facts.are_in(batch):
            facts.add(given)
    if changes:
        done["changed"] = _change(batch, given)
    if leavers:
        done["moved_out"] = _leave(batch, given)
    return done


def _path() -> str:
    return ", ".join(f"CASE WHEN h.id IS NULL THEN s.{column} ELSE h.{column} END" for column in _PATH)


def _add() -> str:
    return _ADD.format(
        names=", ".join(field.name for field in FIELDS),
        values=", ".join(f"coalesce(s.{field.name}, {field.first})" for field in FIELDS),
        path=_path(),
        home=_HOME,
        taken=TAKEN,
    )


def _change(batch: Batch, given: dict[str, Any]) -> int:
    found = writing.rows(
        _CHANGES.format(effective=EFFECTIVE, taken=TAKEN, facts=f" || {facts.kept()}" if facts.are_in(batch) else ""),
        given,
    )
    changed = [(key, district, fields, before) for _row, key, district, fields, before in found if fields]
    if not changed:
        return 0
    given = given | {"changed": [row for row, _key, _district, fields, _before in found if fields]}
    writing.note_changes(batch, "resident", Step.IMPORT, changed, sealed=_SEALED, now=given["now"])
    writing.run(_KEEP_BEFORE, given)
    if facts.are_in(batch):
        facts.keep(given)
    home = _HOME.replace("s.community_id AND", f"coalesce(s.community_id, ({_OWN_COMMUNITY})) AND")
    writing.run(_CHANGE.format(sets=_sets(batch), home=home, effective=EFFECTIVE), given)
    if facts.are_in(batch):
        facts.change(batch, given)
    return len(changed)


_OWN_COMMUNITY = "SELECT o.community_id FROM residents_resident o WHERE o.id = x.target_id"


def _sets(batch: Batch) -> str:
    """Return what each column becomes: the file's value where its field is taken over, else what it was."""
    columns: dict[str, tuple[str, str]] = {
        field.name: (field.name, _value(batch, field)) for field in present(batch, FIELDS, "sex", "born_on", "kind")
    }
    columns |= {"name": ("name", "s.name"), "initials": ("name", "coalesce(s.initials, '')")}
    for column, empty in (("identity_number", "''"), ("identity_hash", "NULL"), ("identity_last4", "''")):
        columns[column] = ("identity_number", f"coalesce(s.{column}, {empty})")
    for column, empty in (("phone", "''"), ("phone_hash", "NULL"), ("phone_last4", "''")):
        columns[column] = ("phone", f"coalesce(s.{column}, {empty})")
    columns["house_id"] = ("house", "h.id")
    home = "CASE WHEN 'house' = ANY (e.names) THEN h.id ELSE r.house_id END"
    columns["registered_house_id"] = ("registered_house", f"CASE WHEN s.consistency = '01' THEN {home} END")
    columns |= {"gone": ("gone", "''"), "gone_on": ("gone", "NULL")}
    sets = [
        f"{column} = CASE WHEN '{field}' = ANY (e.names) THEN {value} ELSE r.{column} END"
        for column, (field, value) in columns.items()
    ]
    sets += [
        f"{column} = CASE WHEN 'house' = ANY (e.names) THEN h.{column} "
        f"WHEN 'grid' = ANY (e.names) THEN s.{column} ELSE r.{column} END"
        for column in _PATH
    ]
    return ", ".join(sets)


def _value(batch: Batch, field: Field) -> str:
    return field.value(blanks_overwrite=empties(batch, field.name))


def _leave(batch: Batch, given: dict[str, Any]) -> int:
    sql = (
        "SELECT x.id, r.id, r.district_id, to_jsonb(r) FROM rosters_row x "
        "JOIN residents_resident r ON r.id = x.target_id "
        f"WHERE x.id BETWEEN %(low)s AND %(high)s AND x.outcome = 'moved_out' AND {TAKEN}"
    )
    found = writing.rows(sql, given)
    changed = [(key, district, ["gone", "gone_on"], before) for _row, key, district, before in found]
    given = given | {"changed": [row for row, *_rest in found]}
    writing.note_changes(batch, "resident", Step.LEAVE, changed, sealed={}, now=given["now"])
    writing.run(_KEEP_BEFORE, given)
    return writing.run(_LEAVE, given)
