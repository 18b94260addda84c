"""Write many rows of one model in one statement, from columns instead of objects.

For sweeps and other set-based work: PostgreSQL unnests one array per column. Names are the model's attribute names
(`order_id`), values are what the column holds; of array columns those of whole numbers only. Fields that are not named
get the model's default.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

Columns = Mapping[str, Sequence[Any]]


def insert(
    model: type[models.Model],
    columns: Columns,
    constants: Mapping[str, Any] | None = None,
    *,
    ignore_conflicts: bool = False,
) -> int:
    """Insert one row per position of the columns, the constants in each; returns how many were inserted."""
    if not next(iter(columns.values()), ()):
        return 0
    fields = _fields(model)
    given = dict(constants or {})
    for name, field in fields.items():
        if name not in columns and name not in given and not field.primary_key:
            given[name] = field.get_default()
    arrays, parameters = _arrays(fields, columns)
    fixed = [f"%s::{_type(fields[name])}" for name in given]
    taken = [f"n.{_names(fields, [name])}{_cast(fields[name])}" for name in columns]
    sql = (
        f"INSERT INTO {_table(model)} ({_names(fields, [*columns, *given])}) "  # noqa: S608 - named by the model
        f"SELECT {', '.join([*taken, *fixed])} FROM unnest({arrays}) AS n({_names(fields, [*columns])})"
        f"{' ON CONFLICT DO NOTHING' if ignore_conflicts else ''}"
    )
    return _run(sql, [*(_value(fields[name], value) for name, value in given.items()), *parameters])


def update(model: type[models.Model], keys: Sequence[int], columns: Columns) -> int:
    """Set the columns of the rows with these primary keys, position by position; returns how many were found."""
    if not keys:
        return 0
    fields = _fields(model)
    arrays, parameters = _arrays(fields, columns)
    quoted = [_names(fields, [name]) for name in columns]
    sets = [f"{one} = n.{one}{_cast(fields[name])}" for name, one in zip(columns, quoted, strict=True)]
    key = connection.ops.quote_name(str(model._meta.pk.column))
    sql = (
        f"UPDATE {_table(model)} AS t "  # noqa: S608 - named by the model
        f"SET {', '.join(sets)} "
        f"FROM unnest(%s::bigint[], {arrays}) AS n(pk_, {', '.join(quoted)}) WHERE t.{key} = n.pk_"
    )
    return _run(sql, [list(keys), *parameters])


def _fields(model: type[models.Model]) -> "dict[str, models.Field[Any, Any]]":
    return {field.attname: field for field in model._meta.concrete_fields}


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _names(fields: "Mapping[str, models.Field[Any, Any]]", names: Sequence[str]) -> str:
    return ", ".join(connection.ops.quote_name(str(fields[name].column)) for name in names)


def _type(field: "models.Field[Any, Any]") -> str:
    """Return a column's bare SQL type: identity and length belong to the table, not to a cast."""
    kind = str(field.rel_db_type(connection) if field.primary_key else field.db_type(connection))
    return kind.partition("(")[0] + ("[]" if kind.endswith("[]") else "")


def _cast(field: "models.Field[Any, Any]") -> str:
    """Return the cast of a column that travels as text: PostgreSQL would unnest a list of lists to its elements."""
    return f"::{_type(field)}" if isinstance(field, ArrayField) else ""


def _value(field: "models.Field[Any, Any]", value: Any) -> Any:
    if isinstance(field, models.JSONField):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(field, ArrayField):
        return "{" + ",".join(str(int(one)) for one in value) + "}"
    return field.get_prep_value(value) if isinstance(field, models.TextField) else value


def _arrays(fields: "Mapping[str, models.Field[Any, Any]]", columns: Columns) -> tuple[str, list[list[Any]]]:
    kinds = ["text" if isinstance(fields[name], ArrayField) else _type(fields[name]) for name in columns]
    sql = ", ".join(f"%s::{kind}[]" for kind in kinds)
    return sql, [[_value(fields[name], value) for value in values] for name, values in columns.items()]


def _run(sql: str, parameters: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)
