"""Read a file into the staging tables: chunk by chunk, each in a transaction that also says how far it has come.

COPY takes the rows while they are being checked, so that PostgreSQL and Python work side by side. A run that was
killed goes on behind the last chunk that is in.
"""

import io
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from accounts.tables.headings import Heading, body
from accounts.tables.reading import Line, open_table
from rosters.checking import STAGED, Checker, Mistake
from rosters.models import Batch, Problem
from rosters.progress import Stopped, beat

CHUNK = 20_000
_SLICE = 400
"""Rows that are checked before PostgreSQL gets them: about 200 KB."""


def stage(batch: Batch, path: Path, *, watch: Callable[[Batch], None] = lambda batch: None) -> None:
    """Stage what is not in yet. Raises UnreadableTable where the file ends in something that is no table."""
    checker = Checker(batch, timezone.localdate())
    with open_table(path, name=batch.file_name, sheet=batch.sheet) as table:
        Batch.objects.filter(pk=batch.pk).update(expected_rows=table.row_count, step_total=table.row_count)
        heading = Heading(batch.heading_row, max(batch.body_after, batch.last_number), batch.headings)
        lines = body(table, heading)
        while _stage_chunk(batch, checker, lines):
            watch(batch)


@transaction.atomic
def _stage_chunk(batch: Batch, checker: Checker, lines: Iterator[Line]) -> bool:
    """Stage the next rows; returns False when there are none left."""
    stream = _Stream(checker, itertools.islice(lines, CHUNK))
    table = STAGED[batch.kind]._meta.db_table
    with connection.cursor() as cursor, connection.wrap_database_errors:
        names = ", ".join([f'"{name}"' for name in checker.columns])
        sql = f"COPY {table} ({names}) FROM STDIN WITH (NULL '')"
        cursor.copy_expert(sql, stream, size=1 << 16)
    if stream.error is not None:
        raise stream.error
    if not stream.count:
        return False
    _copy_mistakes(batch, checker.mistakes)
    checker.mistakes.clear()
    batch.rows_read += stream.count
    batch.last_number = stream.last_number
    if not beat(batch, rows_read=batch.rows_read, last_number=batch.last_number, step_done=batch.rows_read):
        raise Stopped
    return True


def _copy_mistakes(batch: Batch, mistakes: list[Mistake]) -> None:
    if not mistakes:
        return
    lines = "".join(
        f"{batch.pk}\t{m.number}\t{m.field}\t{m.code}\t{'t' if m.refuses else 'f'}\t{_escaped(m.sample)}\tf\n"
        for m in mistakes
    )
    with connection.cursor() as cursor, connection.wrap_database_errors:
        sql = f"COPY {Problem._meta.db_table} (batch_id, number, field, code, refuses, sample, is_compared) FROM STDIN"
        cursor.copy_expert(sql, io.StringIO(lines))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\")


class _Stream(io.RawIOBase):
    """A file for COPY whose content is checked as it is read.

    What goes wrong meanwhile is kept and raised afterwards: psycopg2 would make a DatabaseError of it whose words end
    up in the log, and a broken cell may stand in them.
    """

    def __init__(self, checker: Checker, lines: Iterator[Line]) -> None:
        self._check = checker.check
        self._lines = lines
        self.count = 0
        self.last_number = 0
        self.error: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, _size: int = -1) -> bytes:
        try:
            return self._checked()
        except Exception as error:
            self.error = error
            return b""

    def _checked(self) -> bytes:
        batch = list(itertools.islice(self._lines, _SLICE))
        if not batch:
            return b""
        self.count += len(batch)
        self.last_number = batch[-1].number
        check = self._check
        return ("\n".join([check(line) for line in batch]) + "\n").encode()
