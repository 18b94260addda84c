"""Reopening (重办): a closed order goes back to who answers for it, as often and as long as its row allows."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from grids.models import Unit
from grids.roles import Permission
from workorders import ends, followers, people
from workorders.actions.handling import send_to
from workorders.actions.moving import Turn, accountable_people, begin, finish, tell, unit_people
from workorders.clocks import level_of
from workorders.models import Escalation, WorkOrder
from workorders.states import Move, ReopenReason, Stage, State
from workorders.succession import who_takes_it_back
from workorders.workflow import InvalidMove


@transaction.atomic
def reopen(
    order: WorkOrder | int,
    *,
    actor: User | None,
    reason: str,
    note: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Bring a closed order back to work, for a reason from the list.

    It goes to the accountable unit, else to the level that answers for it, else to who handled it or their successor.
    Handling starts anew; the whole clock runs on, and the time since the closing is a pause in it. Every level that it
    had climbed to confirms anew. Reporter and followers are told; the rating stays in the history.
    """
    turn = begin(order, Move.REOPEN, actor=actor, version=version, now=now)
    refused = ends.why_not(turn.order, Move.REOPEN, turn.clocks, turn.now)
    if refused is not None:
        raise InvalidMove(refused)
    if reason not in ReopenReason.values:
        raise ValidationError({"reason": _("Choose the reason from the list.")})
    if not note.strip():
        raise ValidationError({"note": _("Give the reason.")})
    item = turn.order
    user_id, unit_id = _receiver(item, turn.now)
    item.reopen_count += 1
    item.finished_at = None
    details = {"rating": item.rating, "closing_kind": item.closing_kind}
    item.rating, item.closing_kind, item.result, item.answer = None, "", "", ""
    item.is_reply_due = bool(item.profile)
    item.holder_id = _level(item)
    Escalation.objects.filter(order=item).update(struck_off_at=None, struck_off_by=None)
    whole = turn.clocks.resume(item, Stage.WHOLE, turn.now)
    item.whole_due_at = whole.due_at if whole is not None else None
    if unit_id is None:
        item.lead_unit_id = None
    if user_id is None and unit_id is None:
        _wait_for_dispatch(turn, reason, note, details)
    else:
        send_to(turn, Move.REOPEN, user_id=user_id, unit_id=unit_id, note=note, reason=reason, details=details)
    having = {item.assignee_id} if unit_id is None else set(unit_people(turn))  # they were given it a moment ago
    tell(turn, "order_reopened", {item.reporter_id, *accountable_people(item, turn.now)} - having)
    followers.tell_followers(turn, "order_followed_reopened")
    return item


def _wait_for_dispatch(turn: Turn, reason: str, note: str, details: dict[str, Any]) -> None:
    """Nobody of those who answered for it is left: whoever dispatches there decides."""
    order = turn.order
    holder_id, able = people.nearest(order, order.holder_id, Permission.DISPATCH, turn.now)
    turn.hand_to(holder_id=holder_id)
    turn.to(State.FILED)
    turn.clocks.start(order, Stage.DISPATCH, turn.now, level_of(order, holder_id))
    finish(turn, Move.REOPEN, reason=reason, note=note, details=details)
    tell(turn, "order_to_dispatch", able)


def _receiver(order: WorkOrder, now: dt.datetime) -> tuple[int | None, int | None]:
    """Return the person or the unit that takes it: (user, unit)."""
    for unit_id in (order.accountable_unit_id, None if order.accountable_node_id else order.lead_unit_id):
        if unit_id is not None and _is_there(unit_id, now):
            return None, unit_id
    if order.accountable_node_id is not None:
        able = accountable_people(order, now)
        if able:
            return (order.handler_id if order.handler_id in able else able[0]), None
    heir = who_takes_it_back(order, now)
    return (None, order.lead_unit_id) if heir.is_pool else (heir.user_id, None)


def _is_there(unit_id: int, now: dt.datetime) -> bool:
    return Unit.objects.active().filter(pk=unit_id).exists() and bool(people.of_units([unit_id], now).get(unit_id))


def _level(order: WorkOrder) -> int:
    """Return the node that the order lies with while it is worked on again."""
    for node_id in (order.accountable_node_id, order.dispatched_from_id):
        if node_id is not None and node_id in order.path_ids:
            return node_id
    return order.grid_id
