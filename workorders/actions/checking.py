"""After the work: verify, strike off level by level, close, rate; and void what should not be."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from grids.roles import Permission
from workorders import followers, people
from workorders.actions import doubles
from workorders.actions.assisting import accept_result
from workorders.actions.hand_over import leave_to_dispatchers
from workorders.actions.moving import Turn, accountable_people, begin, end, finish, involve, tell, unit_people
from workorders.answers import composed
from workorders.clocks import level_of
from workorders.models import Escalation, WorkOrder
from workorders.states import ClosingKind, Move, OrderKind, Stage, State
from workorders.succession import who_takes_it_back

BEST_RATING = 5
BAD_RATING = 2
"""With so many stars or fewer whoever may reopen the order is told."""
_REFUSED_KINDS = {
    ClosingKind.SOLVED: gettext_lazy("It was agreed to explain; only that closes it now."),
    ClosingKind.EXPLAINED: gettext_lazy("A second person has to agree first that it is explained instead of solved."),
    ClosingKind.WITHDRAWN: gettext_lazy("A report is withdrawn by a move of its own."),
}


@transaction.atomic
def verify_pass(
    order: WorkOrder | int,
    *,
    actor: User | None,
    note: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Find the result good: an order that climbed is now struck off from the top down, any other may be closed."""
    turn = begin(order, Move.VERIFY_PASS, actor=actor, version=version, now=now)
    if turn.order.kind == OrderKind.ASSIST:
        return accept_result(turn, note)
    turn.clocks.stop(turn.order, turn.now, Stage.VERIFY)
    strike_off_next(turn, Move.VERIFY_PASS, note)
    return turn.order


@transaction.atomic
def verify_fail(
    order: WorkOrder | int,
    *,
    actor: User | None,
    note: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Find the result wanting: back to the handler, whose clock runs on from where it stood."""
    turn = begin(order, Move.VERIFY_FAIL, actor=actor, version=version, now=now)
    _check_note(note)
    turn.clocks.stop(turn.order, turn.now, Stage.VERIFY)
    _back_to_work(turn, Move.VERIFY_FAIL, "order_rework", note)
    return turn.order


@transaction.atomic
def strike_off(
    order: WorkOrder | int,
    *,
    actor: User | None,
    note: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Confirm, for one level that the order passed, that it is solved (逐级销号, DOMAIN.md §1.2)."""
    turn = begin(order, Move.STRIKE_OFF, actor=actor, version=version, now=now)
    turn.clocks.stop(turn.order, turn.now, Stage.STRIKE_OFF)
    levels = levels_to_strike_off(turn.order)
    level = turn.order.holder_id if turn.order.holder_id in levels else next(iter(levels), None)
    Escalation.objects.filter(order=turn.order, to_node_id=level, struck_off_at=None).update(
        struck_off_at=turn.now, struck_off_by=actor
    )
    strike_off_next(turn, Move.STRIKE_OFF, note)
    return turn.order


@transaction.atomic
def refuse_strike_off(
    order: WorkOrder | int,
    *,
    actor: User | None,
    note: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Send an order back to work with a reason; every level will have to confirm anew."""
    turn = begin(order, Move.REFUSE_STRIKE_OFF, actor=actor, version=version, now=now)
    _check_note(note)
    turn.clocks.stop(turn.order, turn.now, Stage.STRIKE_OFF)
    Escalation.objects.filter(order=turn.order).update(struck_off_at=None, struck_off_by=None)
    _back_to_work(turn, Move.REFUSE_STRIKE_OFF, "strike_off_refused", note)
    return turn.order


def levels_to_strike_off(order: WorkOrder) -> list[int]:
    """Return the nodes above the grid that the order climbed to and that have not confirmed yet, highest first."""
    waiting = set(
        Escalation.objects.filter(order=order, struck_off_at=None)
        .exclude(to_node_id=order.grid_id)
        .values_list("to_node_id", flat=True)
    )
    return [node_id for node_id in order.path_ids if node_id in waiting]


def strike_off_next(turn: Turn, move: Move, note: str, reason: str = "") -> None:
    """Hand the order to the next level that has to confirm, or to the grid for closing.

    For a level with nobody in post the next one above confirms.
    """
    order = turn.order
    levels = levels_to_strike_off(order)
    if levels:
        turn.to(State.PENDING_STRIKE_OFF)
        stage, kind = Stage.STRIKE_OFF, "order_to_strike_off"
        holder_id, able = people.nearest(order, levels[0], Permission.STRIKE_OFF, turn.now)
    else:
        turn.to(State.PENDING_CLOSURE)
        stage, kind = Stage.CLOSE, "order_to_close"
        holder_id, able = people.nearest(order, order.grid_id, Permission.CLOSE, turn.now)
        if order.needs_answer:
            kind, able = "order_to_answer", accountable_people(order, turn.now)
            able = able or people.nearest(order, holder_id, Permission.DISPATCH, turn.now)[1]
    turn.hand_to(holder_id=holder_id)
    turn.clocks.start(order, stage, turn.now, level_of(order, holder_id))
    finish(turn, move, note=note, reason=reason)
    tell(turn, kind, able)


def _back_to_work(turn: Turn, move: Move, kind: str, note: str) -> None:
    order = turn.order
    order.rework_count += 1
    if order.closing_kind:  # it was to be explained; now it is worked on
        order.closing_kind, order.answer = "", ""
    heir = who_takes_it_back(order, turn.now)
    turn.hand_to(holder_id=order.dispatched_from_id or order.holder_id, user_id=heir.user_id)
    turn.to(State.IN_PROGRESS)
    if order.handler_id is not None and heir.user_id is None and not heir.is_pool:
        leave_to_dispatchers(order)
    if heir.user_id is not None:
        involve(order, user_id=heir.user_id)
    turn.clocks.resume(order, Stage.HANDLE, turn.now)
    finish(turn, move, note=note, to_user=heir.user_id)
    tell(turn, kind, [heir.user_id] if not heir.is_pool else unit_people(turn))


@transaction.atomic
def close(
    order: WorkOrder | int,
    *,
    actor: User | None,
    kind: str | None = None,
    note: str = "",
    answer: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Close an order with the resident; the reporter and the handler are told.

    It is closed as solved; or as explained, where a second person agreed to that (workorders/actions/ends.py).
    `answer` is the one answer to the reporter; left empty it is what was answered before, else the results.
    """
    turn = begin(order, Move.CLOSE, actor=actor, version=version, now=now)
    agreed = turn.order.closing_kind or ClosingKind.SOLVED
    if kind not in {None, *ClosingKind.values}:
        raise ValidationError({"kind": _("Choose how the order ends.")})
    if kind not in {None, agreed}:
        raise ValidationError({"kind": _REFUSED_KINDS[ClosingKind(str(kind))]})
    turn.order.closing_kind = kind = agreed
    turn.order.answer = (
        answer.strip() or turn.order.answer or (composed(turn.order) if kind == ClosingKind.SOLVED else note.strip())
    )
    turn.to(State.CLOSED)
    end(turn)
    finish(turn, Move.CLOSE, note=note)
    tell(turn, "order_closed", [turn.order.reporter_id, turn.order.handler_id])
    followers.tell_followers(turn, "order_followed_closed")
    return turn.order


@transaction.atomic
def evaluate(
    order: WorkOrder | int,
    *,
    actor: User | None,
    rating: int,
    note: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Rate a closed order from 1 (worst) to 5; whoever handled it does not rate it."""
    turn = begin(order, Move.EVALUATE, actor=actor, version=version, now=now)
    if not 1 <= rating <= BEST_RATING:
        raise ValidationError({"rating": _("Give one to five stars.")})
    turn.order.rating = rating
    turn.to(State.EVALUATED)
    finish(turn, Move.EVALUATE, note=note, details={"rating": rating})
    tell(turn, "order_rated", [turn.order.handler_id])
    if rating <= BAD_RATING:
        _node, able = people.nearest(turn.order, turn.order.grid_id, Permission.REOPEN, turn.now)
        tell(turn, "order_rated_badly", able)
    return turn.order


@transaction.atomic
def void(
    order: WorkOrder | int,
    *,
    actor: User | None,
    note: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Void an open order that should not be; the reason stays in its history. What was merged into it lives again."""
    doubles.lock_with_merged(order)
    turn = begin(order, Move.VOID, actor=actor, version=version, now=now)
    _check_note(note)
    was = turn.order.assignee_id
    turn.to(State.VOIDED)
    end(turn)
    if was is not None:
        involve(turn.order, user_id=was)
    finish(turn, Move.VOID, note=note)
    tell(turn, "order_voided", [turn.order.reporter_id, was])
    doubles.release(turn)
    return turn.order


def _check_note(note: str) -> None:
    if not note.strip():
        raise ValidationError({"note": _("Give the reason.")})
