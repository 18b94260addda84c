"""Order numbers: district (6) + day (8) + source letter + running number (5), as in DOMAIN.md §5.4."""

import datetime as dt

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
