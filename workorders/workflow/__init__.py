"""Who may make which move from which state: one table, asked by pages, API and tasks alike. No database here.

`MOVES` (table.py, one file of rows to a concept) says from where to where and by whom; `check_move` answers one
question, `moves_for` gives the buttons.
"""

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from grids.standing import Standing
from workorders.models import WorkOrder
from workorders.states import FINAL, Move
from workorders.workflow.rule import InvalidMove, MoveRule, StaleOrder
from workorders.workflow.table import MOVES
from workorders.workflow.who import handled_it, is_handler, sees_contact

__all__ = [
    "MOVES",
    "InvalidMove",
    "MoveRule",
    "StaleOrder",
    "check_move",
    "handled_it",
    "is_handler",
    "is_possible",
    "moves_for",
    "possible",
    "refusal",
    "sees_contact",
]


def refusal(order: WorkOrder, move: Move) -> str | Promise | None:
    """Say why the order's state and facts do not allow the move, whoever asks; None where they do."""
    rule = MOVES[move]
    if order.kind not in rule.kinds:
        return _("This is not possible with an order of this kind.")
    if order.state not in rule.sources:
        if order.state in FINAL:
            return _("This order is finished; this cannot be done with it any more.")
        return _("This is not possible while the order is “%(state)s”.") % {"state": order.get_state_display()}
    return rule.guard(order)


def is_possible(order: WorkOrder, move: Move) -> bool:
    """Say whether there is no `refusal`, without the words: a list asks for every move of every row."""
    rule = MOVES[move]
    return order.kind in rule.kinds and order.state in rule.sources and rule.guard(order) is None


def possible(order: WorkOrder) -> list[Move]:
    """List the moves that the order's state and facts allow now to whoever has the post for them."""
    return [move for move in MOVES if is_possible(order, move)]


def check_move(order: WorkOrder, move: Move, who: Standing | None) -> None:
    """Let the move pass or raise; `who` is None for the system.

    Raises InvalidMove, which says what is possible now, where the state forbids it; PermissionDenied where the
    person may not.
    """
    why_not = refusal(order, move)
    if why_not is not None:
        raise InvalidMove(f"{why_not} {_possible_in_words(order, who)}".strip())
    if who is not None and not MOVES[move].allowed(order, who):
        raise PermissionDenied(_("Your posts do not allow this move on this order."))


def moves_for(order: WorkOrder, who: Standing) -> list[Move]:
    """List the moves that this person may make now, the usual one first."""
    return [move for move in possible(order) if MOVES[move].allowed(order, who)]


def _possible_in_words(order: WorkOrder, who: Standing | None) -> str:
    moves = moves_for(order, who) if who is not None else possible(order)
    if not moves:
        return _("There is nothing that you could do with it now.") if who is not None else ""
    return _("Possible now: %(moves)s.") % {"moves": _(", ").join(str(move.label) for move in moves)}
