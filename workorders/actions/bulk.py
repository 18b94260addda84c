"""One move of many orders at once: each is checked and moved alone; what is refused is kept with its reason."""

import datetime as dt
import logging
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from workorders.actions import batches
from workorders.actions.handling import dispatch_on
from workorders.models import BulkMove, WorkOrder
from workorders.states import Move
from workorders.workflow import InvalidMove

logger = logging.getLogger(__name__)
MOST = 1000
"""Orders in one bulk move; the page takes no more."""
KEPT = dt.timedelta(days=30)
"""How long a person can look up what became of a bulk move."""
Versions = Mapping[int, int | None]
"""The chosen orders by primary key, each with the version that its chooser saw, or None."""


@dataclass
class Outcome:
    """What became of each order."""

    moved: list[tuple[int, str]] = field(default_factory=list)
    refused: list[tuple[int, str, str]] = field(default_factory=list)


def make(
    move: Move,
    action: Callable[..., WorkOrder],
    chosen: Versions,
    *,
    actor: User,
    client_uuid: uuid.UUID,
    arguments: Mapping[str, Any],
    now: dt.datetime | None = None,
) -> BulkMove:
    """Make the move on each of these orders and keep what became of it.

    The same `client_uuid` again returns the first one's record and moves nothing. Orders that the actor may not see
    do not exist for them: they are left out.
    """
    moment = now or timezone.now()
    try:
        with transaction.atomic():
            record = BulkMove.objects.create(actor=actor, client_uuid=client_uuid, move=move, made_at=moment)
    except IntegrityError:
        return BulkMove.objects.get(actor=actor, client_uuid=client_uuid)
    BulkMove.objects.filter(actor=actor, made_at__lt=moment - KEPT).delete()
    outcome = move_each(move, action, chosen, actor=actor, arguments=arguments, now=now)
    record.moved, record.refused = outcome.moved, outcome.refused
    record.finished_at = timezone.now()
    record.save(update_fields=["moved", "refused", "finished_at"])
    return record


def move_each(
    move: Move,
    action: Callable[..., WorkOrder],
    chosen: Versions,
    *,
    actor: User,
    arguments: Mapping[str, Any],
    now: dt.datetime | None = None,
) -> Outcome:
    """Move each order that the actor sees, the most urgent first; batches where the move has one, else one by one."""
    numbers = _numbers(chosen, actor)
    found: dict[int, Exception | None] = {}
    make = BATCHED.get(move)
    if make is not None:
        for part in batched([pk for pk, _number in numbers], batches.SIZE):
            found |= _batch(move, make, {pk: chosen[pk] for pk in part}, actor, arguments, now or timezone.now())
    for pk, _number in numbers:
        if pk not in found:
            found[pk] = _one(action, pk, chosen[pk], actor, arguments, now)
    outcome = Outcome()
    for pk, number in numbers:
        refusal = found[pk]
        if refusal is None:
            outcome.moved.append((pk, number))
        else:
            outcome.refused.append((pk, number, said(refusal)))
    return outcome


Make = Callable[..., object]
BATCHED: dict[Move, Make] = {Move.DISPATCH: dispatch_on}
"""Moves that can be made in batches: what each makes of a turn that has begun."""


def _batch(
    move: Move, make: Make, versions: Versions, actor: User, arguments: Mapping[str, Any], now: dt.datetime
) -> dict[int, Exception | None]:
    """Return what became of the orders that the batch could decide; a batch that the database refuses decides none."""
    try:
        done = batches.move(move, versions, lambda turn: make(turn, **arguments), actor=actor, now=now)
    except DatabaseError:
        logger.exception("A batch of %s orders could not be written; they are moved one by one.", len(versions))
        return {}
    return dict.fromkeys(done.moved) | done.refused


def _one(
    action: Callable[..., WorkOrder],
    pk: int,
    version: int | None,
    actor: User,
    arguments: Mapping[str, Any],
    now: dt.datetime | None,
) -> Exception | None:
    try:
        action(pk, actor=actor, version=version, now=now, **arguments)
    except (InvalidMove, PermissionDenied, ValidationError) as refusal:
        return refusal
    return None


def batched(keys: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))


def _numbers(chosen: Versions, actor: User) -> Sequence[tuple[int, str]]:
    seen = WorkOrder.objects.visible_to(actor).filter(pk__in=chosen).most_urgent_first()
    return list(seen.values_list("pk", "number"))


def said(refusal: Exception) -> str:
    """Say why an order was refused, in the reader's words."""
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
