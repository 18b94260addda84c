"""Write many rows at once by COPY, with their keys taken beforehand so that rows of other tables can name them."""

import datetime as dt
import io
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection, models

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_LOOK_CLOSER = frozenset("\\\t\n\r")


def keys(model: type[models.Model], count: int) -> list[int]:
    """Take so many fresh primary keys of a model."""
    with connection.cursor() as cursor:
        sql = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        cursor.execute(sql, [model._meta.db_table, count])
        return [key for (key,) in cursor.fetchall()]


def copy(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    constants: Mapping[str, Any] | None = None,
) -> int:
    """Write rows whose values stand in the order of `names` (attribute names); other fields get the model's default.

    Values are what the column holds: texts of encrypted columns already sealed. Returns how many rows were written.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    fixed = dict(constants or {})
    for name, field in fields.items():
        if name not in names and name not in fixed and not field.primary_key:
            fixed[name] = field.get_default()
    tail = "".join(f"\t{_cell(value)}" for value in fixed.values())
    lines = ["\t".join(map(_cell, row)) + tail for row in rows]
    if not lines:
        return 0
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(fields[name].column)) for name in [*names, *fixed])
    with connection.cursor() as cursor, connection.wrap_database_errors:
        stream = io.StringIO("\n".join(lines) + "\n")
        cursor.copy_expert(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN", stream, 1 << 18)
    return len(lines)


def _cell(value: Any) -> str:
    kind = type(value)
    if kind is str:
        text: str = value
        return text if _LOOK_CLOSER.isdisjoint(text) else text.translate(_ESCAPES)
    if value is None:
        return "\\N"
    if kind is bool:
        return "t" if value else "f"
    if kind in {int, Decimal, uuid.UUID}:
        return str(value)
    if kind is dt.datetime:
        return str(value.isoformat())
    if kind is list:
        return "{" + ",".join(value) + "}"  # codes: letters and underscores
    if kind is dict:
        return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)
    return str(value).translate(_ESCAPES)
