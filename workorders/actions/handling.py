"""Work in hand: dispatch, reassign, sign, return, submit the result."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from grids.models import Unit
from grids.roles import Permission
from workorders import people
from workorders.actions import assisting, tasks
from workorders.actions.moving import Turn, begin, finish, make_accountable, tell, unit_people
from workorders.clocks import level_of
from workorders.facts import check_result
from workorders.limits import NoLimitRow, Question
from workorders.models import PhotoKind, WorkOrder
from workorders.photos import CleanPhoto, attach
from workorders.states import Move, OrderKind, ReturnReason, Stage, State
from workorders.workflow import InvalidMove


@transaction.atomic
def dispatch(
    order: WorkOrder | int,
    *,
    actor: User | None,
    unit: Unit | None = None,
    assignee: User | None = None,
    note: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Hand a filed order to a unit or a person; whoever dispatches to themselves signs at once.

    The handling clock starts here. After a second return, or a meeting's decision, the dispatch is final: it cannot be
    returned again.
    """
    turn = begin(order, Move.DISPATCH, actor=actor, version=version, now=now)
    return dispatch_on(turn, unit=unit, assignee=assignee, note=note)


def dispatch_on(turn: Turn, *, unit: Unit | None, assignee: User | None, note: str = "") -> WorkOrder:
    """Make the dispatch of a turn that has begun: alone, or one of many (workorders/actions/batches.py)."""
    if turn.order.kind == OrderKind.TASK:
        return tasks.pass_on(turn, Move.DISPATCH, unit, assignee, note)
    _check_receiver(turn, unit, assignee)
    turn.order.is_dispatch_final = turn.order.is_dispatch_final or turn.order.return_count >= 2
    if unit is None:
        turn.order.lead_unit_id = None
    _hand_over(turn, Move.DISPATCH, unit, assignee, note)
    return turn.order


@transaction.atomic
def reassign(
    order: WorkOrder | int,
    *,
    actor: User | None,
    unit: Unit | None = None,
    assignee: User | None = None,
    note: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Take an order from one handler and give it to another; the handling clock starts anew, the whole one does not."""
    turn = begin(order, Move.REASSIGN, actor=actor, version=version, now=now)
    if turn.order.kind == OrderKind.TASK:
        return tasks.pass_on(turn, Move.REASSIGN, unit, assignee, note)
    _check_receiver(turn, unit, assignee)
    was = [turn.order.assignee_id] if turn.order.assignee_id else unit_people(turn)
    turn.clocks.stop(turn.order, turn.now, Stage.HANDLE, Stage.SIGN)
    if unit is None:
        turn.order.lead_unit_id = None
    _hand_over(turn, Move.REASSIGN, unit, assignee, note)
    having = [turn.order.assignee_id] if turn.order.assignee_id else unit_people(turn)
    tell(turn, "order_reassigned_away", set(was) - set(having))
    return turn.order


def _check_receiver(turn: Turn, unit: Unit | None, assignee: User | None) -> None:
    """Let an order go only to an active unit of the district or a person in post there."""
    if unit is None and assignee is None:
        raise ValidationError({"unit": _("Choose the unit or the person who is to handle it.")})
    if unit is not None and not (unit.is_active and turn.desk.in_district(turn.order, unit)):
        raise ValidationError({"unit": _("This unit takes no orders of this district.")})
    if assignee is not None and not turn.desk.may_handle(turn.order, assignee.pk, unit, turn.now):
        raise ValidationError({"assignee": _("This person holds no post that could handle the order.")})


def _hand_over(turn: Turn, move: Move, unit: Unit | None, assignee: User | None, note: str) -> None:
    send_to(turn, move, user_id=assignee.pk if assignee else None, unit_id=unit.pk if unit else None, note=note)
    if assignee is not None and turn.actor is not None and assignee.pk == turn.actor.pk:
        _sign(turn)


def send_to(
    turn: Turn,
    move: Move,
    *,
    user_id: int | None,
    unit_id: int | None,
    note: str = "",
    reason: str = "",
    by_system: bool = False,
    details: dict[str, Any] | None = None,
) -> None:
    """Give the order to its handler and start the clocks of handling and signing.

    A handling clock that still runs since before a return runs on; one that a climb started ends here.
    """
    order, clocks = turn.order, turn.clocks
    level = level_of(order, order.holder_id)
    clocks.stop(order, turn.now, Stage.DISPATCH, Stage.SIGN)
    running = next(iter(turn.desk.running(order, [Stage.HANDLE])), None)
    if running is not None and running.step_id is not None:
        clocks.stop(order, turn.now, Stage.HANDLE)
        running = None
    clocks.start(order, Stage.SIGN, turn.now, level, is_main=False)
    if running is None:
        clocks.start(order, Stage.HANDLE, turn.now, level)
    else:
        order.stage, order.warn_at, order.due_at = running.stage, running.warn_at, running.due_at
    order.dispatched_from_id = order.holder_id
    make_accountable(order, unit_id)
    order.dispatched_at, order.signed_at = turn.now, None
    turn.hand_to(holder_id=order.holder_id, user_id=user_id, unit_id=unit_id)
    turn.to(State.DISPATCHED)
    turn.desk.involve(order, user_id, unit_id)
    finish(turn, move, note=note, reason=reason, by_system=by_system, to_user=user_id, details=details)
    tell(turn, "order_assigned", [user_id] if user_id is not None else unit_people(turn))


@transaction.atomic
def sign(
    order: WorkOrder | int, *, actor: User | None, version: int | None = None, now: dt.datetime | None = None
) -> WorkOrder:
    """Sign for an order; the handling clock has been running since the dispatch."""
    turn = begin(order, Move.SIGN, actor=actor, version=version, now=now)
    _sign(turn)
    return turn.order


def _sign(turn: Turn) -> None:
    turn.clocks.stop(turn.order, turn.now, Stage.SIGN)
    turn.order.signed_at = turn.now
    if turn.actor is not None:
        turn.order.assignee = turn.actor
        turn.desk.involve(turn.order, turn.actor.pk, None)
    turn.to(State.IN_PROGRESS)
    finish(turn, Move.SIGN)


@transaction.atomic
def return_order(
    order: WorkOrder | int,
    *,
    actor: User | None,
    reason: str,
    note: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Hand an order back within the return window, for a reason from the list; no clock is reset.

    The first return goes to the dispatcher at hand, the second to the level above, whose dispatch is final.
    """
    turn = begin(order, Move.RETURN_ORDER, actor=actor, version=version, now=now)
    if reason not in ReturnReason.values:
        raise ValidationError({"reason": _("Choose the reason from the list.")})
    _check_window(turn)
    item = turn.order
    item.return_count += 1
    base = item.dispatched_from_id or item.holder_id
    start = base if item.return_count == 1 else people.above(item, base)
    holder_id, able = people.nearest(item, start, Permission.DISPATCH, turn.now, except_user=item.assignee_id)
    turn.clocks.stop(item, turn.now, Stage.SIGN)
    turn.hand_to(holder_id=holder_id)
    item.lead_unit_id = None
    turn.to(State.FILED)
    turn.clocks.start(item, Stage.DISPATCH, turn.now, level_of(item, holder_id), is_main=False)
    finish(turn, Move.RETURN_ORDER, reason=reason, note=note)
    tell(turn, "order_returned", able)
    return item


def _check_window(turn: Turn) -> None:
    """Refuse a return after its window (DOMAIN.md §5.3: 2 working days), where the district has such a row."""
    order = turn.order
    try:
        row = turn.clocks.book.limit(Question.about(order, Stage.RETURN, level_of(order, order.holder_id)))
    except NoLimitRow:
        return
    if order.dispatched_at is not None and turn.now > turn.clocks.calendar.add(
        order.dispatched_at, row.value, row.unit
    ):
        raise InvalidMove(_("The time in which an order may be returned is over."))


@transaction.atomic
def submit_result(
    order: WorkOrder | int,
    *,
    actor: User | None,
    result: str,
    photos: Sequence[CleanPhoto] = (),
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Say what was done, with after-photos; the handling clock stops and somebody else verifies."""
    turn = begin(order, Move.SUBMIT_RESULT, actor=actor, version=version, now=now)
    item = turn.order
    if item.kind == OrderKind.TASK:
        raise InvalidMove(_("A task is handed in by filling in what it asks."))
    if item.kind == OrderKind.ASSIST:
        return assisting.give_result(turn, result, photos)
    assisting.check_done(item)
    check_result(item.category, result, photos)
    attach(item, PhotoKind.AFTER, photos, actor)
    turn.clocks.stop(item, turn.now, Stage.HANDLE)
    item.result, item.answer = result.strip(), ""
    item.handler = actor
    holder_id, able = people.nearest(
        item, item.holder_id, Permission.VERIFY, turn.now, except_user=actor.pk if actor else None
    )
    turn.hand_to(holder_id=holder_id)
    turn.to(State.PENDING_VERIFICATION)
    turn.clocks.start(item, Stage.VERIFY, turn.now, level_of(item, holder_id))
    finish(turn, Move.SUBMIT_RESULT, note=result)
    tell(turn, "order_to_verify", able)
    return item
