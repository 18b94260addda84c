"""Where the counts come from: one module for each thing that is counted, all of one shape.

A source says which facts it counts of a stretch of days, as querysets over the app's own models, and which days a new
stretch of that app's history touches. `insights/rolling.py` does the rest: the same queries make a rebuild, a refresh
and the nightly check.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from grids.models import Grid


@dataclass(frozen=True)
class Span:
    """Days of a district to count, both inclusive, as far as they have gone by `now`."""

    district: Grid
    first: dt.date
    last: dt.date
    now: dt.datetime


@dataclass(frozen=True)
class Statement:
    """A query that querysets cannot say."""

    sql: str
    given: Sequence[Any]


@dataclass(frozen=True)
class Raw:
    """What a count adds up, one row for each: the moment that decides the day, and expressions of place and key."""

    rows: QuerySet[Any, Any]
    at: str
    place: Any
    key: Any


@dataclass(frozen=True)
class Facts:
    """One count: rows with the columns place (a node's key), unit (a unit's key or NULL), day, key, count, total."""

    measure: str
    rows: "QuerySet[Any, Any] | Statement"
    raw: Raw | None = None
    """The same rows before they are added up: the list behind a number shows them."""

    def statement(self) -> tuple[str, Sequence[Any]]:
        if isinstance(self.rows, Statement):
            return self.rows.sql, self.rows.given
        sql, given = self.rows.query.sql_with_params()
        return sql, given


SETTLED = dt.timedelta(minutes=15)
"""No transaction of the product lasts longer; what a mark of that age had not seen is not coming."""


@dataclass(frozen=True)
class Since:
    """Up to where a history had been read, and when that was."""

    last_id: int
    at: dt.datetime


@dataclass(frozen=True)
class History:
    """An append-only table whose new rows say that something changed."""

    name: str
    """What `Mark` remembers it by."""
    last_id: Callable[[Grid, dt.datetime | None], int]
    """The newest row, or the newest that was written before a moment; 0 without any."""
    touched: Callable[[Grid, Since], set[dt.date]]
    """The days whose counts the rows after this one may change."""


@dataclass(frozen=True)
class Source:
    """What is counted of one thing, always together; a day is counted for it where one of its histories touched it."""

    measures: Sequence[str]
    facts: Callable[[Span], Iterable[Facts]]
    """One for each of the measures."""
    histories: Sequence[History]
    first_day: Callable[[Grid], dt.date | None]
    """The first day on which there is anything to count."""
