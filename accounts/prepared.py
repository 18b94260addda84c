"""Statements that come again on a connection are prepared there: PostgreSQL reads and plans them once.

What differs from one time to the next is a parameter; all else stands in the text, so that the plan is as good as that
of a statement asked once (docs/adr/0018).
"""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DatabaseError, connection
from psycopg2.extensions import AsIs

TIMES = 3
"""How often a connection is asked the same before it is worth preparing."""
MOST = 200
"""Statements that one connection keeps; more are asked as they are."""


@dataclass(frozen=True)
class Prepared:
    """A statement that a connection knows by a name; `stand_ins` are its parameters, in their order."""

    name: str
    stand_ins: tuple[Any, ...]

    @property
    def execution(self) -> str:
        return f"EXECUTE {self.name}" + (f"({', '.join(['%s'] * len(self.stand_ins))})" if self.stand_ins else "")

    def values(self, given: Mapping[Any, Any]) -> list[Any] | None:
        return [given[one] for one in self.stand_ins] or None


_known: "WeakKeyDictionary[Any, dict[Any, int | Prepared]]" = WeakKeyDictionary()
"""By connection and statement: how often it was asked there, or as what it is prepared."""
_numbers = itertools.count(1)


@contextmanager
def repeated(sql: str, parameters: tuple[Any, ...], given: Mapping[Any, Any]) -> Iterator[tuple[str, list[Any] | None]]:
    """Give what to execute, and with which values, for a statement that comes again.

    `given` has the value of each stand-in among the parameters. A statement that fails is forgotten.
    """
    connection.ensure_connection()
    known, key = _known.setdefault(connection.connection, {}), (sql, parameters)
    found = known.get(key, 0)
    plain = sql, [given.get(value, value) for value in parameters]
    if not found and len(known) >= MOST:
        _make_room(known)
    if not found and len(known) >= MOST:
        yield plain
        return
    try:
        if isinstance(found, Prepared):
            yield found.execution, found.values(given)
        elif found < TIMES:
            yield plain
            known[key] = found + 1
        else:
            made = Prepared(f"repeated_{next(_numbers)}", tuple(one for one in given if one in parameters))
            yield f"{_preparation(made, sql, parameters)}; {made.execution}", made.values(given)
            known[key] = made
    except DatabaseError:
        known.pop(key, None)
        raise


def _make_room(known: dict[Any, int | Prepared]) -> None:
    """Forget what was not asked often enough to be prepared: it costs the server nothing to begin anew with it."""
    for key in [key for key, found in known.items() if not isinstance(found, Prepared)]:
        del known[key]


def _preparation(made: Prepared, sql: str, parameters: tuple[Any, ...]) -> str:
    numbers = {stand_in: AsIs(f"${number}") for number, stand_in in enumerate(made.stand_ins, start=1)}
    with connection.cursor() as cursor:
        text = cursor.mogrify(sql, [numbers.get(one, one) for one in parameters]).decode()
    if made.stand_ins:
        text = text.replace("%", "%%")
    # A plan for the values at hand could not be kept; nothing else is prepared on our connections.
    return f"SET plan_cache_mode = force_generic_plan; PREPARE {made.name} AS {text}"
