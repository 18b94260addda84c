"""What the writers of all registers share: which rows are taken, whose rows somebody changed meanwhile, history."""

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils import timezone

from accounts import bulk, crypto
from residents.models import FormerValues, Step
from rosters.models import Batch
from rosters.states import APPLICABLE, DECIDABLE

CHUNK = 20_000
"""Rows of a file that are written in one transaction: one to three seconds."""
_OUTCOMES = ", ".join(f"'{outcome}'" for outcome in DECIDABLE)
_CONFLICTS = ", ".join(f"'{conflict}'" for conflict in ("", *APPLICABLE))

DECIDED = (
    f"x.outcome IN ({_OUTCOMES}) AND x.conflict IN ({_CONFLICTS}) "
    "AND coalesce(nullif(x.decision, ''), %(rules)s::jsonb ->> x.outcome) = 'apply'"
)
"""The row `x` is to be taken over: by its own decision, or by the rule for its outcome."""
TAKEN = f"{DECIDED} AND x.result = ''"
EFFECTIVE = (
    "(SELECT coalesce(array_agg(f.name), '{}'::varchar[]) FROM unnest(x.fields) AS f (name) "
    "WHERE f.name <> ALL (%(skipped)s::varchar[]))"
)
"""The fields of the row `x` that are taken over."""


def parameters(batch: Batch, *, low: int = 0, high: int = 0) -> dict[str, Any]:
    """Return what the statements of this module's users name; `low` and `high` are numbers of rows, both inclusive."""
    return {
        "batch": batch.pk,
        "first": batch.first_key,
        "last": batch.last_key,
        "low": batch.first_key + low,
        "high": batch.first_key + high,
        "rules": json.dumps(batch.rules),
        "skipped": list(batch.skipped_fields),
        "now": timezone.now(),
        "today": timezone.localdate(),
        "actor": batch.decided_by_id,
        "note": f"#{batch.pk}",
    }


def plan_for_many(*tables: str) -> None:
    """Give the transaction's big joins and sorts room, and the planner the sizes of tables that have just grown."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        for table in tables:
            cursor.execute(f"ANALYZE {table}")


def run(sql: str, given: Mapping[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return int(cursor.rowcount)


def rows(sql: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


def mark_stale(table: str, given: Mapping[str, Any]) -> int:
    """Mark rows of a chunk whose register row changed since it was compared; the others stay locked until the end."""
    run(
        f"SELECT FROM {table} r JOIN rosters_row x ON x.target_id = r.id "
        f"WHERE x.id BETWEEN %(low)s AND %(high)s AND NOT x.is_addition AND {TAKEN} ORDER BY r.id FOR UPDATE OF r",
        given,
    )
    return run(
        f"UPDATE rosters_row x SET result = 'stale' FROM {table} r "
        "WHERE x.id BETWEEN %(low)s AND %(high)s AND NOT x.is_addition AND r.id = x.target_id "
        f"AND r.version <> x.target_version AND {TAKEN}",
        given,
    )


def mark_not_added(table: str, given: Mapping[str, Any]) -> int:
    """Mark additions of a chunk that met a row which somebody entered meanwhile."""
    return run(
        "UPDATE rosters_row x SET result = 'stale' WHERE x.id BETWEEN %(low)s AND %(high)s AND x.is_addition "
        f"AND {TAKEN} AND NOT EXISTS (SELECT FROM {table} r WHERE r.id = x.target_id)",
        given,
    )


def count_taken(given: Mapping[str, Any]) -> tuple[int, int, int]:
    """Count a chunk's additions, changes and leavers that are to be written."""
    (found,) = rows(
        "SELECT count(*) FILTER (WHERE x.is_addition), "
        "count(*) FILTER (WHERE NOT x.is_addition AND x.outcome <> 'moved_out'), "
        "count(*) FILTER (WHERE x.outcome = 'moved_out') "
        f"FROM rosters_row x WHERE x.id BETWEEN %(low)s AND %(high)s AND {TAKEN}",
        given,
    )
    return int(found[0]), int(found[1]), int(found[2])


def note_added(table: str, subject: str, given: Mapping[str, Any]) -> None:
    """Write one event for each row that a chunk added, as entering by hand does; to be called once they are written."""
    run(
        f"INSERT INTO residents_event (district_id, {subject}_id, at, actor_id, step, fields, note) "
        "SELECT %(district)s, x.target_id, %(now)s, %(actor)s, 'add', '[]', %(note)s "
        f"FROM rosters_row x WHERE x.id BETWEEN %(low)s AND %(high)s AND x.is_addition AND {TAKEN} "
        f"AND EXISTS (SELECT FROM {table} r WHERE r.id = x.target_id) ORDER BY x.id",
        given,
    )


def note_changes(
    batch: Batch,
    subject: str,
    step: Step,
    changed: Sequence[tuple[int, int, Sequence[str], str]],
    *,
    sealed: Mapping[str, str],
    now: dt.datetime,
) -> None:
    """Write one event for each changed row, and its old values encrypted beside it.

    changed: key, district, names of fields, the register's columns as they were (JSON). sealed: of fields that are kept
    encrypted, the column.
    """
    if not changed:
        return
    opened = crypto.sealer().open
    former = [_former(fields, json.loads(columns), sealed, opened) for _key, _district, fields, columns in changed]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO residents_event (district_id, {subject}_id, at, actor_id, step, fields, note) "
            "SELECT n.district, n.pk, %s, %s, %s, n.fields::jsonb, %s "
            "FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) WITH ORDINALITY AS n (pk, district, fields, place) "
            f"ORDER BY n.place RETURNING {subject}_id, id",
            [
                now,
                batch.decided_by_id,
                step,
                f"#{batch.pk}",
                [key for key, *_rest in changed],
                [district for _key, district, *_rest in changed],
                [json.dumps(sorted(fields)) for _key, _district, fields, _columns in changed],
            ],
        )
        events = dict(cursor.fetchall())
    bulk.insert(FormerValues, {"event_id": [events[key] for key, *_rest in changed], "values": former})


def _former(
    fields: Sequence[str], columns: Mapping[str, Any], sealed: Mapping[str, str], opened: Callable[[str], str]
) -> str:
    values = {}
    for field in fields:
        if field in sealed:
            kept = columns.get(sealed[field]) or ""
            values[field] = opened(kept) if kept else ""
        else:
            values[field] = columns.get(field, columns.get(f"{field}_id"))
    return json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False)


def note_step(batch: Batch, subject: str, step: Step, rows_: Sequence[tuple[int, int, Sequence[str]]]) -> None:
    """Write one event for each row of the register, without old values: key, district, names of fields."""
    run(
        f"INSERT INTO residents_event (district_id, {subject}_id, at, actor_id, step, fields, note) "
        "SELECT n.district, n.pk, %(now)s, %(actor)s, %(step)s, n.fields::jsonb, %(note)s "
        "FROM unnest(%(keys)s::bigint[], %(districts)s::bigint[], %(fields)s::text[]) AS n (pk, district, fields)",
        parameters(batch)
        | {
            "step": step,
            "keys": [key for key, _district, _fields in rows_],
            "districts": [district for _key, district, _fields in rows_],
            "fields": [json.dumps(sorted(fields)) for _key, _district, fields in rows_],
        },
    )
