"""One receiver's turn in a worker: read on, send, write down, until nothing is due or it needs a rest.

What was sent but not yet written down when a worker died is sent again with the same id (docs/webhooks.md).
"""

import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from gateway import actions, backoff, outcomes, payloads, stream
from gateway.models import Delivery, Receiver
from gateway.outcomes import Outcome
from gateway.signing import headers_for
from gateway.states import DeliveryState
from gateway.transport import Link
from workorders.models import Event

LEASE = dt.timedelta(seconds=60)
BATCH = 50
WRITE_AFTER_S = 0.5
"""Results are written down at least so often, and after each batch and each failure."""
SLOW_S = 0.2


class Shift:
    """How long the turns of one run last. `settled` is how far marks may move (gateway/stream.py)."""

    def __init__(self, seconds: float, settled: int | None) -> None:
        self.until, self.settled = time.monotonic() + seconds, settled
        self._asking: dict[int, float] = {}

    def is_over(self) -> bool:
        """Say whether the time is up. While another thread still waits for a slow receiver's answer the run could not
        end anyway, so the quick ones go on."""
        now = time.monotonic()
        if now < self.until:
            return False
        if now > self.until + settings.WEBHOOK_TIMEOUT_S:
            return True
        return not any(now - since > SLOW_S for since in list(self._asking.values()))

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Mark a request under way."""
        thread = threading.get_ident()
        self._asking[thread] = time.monotonic()
        try:
            yield
        finally:
            self._asking.pop(thread, None)


class Turn:
    """One receiver, served by one worker until nothing is due, the time is over, or the receiver needs a rest."""

    def __init__(self, receiver: Receiver, shift: Shift) -> None:
        self.receiver, self.shift = receiver, shift
        self.tally: Counter[str] = Counter()
        self.done: list[tuple[Delivery, Outcome]] = []
        self.written_at = time.monotonic()
        self.is_over = False

    def serve(self) -> None:
        self.link = Link(self.receiver.url)
        self.keys = Receiver.objects.get(pk=self.receiver.pk).keys(timezone.now())
        try:
            while not self.is_over and not self.shift.is_over():
                batch = self._next_batch()
                if not batch:
                    break
                self._send(batch)
                self._write()
        finally:
            self.link.close()
        self._leave(timezone.now())

    def put_off(self) -> None:
        """Let the receiver go after a fault of our own, without what was not written down."""
        self._leave(timezone.now() + backoff.delay(1, backoff.RECEIVER))

    def _next_batch(self) -> list[Delivery]:
        """Return the next deliveries, with more read from the history when these run short."""
        size = 1 if backoff.is_failing(self.receiver.failures) else BATCH
        batch = self._due(size)
        if len(batch) < size and stream.top_up(self.receiver.pk, self.shift.settled):
            batch = self._due(size)
        return batch

    def _due(self, size: int) -> list[Delivery]:
        due = list(Delivery.objects.filter(receiver=self.receiver.pk).to_send(timezone.now())[:size])
        ids = [delivery.event_id for delivery in due]
        events = payloads.with_facts(Event.objects.all()).in_bulk(ids)
        for delivery in due:
            delivery.event = events[delivery.event_id]
        return due

    def _send(self, batch: list[Delivery]) -> None:
        put_off: set[int] = set()
        for delivery in batch:
            if self.is_over or self.shift.is_over():
                return
            if delivery.order_id in put_off:
                continue
            outcome = self._send_one(delivery)
            self.done.append((delivery, outcome))
            if outcome.state == DeliveryState.FAILED:
                put_off.add(delivery.order_id)
            if outcome.failure or time.monotonic() - self.written_at > WRITE_AFTER_S:
                self._write()

    def _send_one(self, delivery: Delivery) -> Outcome:
        now = timezone.now()
        if delivery.event.order.is_confidential:
            return outcomes.withheld(now, delivery.attempts)
        body = payloads.body(payloads.payload(delivery.event))
        with self.shift.asking():
            answer = self.link.post(body, headers_for(self.keys, now, body))
        return outcomes.decide(answer, delivery.attempts, self.receiver.failures, timezone.now())

    @transaction.atomic
    def _write(self) -> None:
        """Write down what came of the last ones, and renew the lease; the turn is over when somebody else has it."""
        done, self.done, self.written_at = self.done, [], time.monotonic()
        outcomes.record(done)
        self.tally.update(outcome.state for _, outcome in done)
        now = timezone.now()
        held = Receiver.objects.select_for_update().without_secrets().filter(pk=self.receiver.pk).first()
        if held is None:
            self.is_over = True
            return
        was_running = held.paused_at is None
        for _, outcome in done:
            outcomes.apply(held, outcome)
        held.leased_until = now + LEASE if held.lease == self.receiver.lease else held.leased_until
        held.save(update_fields=[*outcomes.FIELDS, "leased_until"])
        if was_running and held.paused_at is not None:
            actions.tell_of_pause(held, now)
        self.is_over = held.paused_at is not None or held.next_at > now or held.lease != self.receiver.lease
        self.receiver = held

    def _leave(self, moment: dt.datetime) -> None:
        """Give the lease back, unless it is another's by now."""
        mine = Receiver.objects.filter(pk=self.receiver.pk, lease=self.receiver.lease)
        mine.update(lease=None, leased_until=None, next_at=Greatest(F("next_at"), moment))
