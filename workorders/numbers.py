"""Order numbers: district (6) + day (8) + source letter + running number (5), as in DOMAIN.md §5.4."""

import datetime as dt
from collections.abc import Mapping

from django.db import connection
from django.utils import timezone

from grids.models import Grid
from workorders.states import Source


def take(district: Grid, source: Source, at: dt.datetime) -> str:
    """Return the next number of the local day and source; the row stays locked until the transaction ends."""
    return take_many(f"{district.code[:6]}{timezone.localdate(at):%Y%m%d}{source.letter}", 1)[0]


def take_many(prefix: str, count: int) -> list[str]:
    """Take `count` numbers in a row of one prefix."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO workorders_numbersequence (prefix, last) VALUES (%s, %s)
            ON CONFLICT (prefix) DO UPDATE SET last = workorders_numbersequence.last + excluded.last
            RETURNING last
            """,
            [prefix, count],
        )
        last: int = cursor.fetchone()[0]
    return [f"{prefix}{number:05d}" for number in range(last - count + 1, last + 1)]


def take_each(counts: Mapping[str, int]) -> dict[str, list[str]]:
    """Take numbers of several prefixes at once, so many of each: one statement for a whole import."""
    if not counts:
        return {}
    prefixes = sorted(counts)  # always in the same order, so that two imports cannot wait for each other
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO workorders_numbersequence (prefix, last) SELECT * FROM unnest(%s::text[], %s::int[])
            ON CONFLICT (prefix) DO UPDATE SET last = workorders_numbersequence.last + excluded.last
            RETURNING prefix, last
            """,
            [prefixes, [counts[prefix] for prefix in prefixes]],
        )
        lasts: dict[str, int] = dict(cursor.fetchall())
    return {
        prefix: [f"{prefix}{number:05d}" for number in range(lasts[prefix] - counts[prefix] + 1, lasts[prefix] + 1)]
        for prefix in prefixes
    }
