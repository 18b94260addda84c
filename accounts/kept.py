"""Queries that every page asks. Django takes longer to write such a query, and PostgreSQL to plan it, than to answer
it: its text is written once, and a connection that is asked often prepares it.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models

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
        """Ask for instances; what the query defers is deferred."""
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
