"""What a list of residents says of a kind: floating, from abroad, left behind (residents/facts.py), in SQL.

A person has the facts of their own kind only. What a row says of another kind is left out, and whoever changes kind
loses the facts of the old one; they stay in the record and beside the row, so that taking the list back restores them.
"""

from dataclasses import dataclass
from typing import Any

from residents.models import FloatingFacts, ForeignFacts, LeftBehindFacts, ResidentKind
from rosters.models import Batch
from rosters.registers import phones_compared, writing
from rosters.registers.comparing import Field, empties, nullable, present, text
from rosters.registers.writing import EFFECTIVE, TAKEN


@dataclass(frozen=True)
class Facts:
    """The table of one kind. `alias` names it in the comparison; `phones` are encrypted and have no fingerprint."""

    kind: str
    table: str
    alias: str
    fields: tuple[Field, ...]
    phones: tuple[str, ...] = ()
    needs: str = ""
    """The field without which the table gets no new row."""

    @property
    def names(self) -> list[str]:
        return [field.name for field in self.fields] + list(self.phones)

    @property
    def columns(self) -> list[str]:
        return [f'"{name}"' for name in self.names]

    def has_columns(self, batch: Batch) -> bool:
        return bool(set(self.names) & set(batch.fields))


ALL = (
    Facts(
        ResidentKind.FLOATING,
        FloatingFacts._meta.db_table,
        "fl",
        (*text("inflow_reason", "dwelling", "home_region"), *nullable("permit_expires_on")),
    ),
    Facts(
        ResidentKind.FOREIGN,
        ForeignFacts._meta.db_table,
        "fo",
        (
            *text("country", "latin_name", "purpose"),
            *nullable("arrived_on", "certificate_expires_on", "leaves_on"),
        ),
    ),
    Facts(
        ResidentKind.LEFT_BEHIND,
        LeftBehindFacts._meta.db_table,
        "lb",
        tuple(text("group", "guardian_name", "guardian_relation")),
        phones=("guardian_phone",),
        needs="group",
    ),
)
SEALED = {phone: phone for facts in ALL for phone in facts.phones}

_ADD = """
INSERT INTO {table} (resident_id, {columns})
SELECT r.id, {values}
  FROM rosters_row x JOIN rosters_stagedresident s ON s.row_id = x.id JOIN residents_resident r ON r.id = x.target_id
 WHERE x.id BETWEEN %(low)s AND %(high)s AND x.is_addition AND {taken} AND r.kind = '{kind}' AND {needed}
ON CONFLICT DO NOTHING
"""
_KEEP = """
UPDATE rosters_row x SET before = x.before || jsonb_build_object('{kind}', to_jsonb(f))
  FROM {table} f WHERE x.id = ANY (%(changed)s) AND f.resident_id = x.target_id
"""
_DROP = """
DELETE FROM {table} f USING rosters_row x, residents_resident r
 WHERE x.id = ANY (%(changed)s) AND f.resident_id = x.target_id AND r.id = x.target_id AND r.kind <> '{kind}'
"""
_CHANGE = """
INSERT INTO {table} AS f (resident_id, {columns})
SELECT r.id, {values}
  FROM rosters_row x JOIN rosters_stagedresident s ON s.row_id = x.id JOIN residents_resident r ON r.id = x.target_id,
       LATERAL (SELECT {effective} AS names) e
 WHERE x.id = ANY (%(changed)s) AND r.kind = '{kind}' AND e.names && ARRAY[{names}]::varchar[] AND ({needed}
       OR EXISTS (SELECT FROM {table} o WHERE o.resident_id = r.id))
ON CONFLICT (resident_id) DO UPDATE SET {sets}
"""
_EMPTY = "DELETE FROM {table} f USING rosters_row x WHERE x.id = ANY (%(changed)s) AND f.resident_id = x.target_id"
_RESTORE = """
INSERT INTO {table} (resident_id, {columns})
SELECT x.target_id, {values} FROM rosters_row x, LATERAL jsonb_populate_record(NULL::{table}, x.before -> '{kind}') b
 WHERE x.id = ANY (%(changed)s) AND x.before ? '{kind}'
"""


def joins(batch: Batch) -> str:
    """Return the joins of the comparison to the facts of the person `r` that the list has columns of."""
    return "\n".join(
        f"  LEFT JOIN {facts.table} {facts.alias} ON {facts.alias}.resident_id = r.id"
        for facts in ALL
        if facts.has_columns(batch)
    )


def kept() -> str:
    """Return SQL for the facts of the person `r` as one JSON object, whatever their kind."""
    parts = [
        f"coalesce((SELECT to_jsonb(f) - 'resident_id' FROM {facts.table} f WHERE f.resident_id = r.id), '{{}}')"
        for facts in ALL
    ]
    return " || ".join(parts)


def are_in(batch: Batch) -> bool:
    """Say whether the list can touch anybody's facts: it has columns of them, or says the kind."""
    return "kind" in batch.fields or any(facts.has_columns(batch) for facts in ALL)


def note_phones(batch: Batch) -> bool:
    """Fill `roster_phone` with the numbers that differ from the facts'; returns whether the list has any."""
    asked = [(facts, phone) for facts in ALL for phone in facts.phones if phone in batch.fields]
    for facts, phone in asked:
        phones_compared.note(facts.table, "rosters_stagedresident", [phone], key="resident_id")
    return bool(asked)


def conditions(batch: Batch) -> list[tuple[str, str]]:
    """Return (field, SQL) of what may differ, for a person who is of that kind or becomes it."""
    found = []
    for facts in ALL:
        is_of_kind = f"coalesce(s.kind, r.kind) = '{facts.kind}'"
        for field in present(batch, facts.fields):
            found.append((field.name, f"{is_of_kind} AND {_differs(batch, facts, field)}"))
        for phone in facts.phones:
            if phone in batch.fields:
                found.append((phone, f"{is_of_kind} AND ({_phone_differs(batch, facts, phone)})"))
    return found


def _differs(batch: Batch, facts: Facts, field: Field) -> str:
    ours = f"coalesce({facts.alias}.{field.name}, {field.empty})"
    if empties(batch, field.name):
        return f"coalesce(s.{field.name}, {field.empty}) IS DISTINCT FROM {ours}"
    return f"s.{field.name} IS NOT NULL AND s.{field.name} IS DISTINCT FROM {ours}"


def _phone_differs(batch: Batch, facts: Facts, phone: str) -> str:
    differs = (
        f"s.{phone} IS NOT NULL AND ({facts.alias}.resident_id IS NULL OR EXISTS "
        f"(SELECT FROM roster_phone p WHERE p.row_id = s.row_id AND p.field = '{phone}'))"
    )
    return f"{differs} OR (s.{phone} IS NULL AND {facts.alias}.{phone} <> '')" if empties(batch, phone) else differs


def add(given: dict[str, Any]) -> None:
    """Give the people that a chunk added the facts of their kind."""
    for facts in ALL:
        values = ", ".join(_staged(facts))
        writing.run(_ADD.format(**_words(facts), values=values, taken=TAKEN), given)


def keep(given: dict[str, Any]) -> None:
    """Put the facts of people who are about to be changed beside their rows."""
    for facts in ALL:
        writing.run(_KEEP.format(**_words(facts)), given)


def change(batch: Batch, given: dict[str, Any]) -> None:
    """Let facts follow the kind that people have now, and take over what the list says of them."""
    for facts in ALL:
        if "kind" in writable(batch):
            writing.run(_DROP.format(**_words(facts)), given)
        if not facts.has_columns(batch):
            continue
        names = ", ".join(f"'{name}'" for name in facts.names)
        sets = ", ".join(
            f"{column} = CASE WHEN %(empties)s::varchar[] @> ARRAY['{name}']::varchar[] THEN EXCLUDED.{column} "
            f"ELSE coalesce(nullif(EXCLUDED.{column}, {empty}), f.{column}) END"
            for name, column, empty in _columns(facts)
            if name in batch.fields and name not in batch.skipped_fields
        )
        if sets:
            values = ", ".join(_staged(facts, set(batch.skipped_fields)))
            sql = _CHANGE.format(**_words(facts), values=values, names=names, sets=sets, effective=EFFECTIVE)
            writing.run(sql, given | {"empties": [name for name in facts.names if empties(batch, name)]})


def writable(batch: Batch) -> set[str]:
    """Return the fields that the list may change; a kind that no column says follows from a row's other cells."""
    return {"kind", *batch.fields} - set(batch.skipped_fields)


def restore(given: dict[str, Any]) -> None:
    """Put the facts back as they stand beside the rows, none where there were none."""
    for facts in ALL:
        values = ", ".join(f"b.{column}" for column in facts.columns)
        writing.run(_EMPTY.format(**_words(facts)), given)
        writing.run(_RESTORE.format(**_words(facts), values=values), given)


def _words(facts: Facts) -> dict[str, str]:
    return {
        "table": facts.table,
        "kind": facts.kind,
        "columns": ", ".join(facts.columns),
        "needed": f"s.{facts.needs} IS NOT NULL" if facts.needs else "true",
    }


def _columns(facts: Facts) -> list[tuple[str, str, str]]:
    """Return name, column and its empty value in SQL."""
    fields = [(field.name, f'"{field.name}"', field.empty) for field in facts.fields]
    return fields + [(phone, f'"{phone}"', "''") for phone in facts.phones]


def _staged(facts: Facts, skipped: set[str] | frozenset[str] = frozenset()) -> list[str]:
    return [empty if name in skipped else f"coalesce(s.{name}, {empty})" for name, _column, empty in _columns(facts)]
