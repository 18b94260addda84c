"""The history as a stream that can be read on from a mark without missing what commits late.

An event's id is given when it is written, and the transaction that wrote it may commit after one that wrote a later
id. So a mark only moves up to an id below which nothing can appear any more: whoever is writing holds a lock on the
table from before the id was drawn until after the commit shows, and PostgreSQL lists these locks.
"""

import time
from collections.abc import Callable

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from accounts import bulk
from gateway.models import Delivery, Receiver
from workorders.models import Event

WRITERS = """
    SELECT virtualtransaction FROM pg_locks
    WHERE locktype = 'relation' AND relation = %s::regclass AND mode = 'RowExclusiveLock' AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND pid <> pg_backend_pid()
"""
PATIENCE_S = 0.5
POLL_S = 0.02
CHUNK = 1000


def settled_upto(patience_s: float = PATIENCE_S, sleep: Callable[[float], None] = time.sleep) -> int | None:
    """Return an id up to which every event that will ever be there can be read by a statement that begins now.

    None when somebody who was writing when we began has not finished within the patience (seconds).
    """
    newest = Event.objects.aggregate(newest=Max("id"))["newest"] or 0
    writing = _writers()
    deadline = time.monotonic() + patience_s
    while writing:
        if time.monotonic() >= deadline:
            return None
        sleep(POLL_S)
        writing &= _writers()
    return int(newest)


def _writers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(WRITERS, [Event._meta.db_table])
        return {row[0] for row in cursor.fetchall()}


def wanted_by(receiver: Receiver) -> QuerySet[Event]:
    """Return the events that this receiver is ever told of: its district's, its moves, no confidential orders'."""
    events = Event.objects.filter(district=receiver.district_id, order__is_confidential=False)
    if receiver.kinds:
        events = events.filter(order__kind__in=receiver.kinds)
    return events.filter(move__in=receiver.moves) if receiver.moves else events


def unread_by(receiver: Receiver) -> QuerySet[Event]:
    """Return the wanted events past the receiver's mark that have no delivery yet."""
    known = Delivery.objects.filter(receiver=receiver.pk, event=OuterRef("pk"))
    return wanted_by(receiver).filter(~Exists(known), id__gt=receiver.read_upto)


@transaction.atomic
def top_up(receiver_id: int, settled: int | None) -> int:
    """Make deliveries of the next unread events; returns how many.

    Reads what is there, settled or not, but moves the mark only as far as is settled; what is read again is not made
    again. Concurrent calls for one receiver go one after the other.
    """
    receiver = Receiver.objects.select_for_update().without_secrets().get(pk=receiver_id)
    found = list(unread_by(receiver).order_by("id").values_list("id", "order_id")[:CHUNK])
    made = bulk.insert(
        Delivery,
        {"event_id": [pk for pk, _ in found], "order_id": [order for _, order in found]},
        {"receiver_id": receiver.pk},
        ignore_conflicts=True,
    )
    if settled is not None:
        mark = min(settled, found[-1][0]) if len(found) == CHUNK else settled
        if mark > receiver.read_upto:
            Receiver.objects.filter(pk=receiver.pk).update(read_upto=mark)
    return made
