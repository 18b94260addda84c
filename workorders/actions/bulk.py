"""One move of many orders at once: each is checked and moved alone; what is refused is kept with its reason."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from workorders.models import BulkMove, WorkOrder
from workorders.states import Move
from workorders.workflow import InvalidMove

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
    outcome = move_each(action, chosen, actor=actor, arguments=arguments, now=now)
    record.moved, record.refused = outcome.moved, outcome.refused
    record.finished_at = timezone.now()
    record.save(update_fields=["moved", "refused", "finished_at"])
    return record


def move_each(
    action: Callable[..., WorkOrder],
    chosen: Versions,
    *,
    actor: User,
    arguments: Mapping[str, Any],
    now: dt.datetime | None = None,
) -> Outcome:
    """Call a single order's action for each order, in a transaction of its own; the most urgent first."""
    outcome = Outcome()
    for pk, number in _numbers(chosen, actor):
        try:
            action(pk, actor=actor, version=chosen[pk], now=now, **arguments)
        except (InvalidMove, PermissionDenied, ValidationError) as refusal:
            outcome.refused.append((pk, number, said(refusal)))
        else:
            outcome.moved.append((pk, number))
    return outcome


def _numbers(chosen: Versions, actor: User) -> Sequence[tuple[int, str]]:
    seen = WorkOrder.objects.visible_to(actor).filter(pk__in=chosen).most_urgent_first()
    return list(seen.values_list("pk", "number"))


def said(refusal: Exception) -> str:
    """Say why an order was refused, in the reader's words."""
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
