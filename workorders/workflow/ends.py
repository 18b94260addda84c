"""Other ends than a solution: explained, withdrawn, excluded from assessment; and reopening what was closed.

Sources: DOMAIN.md §5.3. How long after closing stands in the limits row (`reopen`) and in workorders/ends.py.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grids.roles import Permission
from grids.standing import Standing
from workorders.models import WorkOrder
from workorders.states import OPEN, ApprovalKind, ClosingKind, Move, State
from workorders.workflow.guards import asked, not_asked
from workorders.workflow.rule import MoveRule, Rows
from workorders.workflow.who import approves, handled_it, is_handler

ENDED = frozenset({State.CLOSED, State.EVALUATED})
NOT_ANSWERED = frozenset({State.REPORTED, State.FILED, State.DISPATCHED, State.IN_PROGRESS, State.SUSPENDED})
ASSESSED = (OPEN | ENDED) - {State.REPORTED, State.FILED}
IN_PROGRESS = frozenset({State.IN_PROGRESS})
EXPLANATION, EXCLUSION = ApprovalKind.EXPLANATION, ApprovalKind.EXCLUSION


def _withdraws(order: WorkOrder, who: Standing) -> bool:
    """The reporter, or on their behalf whoever speaks with residents; never the one who would be rid of the work."""
    if is_handler(order, who):
        return False
    return order.reporter_id == who.user_id or who.has_over(Permission.EVALUATE, order.path_ids, order.grid_id)


def _is_of_its_units(order: WorkOrder, who: Standing) -> bool:
    units = {order.lead_unit_id, order.accountable_unit_id} - {None}
    return bool(units & who.unit_ids) or who.user_id in {order.assignee_id, order.handler_id}


def _is_concerned(order: WorkOrder, who: Standing) -> bool:
    """The people of the handling and the accountable unit, and the owner of the level that has or answers for it."""
    nodes = {order.holder_id, order.accountable_node_id}
    return _is_of_its_units(order, who) or any(who.has_at(Permission.ESCALATE, node_id) for node_id in nodes)


def _excludes(order: WorkOrder, who: Standing) -> bool:
    """Nobody decides about their own unit's assessment; who asked is kept away by the action."""
    return not _is_of_its_units(order, who) and who.has_over(Permission.EXCLUDE, order.path_ids, order.grid_id)


def _reopens(order: WorkOrder, who: Standing) -> bool:
    return not handled_it(order, who) and who.has_over(Permission.REOPEN, order.path_ids, order.grid_id)


def _not_excluded(order: WorkOrder) -> str | Promise | None:
    if order.is_excluded:
        return _("This order is excluded from assessment already.")
    return not_asked(EXCLUSION)(order)


def _was_answered(order: WorkOrder) -> str | Promise | None:
    if order.closing_kind == ClosingKind.WITHDRAWN:
        return _("Its reporter withdrew it; report the matter anew.")
    return None


ROWS: Rows = {
    Move.GRANT_EXPLANATION: MoveRule(IN_PROGRESS, State.PENDING_CLOSURE, approves, guard=asked(EXPLANATION)),
    Move.REFUSE_EXPLANATION: MoveRule(IN_PROGRESS, None, approves, needs_reason=True, guard=asked(EXPLANATION)),
    Move.REQUEST_EXPLANATION: MoveRule(IN_PROGRESS, None, is_handler, needs_reason=True, guard=not_asked(EXPLANATION)),
    Move.REOPEN: MoveRule(ENDED, State.DISPATCHED, _reopens, needs_reason=True, guard=_was_answered),
    Move.GRANT_EXCLUSION: MoveRule(frozenset(State), None, _excludes, guard=asked(EXCLUSION)),
    Move.REFUSE_EXCLUSION: MoveRule(frozenset(State), None, _excludes, needs_reason=True, guard=asked(EXCLUSION)),
    Move.REQUEST_EXCLUSION: MoveRule(ASSESSED, None, _is_concerned, needs_reason=True, guard=_not_excluded),
    Move.WITHDRAW: MoveRule(NOT_ANSWERED, State.CLOSED, _withdraws, needs_reason=True),
}
"""An exclusion is decided whatever became of the order meanwhile."""
