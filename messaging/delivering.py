"""Deliver what is due, from any number of workers at once.

A worker takes a batch of one way under a lease, commits that, and only then speaks to the gateway; each outcome is
written down at once. What a killed worker had under way is taken up when its lease runs out and sent again with the
same uuid: once more rather than never. A gateway that is out of reach stops its way, not the other ones, and counts
against no message, so that an outage of any length loses nothing.
"""

import datetime as dt
import logging
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction
from django.utils import timezone

from messaging import outcomes, ways
from messaging.models import Message, WayHealth
from messaging.states import Failure, MessageState, Way
from messaging.ways import Carrier, Letter, Receipt

logger = logging.getLogger(__name__)
LEASE = dt.timedelta(minutes=3)
BATCH = 20
"""Held at once; with the time that a gateway is given to answer, a batch ends well before its lease."""


def run(seconds: float = 10.0) -> Counter[str]:
    """Serve every way that has something due, side by side, for about so long; returns how many ended in each state."""
    until = time.monotonic() + seconds
    due = [way for way in Way if Message.objects.due(way, timezone.now()).exists()]
    if len(due) < 2:
        return _serve(due[0], until) if due else Counter()
    tally: Counter[str] = Counter()
    with ThreadPoolExecutor(len(due), thread_name_prefix="messaging") as pool:
        for future in [pool.submit(_serve_beside, way, until) for way in due]:
            tally += future.result()
    return tally


def _serve_beside(way: Way, until: float) -> Counter[str]:
    """Serve in a thread, whose connection to the database is its own."""
    try:
        return _serve(way, until)
    finally:
        connection.close()


def _serve(way: Way, until: float) -> Counter[str]:
    tally: Counter[str] = Counter()
    carrier = ways.carrier(way)
    try:
        while time.monotonic() < until and (batch := claim(way)):
            done = _send(batch, carrier, until)
            tally.update(done)
            if len(done) < len(batch) or MessageState.WAITING in done:
                break
    except Exception:
        logger.exception("Sending messages by %s failed.", way)
    finally:
        if carrier is not None:
            carrier.close()
    return tally


@transaction.atomic
def claim(way: str) -> list[Message]:
    """Take the lease of what is due by this way; nothing while the way rests, a single probe while it is failing."""
    health, _ = WayHealth.objects.get_or_create(way=way)
    now = timezone.now()
    if health.next_at > now:
        return []
    size = 1 if health.failures else BATCH
    batch = list(Message.objects.due(way, now).select_for_update(skip_locked=True, of=("self",))[:size])
    lease, until = uuid.uuid4(), now + LEASE
    Message.objects.filter(pk__in=[message.pk for message in batch]).update(lease=lease, leased_until=until)
    for message in batch:
        message.lease, message.leased_until = lease, until
    return batch


def _send(batch: list[Message], carrier: Carrier | None, until: float) -> list[MessageState]:
    """Send one after the other until the way fails or the time is over; the rest is given back untried."""
    states: list[MessageState] = []
    for message in batch:
        if time.monotonic() > until:
            break
        receipt = _receipt(message, carrier)
        states.append(outcomes.record(message, receipt, carrier.name if carrier else "", timezone.now()))
        if states[-1] == MessageState.WAITING:
            break
    outcomes.give_back(batch[len(states) :])
    return states


def _receipt(message: Message, carrier: Carrier | None) -> Receipt:
    if carrier is None:
        return Receipt(Failure.NOT_SET_UP)
    try:
        return carrier.send(Letter(message.uuid, message.address, message.subject, message.body))
    except Exception as error:
        # The class alone: its words may quote the message.
        logger.error("Sending message %s failed: %s", message.pk, type(error).__name__)
        return Receipt(Failure.FAULT)
