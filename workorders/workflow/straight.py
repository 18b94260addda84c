"""The straight path of an order: report, handle, check, close; return, escalation and strike-off among it.

Sources: DOMAIN.md §5.3; where the states differ (filing happens at acceptance, strike-off has a state of its own)
docs/adr/0003-states-of-a-work-order.md says why.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grids.roles import Permission
from workorders.models import WorkOrder
from workorders.states import OPEN, ClosingKind, Move, OrderKind, State
from workorders.workflow.rule import EVERY_KIND, MoveRule, Rows
from workorders.workflow.who import (
    at_holder,
    closes,
    dispatches,
    is_handler,
    over_holder,
    owns,
    rates,
    settles,
    verifies,
)

WORKING = frozenset({State.DISPATCHED, State.IN_PROGRESS})
CHECKED = frozenset({OrderKind.INCIDENT, OrderKind.ASSIST})
HANDED_OVER = frozenset({OrderKind.INCIDENT, OrderKind.TASK})
"""Kinds that somebody who dispatches may give to another person; a task stays in progress (actions/tasks.py)."""


def _return_is_over(order: WorkOrder) -> str | Promise | None:
    if order.is_dispatch_final:
        return _("This order was dispatched by a final decision and cannot be returned again.")
    if order.return_count >= 2:
        return _("This order was already returned twice.")
    return None


def _answer_is_missing(order: WorkOrder) -> str | Promise | None:
    if order.needs_answer:
        return _("The unit that answers for this order gives the answer first; then it can be closed.")
    return None


def _not_to_be_closed_yet(order: WorkOrder) -> str | Promise | None:
    if order.is_reply_due:
        return _("Whoever asked has no reply yet: write it and have it approved; then it can be closed.")
    return _answer_is_missing(order)


def _at_the_top(order: WorkOrder) -> str | Promise | None:
    if order.holder_id == order.district_id:
        return _("The order is at the district already; there is no higher level.")
    return None


def _has_an_answer(order: WorkOrder) -> str | Promise | None:
    if order.closing_kind == ClosingKind.WITHDRAWN:
        return _("Its reporter withdrew it; there is nothing to rate.")
    return None


ROWS: Rows = {
    Move.ACCEPT: MoveRule(frozenset({State.REPORTED}), State.FILED, over_holder(Permission.ACCEPT)),
    Move.DISPATCH: MoveRule(frozenset({State.FILED}), State.DISPATCHED, dispatches, kinds=HANDED_OVER),
    Move.SIGN: MoveRule(frozenset({State.DISPATCHED}), State.IN_PROGRESS, is_handler, kinds=EVERY_KIND),
    Move.SUBMIT_RESULT: MoveRule(
        frozenset({State.IN_PROGRESS}), State.PENDING_VERIFICATION, is_handler, kinds=EVERY_KIND
    ),
    Move.VERIFY_PASS: MoveRule(frozenset({State.PENDING_VERIFICATION}), State.PENDING_CLOSURE, verifies, kinds=CHECKED),
    Move.STRIKE_OFF: MoveRule(
        frozenset({State.PENDING_STRIKE_OFF}), State.PENDING_CLOSURE, at_holder(Permission.STRIKE_OFF)
    ),
    Move.CLOSE: MoveRule(frozenset({State.PENDING_CLOSURE}), State.CLOSED, closes, guard=_not_to_be_closed_yet),
    Move.EVALUATE: MoveRule(frozenset({State.CLOSED}), State.EVALUATED, rates, guard=_has_an_answer),
    Move.SELF_HANDLE: MoveRule(frozenset({State.REPORTED}), State.PENDING_CLOSURE, settles),
    Move.VERIFY_FAIL: MoveRule(
        frozenset({State.PENDING_VERIFICATION}), State.IN_PROGRESS, verifies, needs_reason=True, kinds=CHECKED
    ),
    Move.REFUSE_STRIKE_OFF: MoveRule(
        frozenset({State.PENDING_STRIKE_OFF}), State.IN_PROGRESS, at_holder(Permission.STRIKE_OFF), needs_reason=True
    ),
    Move.REASSIGN: MoveRule(WORKING, State.DISPATCHED, over_holder(Permission.DISPATCH), kinds=HANDED_OVER),
    Move.RETURN_ORDER: MoveRule(WORKING, State.FILED, is_handler, needs_reason=True, guard=_return_is_over),
    Move.ESCALATE: MoveRule(
        frozenset({State.REPORTED, State.FILED}) | WORKING, State.FILED, owns, needs_reason=True, guard=_at_the_top
    ),
    Move.REJECT: MoveRule(
        frozenset({State.REPORTED, State.FILED}), State.REJECTED, over_holder(Permission.REJECT), needs_reason=True
    ),
    Move.VOID: MoveRule(OPEN, State.VOIDED, over_holder(Permission.VOID), needs_reason=True),
}
"""`report` makes the order and so has no state to leave."""
