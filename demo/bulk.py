"""Write many unsaved rows by COPY, on a thread of its own so that drawing and writing overlap."""

import io
import json
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from operator import attrgetter, call, itemgetter
from types import TracebackType
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.core.management.color import no_style
from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from accounts import crypto
from accounts.fields import EncryptedTextField

CHUNK_ROWS = 20_000
WAITING_CHUNKS = 4
REMEMBERED = 20_000

Page = tuple[str, str]
"""A COPY statement and lines for it."""

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_encode = json.JSONEncoder(ensure_ascii=False).encode


def _text(value: str | None) -> str:
    if value is None:
        return "\\N"
    return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPES)


def _plain(value: Any) -> str:
    return "\\N" if value is None else str(value)


def _moment(value: Any) -> str:
    return "\\N" if value is None else str(value.isoformat())


def _json(value: Any) -> str:
    return "{}" if value == {} else _text(_encode(value))


def _array(value: Any) -> str:
    """Write an array of codes, which hold nothing that would need quoting."""
    return _text("{" + ",".join(value) + "}")


class _Remembered(dict[Any, str]):
    """Remembers how values are written of which there are few: codes, dates, the keys of nodes and people."""

    def __init__(self, convert: Callable[[Any], str]) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, value: Any) -> str:
        text = self._convert(value)
        if len(self) < REMEMBERED:
            self[value] = text
        return text


def _converter(field: "models.Field[Any, Any]") -> Callable[[Any], str]:
    """Return how a column's value is written in COPY's text format."""
    if isinstance(field, EncryptedTextField):
        seal = crypto.sealer().seal
        return lambda value: _text(seal(value) if value else value)
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, ArrayField):
        return _array
    if isinstance(field, models.DateTimeField):
        return _moment
    if isinstance(field, models.CharField | models.TextField):
        return _Remembered(_text).__getitem__ if field.choices else _text
    if isinstance(field, models.ForeignKey | models.DateField | models.BooleanField | models.SmallIntegerField):
        return _Remembered(_plain).__getitem__
    return _plain


def _reader(names: list[str], *, is_model: bool) -> Callable[[Any], Iterable[Any]]:
    """Return what reads the columns off a row; a fresh model has them all in its dictionary."""
    if not is_model:
        return attrgetter(*names)
    pick = itemgetter(*names)
    return lambda row: pick(vars(row))


class Form:
    """How rows of one class become lines; columns that the class does not have take the model's default.

    Without an `id` the database counts the rows.
    """

    def __init__(self, model: type[models.Model], kind: type) -> None:
        fields = model._meta.concrete_fields
        is_model = issubclass(kind, models.Model)
        own = [field for field in fields if is_model or hasattr(kind, field.attname)]
        lacking = [field for field in fields if field not in own and not isinstance(field, models.AutoField)]
        table = connection.ops.quote_name(model._meta.db_table)
        columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in [*own, *lacking])
        self.statement = f"COPY {table} ({columns}) FROM STDIN"
        self.read = _reader([field.attname for field in own], is_model=is_model)
        self.converters = [_converter(field) for field in own]
        self.rest = "".join("\t" + _converter(field)(field.get_default()) for field in lacking) + "\n"
        self.counts = "id" in {field.attname for field in own}
        self.lines: list[str] = []


class Table:
    """The rows of one model on their way."""

    def __init__(self, model: type[models.Model], send: Callable[[Page], None], first_id: int = 1) -> None:
        self.model = model
        self._forms: dict[type, Form] = {}
        self._last_id = first_id - 1
        self._send = send

    def add(self, rows: Iterable[Any]) -> None:
        """Take rows, models or others with the same attributes; those whose `id` is None get the next one."""
        for row in rows:
            form = self._forms.get(type(row)) or self._forms.setdefault(type(row), Form(self.model, type(row)))
            if form.counts and row.id is None:
                self._last_id += 1
                row.id = self._last_id
            form.lines.append("\t".join(map(call, form.converters, form.read(row))) + form.rest)
            if len(form.lines) >= CHUNK_ROWS:
                self.flush()

    def flush(self) -> None:
        """Send what waits."""
        for form in self._forms.values():
            if form.lines:
                self._send((form.statement, "".join(form.lines)))
                form.lines = []


Tables = Mapping[type[models.Model], Table]
"""Tables that are filled together, by their models."""


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
        self.tables = {model: Table(model, self.send) for model in model_classes}
        self._queue: queue.Queue[Page | None] = queue.Queue(WAITING_CHUNKS)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._write, name="copy", daemon=True)
        self._unhindered = unhindered(*model_classes)
        self._raw: Any = None

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

    def send(self, page: Page) -> None:
        """Take lines that are written already, by one of these tables or by another process."""
        if self._error is not None:
            raise self._error
        self._queue.put(page)

    def _write(self) -> None:
        while (item := self._queue.get()) is not None:
            if self._error is not None:
                continue
            try:
                with self._raw.cursor() as cursor:
                    cursor.copy_expert(item[0], io.BytesIO(item[1].encode()), size=1 << 20)
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
