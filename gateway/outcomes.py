"""What an answer means for the delivery and for its receiver, and writing it down."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from accounts import bulk
from gateway import backoff
from gateway.models import Delivery, Receiver
from gateway.states import DeliveryState, Failure, PauseReason
from gateway.transport import Answer


@dataclass(frozen=True)
class Outcome:
    state: DeliveryState
    attempts: int
    next_at: dt.datetime
    tried_at: dt.datetime
    status: int | None = None
    failure: Failure | None = None
    duration_ms: int | None = None
    retry_after: dt.timedelta | None = None


def decide(answer: Answer, attempts: int, failures: int, now: dt.datetime) -> Outcome:
    """Say how a delivery stands after this answer: no database.

    `attempts` were made before, `failures` on end the receiver had before. While a receiver is failing as a whole a
    try does not count against the delivery: an outage, however long, gives nothing up.
    """
    duration = round(answer.seconds * 1000)
    if answer.failure is None:
        return Outcome(DeliveryState.SENT, attempts + 1, now, now, answer.status, None, duration)
    made = attempts if backoff.is_failing(failures) else attempts + 1
    pause = None
    if answer.retry_after is not None:
        pause = min(dt.timedelta(seconds=answer.retry_after), backoff.LONGEST_ASKED)
    given_up = backoff.is_given_up(made) and answer.failure != Failure.GONE
    state = DeliveryState.DEAD if given_up else DeliveryState.FAILED
    next_at = now + max(backoff.delay(max(made, 1), backoff.DELIVERY), pause or dt.timedelta())
    return Outcome(state, made, next_at, now, answer.status, answer.failure, duration, pause)


def withheld(now: dt.datetime, attempts: int) -> Outcome:
    """Say that this one stays in the house."""
    return Outcome(DeliveryState.WITHHELD, attempts, now, now)


def record(done: Sequence[tuple[Delivery, Outcome]]) -> None:
    """Write the outcomes to the deliveries: one statement."""
    outcomes = [outcome for _, outcome in done]
    bulk.update(
        Delivery,
        [delivery.pk for delivery, _ in done],
        {
            "state": [outcome.state.value for outcome in outcomes],
            "attempts": [outcome.attempts for outcome in outcomes],
            "next_at": [outcome.next_at for outcome in outcomes],
            "tried_at": [outcome.tried_at for outcome in outcomes],
            "status": [outcome.status for outcome in outcomes],
            "failure": [outcome.failure.value if outcome.failure else "" for outcome in outcomes],
            "duration_ms": [outcome.duration_ms for outcome in outcomes],
        },
    )


FIELDS = ["failures", "failing_since", "last_failure", "last_sent_at", "next_at", "paused_at", "pause_reason"]
"""What `apply` may change."""


def apply(receiver: Receiver, outcome: Outcome) -> None:
    """Bring the receiver's own state in step with one outcome; saves nothing."""
    now = outcome.tried_at
    if outcome.state == DeliveryState.WITHHELD:
        return
    if outcome.failure is None:
        receiver.failures, receiver.failing_since, receiver.last_failure = 0, None, ""
        receiver.last_sent_at = now
        return
    receiver.failures += 1
    receiver.failing_since = receiver.failing_since or now
    receiver.last_failure = outcome.failure
    if backoff.rests(outcome.failure, receiver.failures):
        receiver.next_at = max(receiver.next_at, now + backoff.delay(receiver.failures, backoff.RECEIVER))
    if outcome.retry_after is not None:
        receiver.next_at = max(receiver.next_at, now + outcome.retry_after)
    if receiver.paused_at is None and (reason := _pauses(receiver, outcome, now)):
        receiver.paused_at, receiver.pause_reason = now, reason


def _pauses(receiver: Receiver, outcome: Outcome, now: dt.datetime) -> PauseReason | None:
    if outcome.failure == Failure.GONE:
        return PauseReason.GONE
    if receiver.failing_since is not None and now - receiver.failing_since >= backoff.PAUSE_AFTER:
        return PauseReason.FAILING
    return None
