"""Do the work that a batch waits for, from where it stands, until it needs a person again.

checking: "read" (rosters/staging.py) → "compare". applying: "places" → "rows" → "households". undoing: see undoing.py.
Each phase leaves its cursor in the transaction that did the work, so that a process that is killed loses nothing and
doubles nothing: whoever runs the batch next goes on there.
"""

import contextlib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.tables.refusals import UnreadableTable
from rosters import files, staging, undoing
from rosters.checking import STAGED
from rosters.models import Batch
from rosters.progress import Interrupted, Stopped, Taken, beat, lock, lock_district
from rosters.registers import households as household_register
from rosters.registers import houses, organisations, placing, residents, residents_writing, workers, writing
from rosters.registers import places as place_register
from rosters.states import ENDED, BatchKind, State

logger = logging.getLogger(__name__)
Watch = Callable[[Batch], None]


def run(batch_id: int, *, watch: Watch = lambda batch: None, path: Path | None = None) -> Batch:
    """Do all that the batch waits for; returns it as it then is.

    watch: called after every step with the batch. path: the file, where it was not kept (`manage.py
    import_residents`). Raises Taken where another process does it already, Interrupted where the database went away:
    the batch stays as it is, and whoever runs it next goes on.
    """
    with lock(batch_id):
        batch = Batch.objects.select_related("node", "uploader").get(pk=batch_id)
        while batch.is_running:
            work = {State.CHECKING: _check, State.APPLYING: _apply, State.UNDOING: _undo}[State(batch.state)]
            try:
                work(batch, watch, path)
            except Stopped:
                batch.refresh_from_db()
                break
            except (UnreadableTable, files.Spoilt, FileNotFoundError) as error:
                _fail(batch, _words_of(batch, error))
            except (OperationalError, InterfaceError) as error:
                # The server went away, or something was short: nothing is wrong with the list, and it goes on later.
                logger.error("Roster %s was interrupted in %s: %s", batch.pk, batch.phase, _where(error))
                raise Interrupted from None
            except DatabaseError as error:
                logger.error("Roster %s failed in %s: %s", batch.pk, batch.phase, _where(error))
                if connection.in_atomic_block:
                    raise
                _fail(batch, _words_of(batch, None))
        return batch


def _where(error: Exception) -> list[str | None]:
    """Return what may be logged of PostgreSQL's answer: its message may show the row."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return [getattr(diagnosis, name, None) for name in ("sqlstate", "table_name", "constraint_name")]


def _words_of(batch: Batch, error: Exception | None) -> str:
    with translation.override(batch.uploader.language if batch.uploader else translation.get_language()):
        if isinstance(error, UnreadableTable):
            return str(error)
        if error is not None:
            return _("The file is no longer there. Bring it in again.")
        return _("The database refused it. What was written before stays; the log names the reason.")


def _fail(batch: Batch, words: str) -> None:
    with transaction.atomic():
        batch.state, batch.failure, batch.ended_at = State.FAILED, words[:300], timezone.now()
        batch.save(update_fields=["state", "failure", "ended_at"])
        audit.record(batch.uploader, "rosters.fail", batch)


@contextlib.contextmanager
def _file_of(batch: Batch, path: Path | None) -> Iterator[Path]:
    if path is not None:
        yield path
        return
    with files.readable(batch.file, Path(batch.file_name).suffix.lower()) as kept:
        yield kept


def _check(batch: Batch, watch: Watch, path: Path | None) -> None:
    if batch.phase in {"", "read"}:
        _enter(batch, "read")
        with _file_of(batch, path) as file:
            staging.stage(batch, file, watch=watch)
        _enter(batch, "compare", total=batch.rows_read)
        watch(batch)
    with transaction.atomic():
        compare(batch)
        if not beat(batch, phase="", checked_at=timezone.now(), step_done=batch.rows_read):
            raise Stopped
        batch.state = State.READY
        batch.save(update_fields=["state"])
    watch(batch)


def compare(batch: Batch) -> None:
    """Compare what is staged with the register as it now is, anew; decisions about single rows are kept."""
    with connection.cursor() as cursor:
        keys = [batch.first_key, batch.last_key]
        writing.plan_for_many(STAGED[batch.kind]._meta.db_table)
        cursor.execute(
            "CREATE TEMP TABLE roster_decided ON COMMIT DROP AS SELECT id, decision FROM rosters_row "
            "WHERE id BETWEEN %s AND %s AND decision <> '' AND outcome <> 'moved_out'",
            keys,
        )
        cursor.execute("DELETE FROM rosters_row WHERE id BETWEEN %s AND %s", keys)
        cursor.execute("DELETE FROM rosters_problem WHERE batch_id = %s AND is_compared", [batch.pk])
        if batch.kind != BatchKind.WORKERS:
            placing.place_rows(batch, STAGED[batch.kind]._meta.db_table)
        _COMPARE[BatchKind(batch.kind)](batch)
        cursor.execute(
            "UPDATE rosters_row x SET decision = d.decision FROM roster_decided d WHERE d.id = x.id; "
            "DROP TABLE roster_decided"
        )
        writing.plan_for_many("rosters_row")
        cursor.execute(
            "SELECT outcome, conflict, count(*) FROM rosters_row WHERE id BETWEEN %s AND %s GROUP BY 1, 2", keys
        )
        counts: dict[str, int] = {}
        for outcome, conflict, count in cursor.fetchall():
            counts[outcome] = counts.get(outcome, 0) + count
            if conflict:
                counts[f"conflict:{conflict}"] = count
        cursor.execute(
            "SELECT field, code, refuses, count(*) FROM rosters_problem WHERE batch_id = %s GROUP BY 1, 2, 3 "
            "ORDER BY refuses DESC, count(*) DESC, field, code",
            [batch.pk],
        )
        batch.counts, batch.problems = counts, [list(row) for row in cursor.fetchall()]
    batch.save(update_fields=["counts", "problems"])
    audit.record(batch.uploader, "rosters.check", batch, {"counts": counts})


_COMPARE: dict[BatchKind, Callable[[Batch], None]] = {
    BatchKind.RESIDENTS: residents.compare,
    BatchKind.HOUSES: houses.compare,
    BatchKind.ORGANISATIONS: organisations.compare,
    BatchKind.WORKERS: workers.compare,
}
_WRITE: dict[BatchKind, Callable[[Batch, int, int, int], dict[str, int]]] = {
    BatchKind.RESIDENTS: residents_writing.write,
    BatchKind.HOUSES: houses.write,
    BatchKind.ORGANISATIONS: organisations.write,
    BatchKind.WORKERS: workers.write,
}
_PHASES: dict[BatchKind, tuple[str, ...]] = {
    BatchKind.RESIDENTS: ("places", "rows", "households"),
    BatchKind.HOUSES: ("places", "rows"),
    BatchKind.ORGANISATIONS: ("rows",),
    BatchKind.WORKERS: ("rows",),
}


def _apply(batch: Batch, watch: Watch, _path: Path | None) -> None:
    phases = _PHASES[BatchKind(batch.kind)]
    phase = batch.phase or phases[0]
    district = residents.district_of(batch.node)
    for name in phases[phases.index(phase) :]:
        if batch.phase != name:
            _enter(batch, name, total=_last_number(batch) if name == "rows" else 0)
        {"places": _places, "rows": _rows, "households": _households}[name](batch, district, watch)
    _end_applying(batch)
    watch(batch)


def _places(batch: Batch, district: int, watch: Watch) -> None:
    with transaction.atomic():
        lock_district(district)
        writing.plan_for_many()
        make = place_register.make_houses if batch.kind == BatchKind.RESIDENTS else houses.make_places
        _count(batch, make(batch, district))
        writing.plan_for_many("residents_house")
        _enter(batch, "rows", total=_last_number(batch))
    watch(batch)


def _rows(batch: Batch, district: int, watch: Watch) -> None:
    last = _last_number(batch)
    while batch.cursor < last:
        high = min(batch.cursor + writing.CHUNK, last)
        with transaction.atomic():
            lock_district(district)
            _count(batch, _WRITE[BatchKind(batch.kind)](batch, batch.cursor + 1, high, district))
            if not beat(batch, cursor=high, step_done=high):
                raise Stopped
        watch(batch)


def _households(batch: Batch, district: int, watch: Watch) -> None:
    with transaction.atomic():
        lock_district(district)
        writing.plan_for_many("residents_resident")
        _count(batch, household_register.write(batch))
        if not beat(batch, step_done=batch.step_total):
            raise Stopped
    watch(batch)


def _end_applying(batch: Batch) -> None:
    with transaction.atomic():
        now = timezone.now()
        if not beat(batch, applied_at=now, ended_at=now, phase="", cursor=0):
            raise Stopped
        batch.state = State.APPLIED
        batch.save(update_fields=["state"])
        audit.record(batch.decided_by, "rosters.apply", batch, {"done": batch.done})


def _undo(batch: Batch, watch: Watch, _path: Path | None) -> None:
    undoing.undo(batch, residents.district_of(batch.node), watch=watch)


def _enter(batch: Batch, phase: str, *, total: int | None = None) -> None:
    """Begin a phase, unless the batch is in it already: then it goes on at its cursor."""
    if batch.phase == phase:
        beat(batch)
        return
    values = {"phase": phase, "cursor": 0, "step_began_at": timezone.now(), "step_done": 0}
    if not beat(batch, **values, **({} if total is None else {"step_total": total})):
        raise Stopped


def _count(batch: Batch, more: dict[str, int]) -> None:
    """Add up what was done, in the transaction that did it."""
    done = {name: batch.done.get(name, 0) + count for name, count in more.items()}
    batch.done = batch.done | done
    Batch.objects.filter(pk=batch.pk).update(done=batch.done)


def _last_number(batch: Batch) -> int:
    found = batch.rows.order_by("-id").values_list("number", flat=True).first()
    return found or 0


__all__ = ["ENDED", "Interrupted", "Stopped", "Taken", "compare", "run"]
