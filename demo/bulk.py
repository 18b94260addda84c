"""Write many unsaved model rows by COPY, on a thread of its own so that drawing and writing overlap."""

import io
import json
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from operator import attrgetter
from types import TracebackType
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.core.management.color import no_style
from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from accounts.fields import EncryptedTextField

CHUNK_ROWS = 20_000
WAITING_CHUNKS = 4

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _text(value: str | None) -> str:
    if value is None:
        return "\\N"
    return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPES)


def _plain(value: Any) -> str:
    return "\\N" if value is None else str(value)


def _moment(value: Any) -> str:
    return "\\N" if value is None else str(value.isoformat())


def _json(value: Any) -> str:
    return _text(json.dumps(value, ensure_ascii=False))


def _array(value: Any) -> str:
    """Write an array of codes, which hold nothing that would need quoting."""
    return _text("{" + ",".join(value) + "}")


def _converter(field: "models.Field[Any, Any]") -> Callable[[Any], str]:
    """Return how a column's value is written in COPY's text format."""
    if isinstance(field, EncryptedTextField):
        return lambda value: _text(field.get_prep_value(value))
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, ArrayField):
        return _array
    if isinstance(field, models.DateTimeField):
        return _moment
    if isinstance(field, models.CharField | models.TextField):
        return _text
    return _plain


def _always(value: Any) -> Callable[[Any], Any]:
    return lambda _row: value


class Table:
    """The rows of one model on their way."""

    def __init__(self, model: type[models.Model], send: Callable[[str, io.StringIO], None]) -> None:
        fields = model._meta.concrete_fields
        self.model = model
        self.fields = fields
        self._readers: dict[type, Callable[[Any], Iterable[Any]]] = {}
        self.converters = [_converter(field) for field in fields]
        columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
        self.statement = f"COPY {connection.ops.quote_name(model._meta.db_table)} ({columns}) FROM STDIN"
        self.count = 0
        self._last_id = 0
        self._send = send
        self._rows: list[str] = []

    def add(self, rows: Iterable[Any]) -> None:
        """Take rows, models or others with the same attributes; those without an `id` get the next one."""
        for row in rows:
            if row.id is None:
                self._last_id += 1
                row.id = self._last_id
            read = self._readers.get(type(row)) or self._reader_of(type(row))
            cells = zip(self.converters, read(row), strict=True)
            self._rows.append("\t".join([convert(value) for convert, value in cells]))
        if len(self._rows) >= CHUNK_ROWS:
            self.flush()

    def _reader_of(self, kind: type) -> Callable[[Any], Iterable[Any]]:
        """Return what reads the columns off such a row; one that its class does not have takes the model's default."""
        names = [field.attname for field in self.fields]
        lacking = {field.attname: field.get_default() for field in self.fields if not hasattr(kind, field.attname)}
        if lacking:
            getters = [attrgetter(name) if name not in lacking else _always(lacking[name]) for name in names]
            self._readers[kind] = lambda row: [get(row) for get in getters]
        else:
            self._readers[kind] = attrgetter(*names)
        return self._readers[kind]

    def flush(self) -> None:
        if self._rows:
            self.count += len(self._rows)
            self._send(self.statement, io.StringIO("\n".join(self._rows) + "\n"))
            self._rows = []


@contextmanager
def unhindered(*model_classes: type[models.Model]) -> Iterator[None]:
    """Fill tables in the open transaction without their foreign keys and plain indexes, and analyse them at the end.

    Making both again checks every row at once, several times faster than row by row. Until then the tables are locked.
    """
    tables = [model._meta.db_table for model in model_classes]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        restore = [statement for table in tables for statement in _take_away(cursor, table)]
    yield
    with connection.cursor() as cursor:
        for statement in restore:
            cursor.execute(statement)
        for table in tables:  # else PostgreSQL plans for the empty tables that it knows
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class BulkLoad:
    """Tables that are filled together, `unhindered`, in the transaction that is open on the connection."""

    def __init__(self, *model_classes: type[models.Model]) -> None:
        self.tables = {model: Table(model, self._send) for model in model_classes}
        self._queue: queue.Queue[tuple[str, io.StringIO] | None] = queue.Queue(WAITING_CHUNKS)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._write, name="copy", daemon=True)
        self._unhindered = unhindered(*model_classes)
        self._raw: Any = None

    def __getitem__(self, model: type[models.Model]) -> Table:
        return self.tables[model]

    def __enter__(self) -> Self:
        self._unhindered.__enter__()
        self._raw = connection.connection
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            for table in self.tables.values():
                table.flush()
        self._queue.put(None)
        self._thread.join()
        if error is None and self._error is not None:
            raise self._error
        if error is None:
            self._finish()

    def _finish(self) -> None:
        """Make indexes and foreign keys again, and let the sequences go on after the rows."""
        self._unhindered.__exit__(None, None, None)
        with connection.cursor() as cursor:
            for model in self.tables:
                for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
                    cursor.execute(statement)

    def _send(self, statement: str, rows: io.StringIO) -> None:
        if self._error is not None:
            raise self._error
        self._queue.put((statement, rows))

    def _write(self) -> None:
        while (item := self._queue.get()) is not None:
            if self._error is not None:
                continue
            try:
                with self._raw.cursor() as cursor:
                    cursor.copy_expert(item[0], item[1], size=1 << 20)
            except BaseException as problem:  # handed over to the thread that draws
                self._error = problem


def _take_away(cursor: CursorWrapper, table: str) -> list[str]:
    """Drop a table's foreign keys and plain indexes; return the statements that make them again."""
    cursor.execute(
        """
        SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid = %s::regclass AND contype = 'f' ORDER BY conname
        """,
        [table],
    )
    keys = cursor.fetchall()
    cursor.execute(
        """
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
        WHERE i.indrelid = %s::regclass
          AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
        ORDER BY 1
        """,
        [table],
    )
    indexes = cursor.fetchall()
    for name, _definition in keys:
        cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    again = [definition for _name, definition in indexes]
    return again + [f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}' for name, definition in keys]
