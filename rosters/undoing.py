"""Take a written roster back: what it added is deleted, what it changed becomes what it was.

A row stays (result "kept") where something later depends on it: the register's row was changed since, or another
table leads to it that the roster did not make. Chunk by chunk like applying, and as resumable.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from accounts import audit
from residents.models import (
    Building,
    Estate,
    Event,
    FloatingFacts,
    ForeignFacts,
    House,
    Household,
    LeftBehindFacts,
    Organisation,
    Resident,
    Step,
)
from rosters.models import Batch, Made
from rosters.progress import Stopped, beat, lock_district
from rosters.registers import facts, workers_undoing, writing
from rosters.registers.depending import nothing_leads_to
from rosters.states import BatchKind, State

MODELS: dict[str, tuple[type[models.Model], str]] = {
    BatchKind.RESIDENTS: (Resident, "resident"),
    BatchKind.HOUSES: (House, "house"),
    BatchKind.ORGANISATIONS: (Organisation, "organisation"),
}
_OWN_FACTS: tuple[type[models.Model], ...] = (FloatingFacts, ForeignFacts, LeftBehindFacts)
"""Tables whose rows are part of the row that they lead to: they go with it."""
_NEVER = ("id", "version", "updated_at", "created_at")
_PLACES = ((Made.What.HOUSE, House), (Made.What.BUILDING, Building), (Made.What.ESTATE, Estate))


def undo(batch: Batch, district: int, *, watch: Callable[[Batch], None]) -> None:
    """Do what is left of taking the batch back. Phases: households, rows, places."""
    if batch.phase in {"", "households"}:
        with transaction.atomic():
            lock_district(district)
            if batch.kind == BatchKind.RESIDENTS:
                _undo_households(batch)
            last = batch.rows.order_by("-id").values_list("number", flat=True).first() or 0
            _beat(batch, phase="rows", cursor=0, step_began_at=timezone.now(), step_total=last, step_done=0)
        watch(batch)
    while batch.phase == "rows" and batch.cursor < batch.step_total:
        high = min(batch.cursor + writing.CHUNK, batch.step_total)
        with transaction.atomic():
            lock_district(district)
            undo_rows = workers_undoing.undo_rows if batch.kind == BatchKind.WORKERS else _undo_rows
            undo_rows(batch, batch.cursor + 1, high)
            _beat(batch, cursor=high, step_done=high)
        watch(batch)
    with transaction.atomic():
        lock_district(district)
        for what, model in _PLACES:
            _undo_made(batch, what, model)
        if batch.kind == BatchKind.WORKERS:
            workers_undoing.delete_accounts(batch)
        counts = _kept(batch)
        _beat(batch, phase="", ended_at=timezone.now(), done=batch.done | counts)
        batch.state = State.UNDONE
        batch.save(update_fields=["state"])
        audit.record(batch.decided_by, "rosters.undo", batch, counts)
    watch(batch)


def _beat(batch: Batch, **values: Any) -> None:
    if not beat(batch, **values):
        raise Stopped


def _kept(batch: Batch) -> dict[str, int]:
    found = dict(
        batch.rows.exclude(result="")
        .values_list("result")
        .annotate(count=models.Count("id"))
        .values_list("result", "count")
    )
    return {"undone": found.get("undone", 0), "kept": found.get("kept", 0)}


def _undo_households(batch: Batch) -> None:
    """Delete the memberships and households that the batch made, and open again those that it ended."""
    given = {"batch": batch.pk}
    writing.run(
        "DELETE FROM residents_membership o USING rosters_made d, residents_household hh "
        "WHERE d.batch_id = %(batch)s AND d.what = 'membership' AND o.id = d.target_id AND o.ended_on IS NULL "
        "AND hh.id = o.household_id AND (hh.head_id <> o.resident_id OR NOT EXISTS "
        "(SELECT FROM residents_membership p WHERE p.household_id = hh.id AND p.id NOT IN "
        "(SELECT target_id FROM rosters_made WHERE batch_id = %(batch)s AND what = 'membership')))",
        given,
    )
    _undo_made(batch, Made.What.HOUSEHOLD, Household)
    writing.run(
        "UPDATE residents_household hh SET ended_on = NULL FROM residents_membership o, rosters_made d "
        "WHERE d.batch_id = %(batch)s AND d.what = 'ended' AND o.id = d.target_id AND hh.id = o.household_id "
        "AND hh.head_id = o.resident_id AND hh.ended_on = o.ended_on AND NOT EXISTS "
        "(SELECT FROM residents_household q WHERE q.head_id = hh.head_id AND q.ended_on IS NULL)",
        given,
    )
    writing.run(
        "UPDATE residents_membership o SET ended_on = NULL FROM rosters_made d, residents_household hh "
        "WHERE d.batch_id = %(batch)s AND d.what = 'ended' AND o.id = d.target_id AND hh.id = o.household_id "
        "AND hh.ended_on IS NULL AND NOT EXISTS (SELECT FROM residents_membership q "
        "WHERE q.resident_id = o.resident_id AND q.ended_on IS NULL)",
        given,
    )


def _undo_made(batch: Batch, what: Made.What, model: type[models.Model]) -> None:
    """Delete what the batch made beside its rows, where nothing leads to it any more."""
    where = nothing_leads_to(model, "t", *_OWN_FACTS)
    writing.run(
        f"DELETE FROM {model._meta.db_table} t USING rosters_made d "
        f"WHERE d.batch_id = %(batch)s AND d.what = '{what.value}' AND t.id = d.target_id AND {where}",
        {"batch": batch.pk},
    )


def _undo_rows(batch: Batch, low: int, high: int) -> None:
    model, subject = MODELS[batch.kind]
    table = model._meta.db_table
    given = writing.parameters(batch, low=low, high=high)
    writing.run(
        f"SELECT FROM {table} r JOIN rosters_row x ON x.target_id = r.id WHERE x.id BETWEEN %(low)s AND %(high)s "
        f"AND {writing.TAKEN} ORDER BY r.id FOR UPDATE OF r",
        given,
    )
    _undo_additions(model, subject, given)
    _undo_changes(batch, model, subject, given)
    writing.run(
        "UPDATE rosters_row x SET result = 'kept' WHERE x.id BETWEEN %(low)s AND %(high)s "
        f"AND {writing.TAKEN} AND (x.is_addition OR x.before IS NOT NULL)",
        given,
    )


def _undo_additions(model: type[models.Model], subject: str, given: dict[str, Any]) -> None:
    """Delete what nobody changed and nothing leads to, with the one line of the record that says it was entered."""
    table = model._meta.db_table
    other_events = (
        f"SELECT FROM residents_event q WHERE q.{subject}_id = r.id AND (q.step, q.note) <> ('add', %(note)s)"
    )
    free = (
        f"x.id BETWEEN %(low)s AND %(high)s AND x.is_addition AND {writing.TAKEN} AND r.id = x.target_id "
        f"AND r.version = 1 AND NOT EXISTS ({other_events}) AND {nothing_leads_to(model, 'r', *_OWN_FACTS, Event)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE roster_free ON COMMIT DROP AS "
            f"SELECT x.id, x.target_id FROM rosters_row x, {table} r WHERE {free}",
            given,
        )
        if model is Resident:
            for own in _OWN_FACTS:
                cursor.execute(
                    f"DELETE FROM {own._meta.db_table} f USING roster_free x WHERE f.resident_id = x.target_id"
                )
        cursor.execute(f"DELETE FROM {table} r USING roster_free x WHERE r.id = x.target_id")
        cursor.execute(f"DELETE FROM residents_event q USING roster_free x WHERE q.{subject}_id = x.target_id")
        cursor.execute("UPDATE rosters_row r SET result = 'undone' FROM roster_free x WHERE r.id = x.id")
        cursor.execute("DROP TABLE roster_free")


def _undo_changes(batch: Batch, model: type[models.Model], subject: str, given: dict[str, Any]) -> None:
    """Put the columns back where nobody changed the row since; its version goes on, and so does its history."""
    table = model._meta.db_table
    found = writing.rows(
        f"SELECT x.id, r.id, r.district_id, x.fields FROM rosters_row x JOIN {table} r ON r.id = x.target_id "
        "WHERE x.id BETWEEN %(low)s AND %(high)s AND NOT x.is_addition AND x.before IS NOT NULL "
        f"AND {writing.TAKEN} AND r.version = x.target_version",
        given,
    )
    if not found:
        return
    names = [str(field.column) for field in model._meta.concrete_fields if field.column not in _NEVER]
    given = given | {"changed": [row for row, *_rest in found]}
    writing.run(
        f"UPDATE {table} r SET {', '.join(f'{name} = b.{name}' for name in names)}, version = r.version + 1, "
        f"updated_at = %(now)s FROM rosters_row x, LATERAL jsonb_populate_record(NULL::{table}, x.before) b "
        "WHERE x.id = ANY (%(changed)s) AND r.id = x.target_id",
        given,
    )
    if model is Resident:
        facts.restore(given)
    if model is House:
        _follow_houses(given)
    writing.run("UPDATE rosters_row SET result = 'undone' WHERE id = ANY (%(changed)s)", given)
    writing.note_step(batch, subject, Step.UNDO, [(key, district, fields) for _row, key, district, fields in found])


def _follow_houses(given: dict[str, Any]) -> None:
    """Let people follow a house back into its former grid."""
    path = ("street_id", "community_id", "grid_id", "micro_id")
    writing.run(
        f"UPDATE residents_resident p SET {', '.join(f'{name} = r.{name}' for name in path)} "
        "FROM residents_house r, rosters_row x "
        "WHERE x.id = ANY (%(changed)s) AND r.id = x.target_id AND p.house_id = r.id AND p.grid_id <> r.grid_id",
        given,
    )
