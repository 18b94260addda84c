"""Who works on a batch, how far the work is, and that no two do it at once.

The lock is PostgreSQL's and lasts as long as the connection: a killed process lets go of it at once, and whoever
takes it next goes on at the batch's cursor.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.utils import timezone

from rosters.models import Batch

_BATCHES, _DISTRICTS = 20_821, 20_822
"""First keys of our advisory locks (grids/locks.py has the tree's)."""


class Stopped(Exception):
    """The batch is no longer in the state in which the work began: somebody cancelled it."""


class Taken(Exception):
    """Another process works on the batch."""


class Interrupted(Exception):
    """The database went away in the middle of the work; the batch stays as it is."""


@contextlib.contextmanager
def lock(batch_id: int) -> Iterator[None]:
    """Work on a batch alone, for as long as the block runs and the process lives. Raises Taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_BATCHES, batch_id])
        if not cursor.fetchone()[0]:
            raise Taken
    try:
        yield
    finally:
        with contextlib.suppress(Exception), connection.cursor() as cursor:  # a lost connection has lost the lock
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_BATCHES, batch_id])


def lock_district(district_id: int) -> None:
    """Let one batch at a time write into a district's registers, until the transaction ends: no deadlocks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_DISTRICTS, district_id])


def beat(batch: Batch, **values: Any) -> bool:
    """Write down how far the work is, in its own transaction; False: somebody ended the batch meanwhile."""
    values["heartbeat_at"] = timezone.now()
    for name, value in values.items():
        setattr(batch, name, value)
    return bool(Batch.objects.filter(pk=batch.pk, state=batch.state).update(**values))
