"""Go through what came, chunk by chunk; each chunk is one transaction that also says how far it has come.

A process that is killed loses nothing and doubles nothing: whoever runs the exchange next goes on behind the last
chunk that is in (see rosters/running.py).
"""

import contextlib
import itertools
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.tables.headings import Heading, body
from accounts.tables.reading import Line, open_table
from accounts.tables.refusals import UnreadableTable
from hotline.exchange.reading import LONGEST_CELL
from hotline.exchange.states import RunState, Verdict, Way
from hotline.exchange.taking import Answer, Taker
from hotline.models import ExchangeRow, ExchangeRun
from rosters import files

logger = logging.getLogger(__name__)
CHUNK = 2_000
_RUNS = 20_852
Watch = Callable[[ExchangeRun], None]
Given = tuple[int, Mapping[str, str]]


class Taken(Exception):
    """Another process works on the exchange."""


class Interrupted(Exception):
    """The database went away in the middle; the exchange stays as it is and goes on later."""


def run(run_id: int, *, watch: Watch = lambda run: None) -> ExchangeRun:
    """Take in what an exchange still has to; `watch` is called after every chunk. Raises Taken, Interrupted."""
    with _alone(run_id):
        item = ExchangeRun.objects.select_related("district", "actor", "replay_of").get(pk=run_id)
        if not item.is_running:
            return item
        try:
            _go_on(item, watch)
        except (UnreadableTable, files.Spoilt, FileNotFoundError) as error:
            words = str(error) if isinstance(error, UnreadableTable) else _("The file is no longer there.")
            _end(item, RunState.FAILED, words)
        except (OperationalError, InterfaceError) as error:
            logger.error("Exchange %s was interrupted: %s", item.pk, where(error))
            raise Interrupted from None
        except DatabaseError as error:
            logger.error("Exchange %s failed: %s", item.pk, where(error))
            if connection.in_atomic_block:
                raise
            _end(item, RunState.FAILED, _("The database refused it. What was written before stays; the log has more."))
        return item


def _go_on(item: ExchangeRun, watch: Watch) -> None:
    with _rows(item) as rows:
        for chunk in iter(lambda: list(itertools.islice(rows, CHUNK)), []):
            _take(item, chunk)
            watch(item)
    _end(item, RunState.DONE)


@transaction.atomic
def _take(item: ExchangeRun, chunk: list[Given]) -> list[Answer]:
    """Take a chunk in and say so, in one transaction."""
    now = timezone.now()
    answers = Taker(item, now).take(chunk)
    if item.replay_of_id:
        taken = [answer.line for answer in answers if answer.verdict != Verdict.REFUSED]
        ExchangeRow.objects.filter(run=item.replay_of_id, number__in=taken).update(settled_by=item, sealed="")
    count(item, answers)
    item.last_number, item.rows_done = answers[-1].line, item.rows_done + len(answers)
    item.heartbeat_at = now
    item.save(update_fields=["counts", "last_number", "rows_done", "heartbeat_at"])
    return answers


def count(item: ExchangeRun, answers: list[Answer]) -> None:
    """Add the answers up in the run; saves nothing."""
    more = Counter(item.counts)
    more.update(answer.verdict.value for answer in answers)
    item.counts = dict(more)


@transaction.atomic
def _end(item: ExchangeRun, state: RunState, failure: str = "") -> None:
    item.state, item.failure, item.ended_at = state, failure[:300], timezone.now()
    item.save(update_fields=["state", "failure", "ended_at"])
    action = "hotline.exchange_done" if state == RunState.DONE else "hotline.exchange_failed"
    audit.record(item.actor, action, item, {"counts": item.counts})


@contextlib.contextmanager
def _rows(item: ExchangeRun) -> Iterator[Iterator[Given]]:
    """Give out the rows behind the last one that is done, with their cells by field."""
    if item.way == Way.REPLAY:
        yield _again(item)
        return
    suffix = Path(item.file_name).suffix.lower()
    with (
        files.readable(item.file, suffix) as path,
        open_table(path, name=item.file_name, sheet=item.sheet, longest=LONGEST_CELL) as table,
    ):
        heading = Heading(item.heading_row, max(item.body_after, item.last_number), item.headings)
        fields = {int(place): field for place, field in item.matching.items()}
        yield ((line.number, cells_of(line, fields)) for line in body(table, heading))


def cells_of(line: Line, fields: Mapping[int, str]) -> dict[str, str]:
    """Return a line's filled cells by field."""
    cells = line.cells
    return {field: cells[place] for place, field in fields.items() if place < len(cells) and cells[place]}


def _again(item: ExchangeRun) -> Iterator[Given]:
    """Yield the refused rows of the earlier exchange that nobody has settled."""
    rows = ExchangeRow.objects.filter(run=item.replay_of_id, verdict=Verdict.REFUSED, settled_by=None)
    rows = rows.filter(number__gt=item.last_number).exclude(sealed="").order_by("number")
    for row in rows.iterator(chunk_size=500):
        yield row.number, json.loads(row.sealed)


@contextlib.contextmanager
def _alone(run_id: int) -> Iterator[None]:
    """Hold the exchange for as long as the block runs and the process lives. Raises Taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_RUNS, run_id])
        if not cursor.fetchone()[0]:
            raise Taken
    try:
        yield
    finally:
        with contextlib.suppress(Exception), connection.cursor() as cursor:  # a lost connection has lost the lock
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_RUNS, run_id])


def where(error: Exception) -> list[str | None]:
    """Return what may be logged of PostgreSQL's answer: its message may show the row."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return [getattr(diagnosis, name, None) for name in ("sqlstate", "table_name", "constraint_name")]
