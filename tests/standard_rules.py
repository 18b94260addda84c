"""The standard rules of one more district: made by `load_rules` once in a process, after that copied row by row.

Reading the files and making 230 objects of them takes 50 ms, and nearly every test about orders has such a district.
"""

import datetime as dt

from django.db import connection
from django.db.models import Model

from grids.models import Grid
from workorders import category_options
from workorders.models import Category, EscalationStep, Limit
from workorders.rules_data import load_rules

_kept: dict[type[Model], str] = {}
"""The rows of each table in PostgreSQL's own JSON."""


def give_rules(district: Grid, begins: dt.datetime) -> None:
    """Give a new district the standard rules, which hold from this moment."""
    if Category.objects.exists():
        load_rules(district, valid_from=begins)
    elif not _kept:
        load_rules(district, valid_from=begins)
        _kept.update({model: _rows(model) for model in (Category, Limit, EscalationStep)})
    else:
        shift = _ids_for_categories()
        ruled = {"district_id": "%(district)s", "valid_from": "%(begins)s"}
        _copy(Category, {"id": "id + %(shift)s", "parent_id": "parent_id + %(shift)s"}, {"shift": shift})
        values = {"shift": shift, "district": district.pk, "begins": begins}
        _copy(Limit, ruled | {"category_id": "category_id + %(shift)s"}, values)
        _copy(EscalationStep, ruled, values)
        category_options.forget()


def _rows(model: type[Model]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT json_agg(made ORDER BY id)::text FROM {model._meta.db_table} made")  # noqa: S608 - ours
        rows: str = cursor.fetchone()[0]
    return rows


def _ids_for_categories() -> int:
    """Reserve as many numbers as the kept rows had; returns how far theirs must be moved."""
    sequence = f"pg_get_serial_sequence('{Category._meta.db_table}', 'id')"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT nextval({sequence}) - min((row->>'id')::bigint), max((row->>'id')::bigint) "  # noqa: S608 - ours
            "FROM json_array_elements(%s) row",
            [_kept[Category]],
        )
        shift, high = cursor.fetchone()
        cursor.execute(f"SELECT setval({sequence}, %s)", [shift + high])
    return int(shift)


def _copy(model: type[Model], other: dict[str, str], values: dict[str, object]) -> None:
    """Put the kept rows of a table there again, but for these columns."""
    names = [field.column for field in model._meta.concrete_fields if field.column != "id" or "id" in other]
    taken = ", ".join(other.get(name, name) for name in names)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}) "  # noqa: S608 - our own names
            f"SELECT {taken} FROM json_populate_recordset(NULL::{table}, %(rows)s) kept ORDER BY kept.id",
            values | {"rows": _kept[model]},
        )
