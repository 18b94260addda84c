"""Queries that every page asks. Django takes longer to write such a query, and PostgreSQL to plan it, than to answer
it: its text is written once, and a connection that is asked often prepares it.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from copy import copy
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from django.db import connection, models
from django.db.models.sql.compiler import SQLCompiler

from accounts import prepared

M = TypeVar("M", bound=models.Model)


class Kept(Generic[M]):
    """A query that is written once, with stand-ins, and asked with what is wanted each time.

    `make` takes the stand-ins by name and returns the query; nothing but these values may differ from one time to the
    next. A stand-in is of the type of what it stands for, and a value that the query holds nowhere else.
    """

    def __init__(self, make: "Callable[..., models.QuerySet[M, Any]]", **stand_ins: Any) -> None:
        self._make, self._stand_ins = make, stand_ins

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """Ask for the columns of a `values_list`, as the database holds them."""
        with self._asked(given) as (sql, values), connection.cursor() as cursor:
            cursor.execute(sql, values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def instances(self, **given: Any) -> list[M]:
        """Ask for instances; what the query defers is deferred. For what it selects beside them see `Joined`."""
        with self._asked(given) as (sql, values):
            return list(self._text[2]._default_manager.raw(sql, values))

    def _asked(self, given: dict[str, Any]) -> "AbstractContextManager[tuple[str, list[Any] | None]]":
        sql, parameters, _model = self._text
        return prepared.repeated(sql, parameters, {self._stand_ins[name]: value for name, value in given.items()})

    @cached_property
    def _text(self) -> tuple[str, tuple[Any, ...], type[M]]:
        query = self._make(**self._stand_ins)
        sql, parameters = query.query.sql_with_params()
        return sql, parameters, query.model


class Joined(Kept[M]):
    """A kept query whose instances bring what it selects beside them (`select_related`, annotations).

    It keeps what wrote it, which is many times the size of its text: for queries that are the same for everybody.
    """

    def instances(self, **given: Any) -> list[M]:
        """Ask for instances with what the query selects beside them; what it defers is deferred."""
        written, wrote = self._written
        rows, compiler = written.all(), copy(wrote)
        compiler.connection = connection
        with self._asked(given) as asked:
            # Django's own way from rows to instances, with the text that is written already.
            compiler.as_sql = lambda *_args, **_kwargs: cast(Any, asked)  # type: ignore[method-assign]
            rows.query.get_compiler = lambda *_args, **_kwargs: compiler  # type: ignore[method-assign]
            return list(rows)

    @cached_property
    def _text(self) -> tuple[str, tuple[Any, ...], type[M]]:
        rows, compiler = self._written
        sql, parameters = compiler.as_sql()
        return sql, tuple(parameters), rows.model

    @cached_property
    def _written(self) -> "tuple[models.QuerySet[M, Any], SQLCompiler]":
        """The query set and what writes it, which has written it once and so knows its columns."""
        rows = self._make(**self._stand_ins)
        compiler = rows.query.get_compiler(connection=connection)
        compiler.as_sql()
        return rows, compiler
