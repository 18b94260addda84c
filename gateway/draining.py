"""Deliver what is due, from any number of threads and processes at once.

A receiver is served by one worker at a time: it holds a lease, which it renews while it works and which runs out when
it is killed. So a receiver's deliveries leave in the order of the moves, and one that is dead or slow holds up its
own thread for a moment and nobody else's.
"""

import datetime as dt
import logging
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction
from django.utils import timezone

from gateway import stream
from gateway.models import Receiver
from gateway.turns import LEASE, Shift, Turn

logger = logging.getLogger(__name__)
THREADS = 16


def run(seconds: float = 5.0, threads: int = THREADS) -> Counter[str]:
    """Serve every receiver whose turn has come, for about so long; returns how many deliveries ended in each state.

    A receiver with more than fits is taken up again by the next run.
    """
    began = timezone.now()
    tally: Counter[str] = Counter()
    working = min(threads, Receiver.objects.due(began).count())
    if not working:
        return tally
    shift = Shift(seconds, stream.settled_upto())
    with ThreadPoolExecutor(working, thread_name_prefix="gateway") as pool:
        for future in [pool.submit(_work, began, shift) for _ in range(working)]:
            tally += future.result()
    return tally


def _work(began: dt.datetime, shift: Shift) -> Counter[str]:
    """Serve one receiver after the other, healthy ones first; each once a run."""
    tally: Counter[str] = Counter()
    try:
        while not shift.is_over() and (receiver := claim(began)) is not None:
            turn = Turn(receiver, shift)
            try:
                turn.serve()
            except Exception:
                logger.exception("Serving receiver %s failed.", receiver.pk)
                turn.put_off()
            tally += turn.tally
    finally:
        connection.close()
    return tally


@transaction.atomic
def claim(moment: dt.datetime) -> Receiver | None:
    """Take the lease of a receiver whose turn had come by this moment; None when there is no other."""
    due = Receiver.objects.due(moment).without_secrets().order_by("failures", "next_at", "id")
    receiver = due.select_for_update(skip_locked=True).first()
    if receiver is not None:
        receiver.lease, receiver.leased_until = uuid.uuid4(), timezone.now() + LEASE
        receiver.save(update_fields=["lease", "leased_until"])
    return receiver
