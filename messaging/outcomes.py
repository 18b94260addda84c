"""What a gateway's answer means for the message and for the way, written down in one transaction."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from accounts import notices
from grids.models import Grid, Kind
from grids.roles import Permission
from messaging import backoff, purposes, words
from messaging.models import Message, WayHealth
from messaging.states import Failure, MessageState
from messaging.ways import Receipt
from workorders import people

LIST = "/messages/"


@transaction.atomic
def record(message: Message, receipt: Receipt, carried_by: str, now: dt.datetime) -> MessageState:
    """Write down what came of a try; leaves the row alone where somebody else has its lease by now.

    Returns WAITING where it was the way that failed: then the attempt does not count.
    """
    held = Message.objects.select_for_update(of=("self",)).without_content().filter(pk=message.pk, lease=message.lease)
    kept = held.first()
    state = _state(message, receipt)
    if kept is not None:
        _apply(kept, receipt, state, now)
        kept.carried_by = carried_by if state == MessageState.SENT else ""
        kept.save(update_fields=FIELDS)
        if state in {MessageState.SENT, MessageState.GIVEN_UP}:
            purposes.tell(kept, now)
    _note_health(message.way, receipt, now)
    return state


FIELDS = [
    *("state", "attempts", "next_at", "tried_at", "sent_at", "carried_by", "provider_id", "failure", "code"),
    *("lease", "leased_until"),
]


def _state(message: Message, receipt: Receipt) -> MessageState:
    if receipt.failure is None:
        return MessageState.SENT
    if backoff.is_about_the_way(receipt.failure):
        return MessageState.WAITING
    given_up = backoff.is_given_up(receipt.failure, message.attempts + 1)
    return MessageState.GIVEN_UP if given_up else MessageState.FAILED


def _apply(kept: Message, receipt: Receipt, state: MessageState, now: dt.datetime) -> None:
    kept.state, kept.tried_at, kept.lease, kept.leased_until = state, now, None, None
    kept.failure, kept.code = receipt.failure or "", receipt.code[:20]
    kept.provider_id = receipt.provider_id[:80]
    kept.sent_at = now if state == MessageState.SENT else None
    if state != MessageState.WAITING:
        kept.attempts += 1
    if state == MessageState.FAILED:
        kept.next_at = now + backoff.message_pause(kept.attempts)


def _note_health(way: str, receipt: Receipt, now: dt.datetime) -> None:
    """Bring the way's own state in step; tell its administrators once when it has failed for long."""
    health = WayHealth.objects.select_for_update().get(way=way)
    if receipt.failure is None or not backoff.is_about_the_way(receipt.failure):
        health.failures, health.failing_since, health.last_failure, health.told_at = 0, None, "", None
        health.last_sent_at = now if receipt.failure is None else health.last_sent_at
        health.save()
        return
    health.failures += 1
    health.failing_since = health.failing_since or now
    health.last_failure = receipt.failure
    health.next_at = max(health.next_at, now + backoff.way_pause(health.failures, receipt.retry_after))
    if health.told_at is None and _is_worth_telling(health, receipt.failure, now):
        health.told_at = now
        _tell(health, now)
    health.save()


def _is_worth_telling(health: WayHealth, failure: Failure, now: dt.datetime) -> bool:
    """What nobody but an administrator mends is told at once; an outage when it lasts."""
    if failure in {Failure.NOT_SET_UP, Failure.ACCESS, Failure.BLOCKED}:
        return True
    return health.failing_since is not None and now - health.failing_since >= backoff.TELL_AFTER


def _tell(health: WayHealth, now: dt.datetime) -> None:
    districts = Grid.objects.filter(kind=Kind.DISTRICT).values_list("pk", flat=True)
    keepers = people.at_nodes(list(districts), Permission.MANAGE_RECEIVERS, now)
    told = {person for found in keepers.values() for person in found}
    notices.send(sorted(told), words.way_down(health.way), {}, LIST, now=now)


def give_back(messages: Sequence[Message]) -> None:
    """Let go what was not tried."""
    for message in messages:
        Message.objects.filter(pk=message.pk, lease=message.lease).update(lease=None, leased_until=None)
