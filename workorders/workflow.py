"""Who may make which move from which state: one table, asked by pages, API and tasks alike. No database here.

`MOVES` says from where to where and by whom; `check_move` answers one question, `moves_for` gives the buttons.
Sources: DOMAIN.md §5.3; where the states differ (filing happens at acceptance, strike-off has a state of its own)
docs/adr/0003-states-of-a-work-order.md says why.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grids.roles import Permission
from grids.standing import Standing
from workorders.models import WorkOrder
from workorders.states import FINAL, OPEN, Move, State


class InvalidMove(Exception):
    """The order's state does not allow the move; the text says why in the reader's words."""


class StaleOrder(InvalidMove):
    """Somebody moved the order since the form was opened."""


Allowed = Callable[[WorkOrder, Standing], bool]


def is_handler(order: WorkOrder, who: Standing) -> bool:
    """The assignee, or where nobody is named anyone of the lead unit."""
    if order.assignee_id is not None:
        return order.assignee_id == who.user_id
    return order.lead_unit_id is not None and order.lead_unit_id in who.unit_ids


def handled_it(order: WorkOrder, who: Standing) -> bool:
    return order.handler_id == who.user_id


def _over_holder(permission: Permission) -> Allowed:
    return lambda order, who: who.has_over(permission, order.path_ids, order.holder_id)


def _over_grid(permission: Permission) -> Allowed:
    return lambda order, who: who.has_over(permission, order.path_ids, order.grid_id)


def _at_holder(permission: Permission) -> Allowed:
    return lambda order, who: who.has_at(permission, order.holder_id)


def _owns(order: WorkOrder, who: Standing) -> bool:
    return order.assignee_id == who.user_id or who.has_at(Permission.ESCALATE, order.holder_id)


def _dispatches(order: WorkOrder, who: Standing) -> bool:
    return (order.state == State.FILED and order.assignee_id == who.user_id) or who.has_over(
        Permission.DISPATCH, order.path_ids, order.holder_id
    )


def _verifies(order: WorkOrder, who: Standing) -> bool:
    return (
        not handled_it(order, who)
        and (order.lead_unit_id is None or order.lead_unit_id not in who.unit_ids)
        and who.has_over(Permission.VERIFY, order.path_ids, order.grid_id)
    )


def _closes(order: WorkOrder, who: Standing) -> bool:
    """What was solved on the spot is closed by another person (it had no verification)."""
    if order.signed_at is None and handled_it(order, who):
        return False
    return who.has_over(Permission.CLOSE, order.path_ids, order.grid_id)


def _rates(order: WorkOrder, who: Standing) -> bool:
    if handled_it(order, who):
        return False
    return order.reporter_id == who.user_id or _over_grid(Permission.EVALUATE)(order, who)


@dataclass(frozen=True)
class MoveRule:
    """From which states, to which, by whom. `to` is the usual one where guards in actions may choose another."""

    sources: frozenset[State]
    to: State
    allowed: Allowed
    needs_reason: bool = False


_WORKING = frozenset({State.DISPATCHED, State.IN_PROGRESS})

MOVES: dict[Move, MoveRule] = {
    Move.ACCEPT: MoveRule(frozenset({State.REPORTED}), State.FILED, _over_holder(Permission.ACCEPT)),
    Move.DISPATCH: MoveRule(frozenset({State.FILED}), State.DISPATCHED, _dispatches),
    Move.SIGN: MoveRule(frozenset({State.DISPATCHED}), State.IN_PROGRESS, is_handler),
    Move.SUBMIT_RESULT: MoveRule(frozenset({State.IN_PROGRESS}), State.PENDING_VERIFICATION, is_handler),
    Move.VERIFY_PASS: MoveRule(frozenset({State.PENDING_VERIFICATION}), State.PENDING_CLOSURE, _verifies),
    Move.STRIKE_OFF: MoveRule(
        frozenset({State.PENDING_STRIKE_OFF}), State.PENDING_CLOSURE, _at_holder(Permission.STRIKE_OFF)
    ),
    Move.CLOSE: MoveRule(frozenset({State.PENDING_CLOSURE}), State.CLOSED, _closes),
    Move.EVALUATE: MoveRule(frozenset({State.CLOSED}), State.EVALUATED, _rates),
    Move.SELF_HANDLE: MoveRule(frozenset({State.REPORTED}), State.PENDING_CLOSURE, _over_grid(Permission.HANDLE)),
    Move.VERIFY_FAIL: MoveRule(
        frozenset({State.PENDING_VERIFICATION}), State.IN_PROGRESS, _verifies, needs_reason=True
    ),
    Move.REFUSE_STRIKE_OFF: MoveRule(
        frozenset({State.PENDING_STRIKE_OFF}), State.IN_PROGRESS, _at_holder(Permission.STRIKE_OFF), needs_reason=True
    ),
    Move.REASSIGN: MoveRule(_WORKING, State.DISPATCHED, _over_holder(Permission.DISPATCH)),
    Move.RETURN_ORDER: MoveRule(_WORKING, State.FILED, is_handler, needs_reason=True),
    Move.ESCALATE: MoveRule(frozenset({State.REPORTED, State.FILED}) | _WORKING, State.FILED, _owns, needs_reason=True),
    Move.REJECT: MoveRule(
        frozenset({State.REPORTED, State.FILED}), State.REJECTED, _over_holder(Permission.REJECT), needs_reason=True
    ),
    Move.VOID: MoveRule(OPEN, State.VOIDED, _over_holder(Permission.VOID), needs_reason=True),
}
"""In the order in which the buttons stand, the usual move of each state before the others.

`report` makes the order and so has no state to leave.
"""


def refusal(order: WorkOrder, move: Move) -> str | Promise | None:
    """Say why the order's state and facts do not allow the move, whoever asks; None where they do."""
    if order.state not in MOVES[move].sources:
        if order.state in FINAL:
            return _("This order is finished; nothing more can be done with it here.")
        return _("This is not possible while the order is “%(state)s”.") % {"state": order.get_state_display()}
    if move == Move.RETURN_ORDER and order.is_dispatch_final:
        return _("This order was dispatched by a final decision and cannot be returned again.")
    if move == Move.RETURN_ORDER and order.return_count >= 2:
        return _("This order was already returned twice.")
    if move == Move.ESCALATE and order.holder_id == order.district_id:
        return _("The order is at the district already; there is no higher level.")
    return None


def check_move(order: WorkOrder, move: Move, who: Standing | None) -> None:
    """Let the move pass or raise; `who` is None for the system.

    Raises InvalidMove where the state forbids it, PermissionDenied where the person may not.
    """
    why_not = refusal(order, move)
    if why_not is not None:
        raise InvalidMove(str(why_not))
    if who is not None and not MOVES[move].allowed(order, who):
        raise PermissionDenied(_("Your posts do not allow this move on this order."))


def moves_for(order: WorkOrder, who: Standing) -> list[Move]:
    """List the moves that this person may make now, the usual one first."""
    return [move for move, rule in MOVES.items() if refusal(order, move) is None and rule.allowed(order, who)]


def sees_contact(order: WorkOrder, who: Standing) -> bool:
    """The resident's name and phone are for whoever has to speak with them: the reporter, the handler, the people of
    the holder while the order is open, who rates it once it is closed; then for nobody."""
    if order.state == State.CLOSED:
        return MOVES[Move.EVALUATE].allowed(order, who)
    if order.is_final:
        return False
    return (
        order.reporter_id == who.user_id
        or is_handler(order, who)
        or _over_holder(Permission.HANDLE)(order, who)
        or _over_holder(Permission.ACCEPT)(order, who)
    )
