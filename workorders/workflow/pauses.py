"""Time: extension (延期) and suspension (挂账), each asked for by the handler and decided by a second person.

Sources: DOMAIN.md §5.3. Dates, how often and how long are no matter of this table: the limits row says
(workorders/room.py).
"""

from grids.standing import Standing
from workorders.models import WorkOrder
from workorders.states import ApprovalKind, Move, OrderKind, State
from workorders.workflow.guards import asked, not_asked
from workorders.workflow.rule import MoveRule, Rows
from workorders.workflow.who import approves, is_handler

WORKING = frozenset({State.DISPATCHED, State.IN_PROGRESS})
IN_PROGRESS = frozenset({State.IN_PROGRESS})
TIMED = frozenset({OrderKind.INCIDENT, OrderKind.ASSIST})


def resumes(order: WorkOrder, who: Standing) -> bool:
    """Whoever handles it, and whoever could have suspended it."""
    return is_handler(order, who) or approves(order, who)


EXTENSION, SUSPENSION = ApprovalKind.EXTENSION, ApprovalKind.SUSPENSION

ROWS: Rows = {
    Move.RESUME: MoveRule(frozenset({State.SUSPENDED}), State.IN_PROGRESS, resumes, kinds=TIMED),
    Move.GRANT_EXTENSION: MoveRule(WORKING, None, approves, guard=asked(EXTENSION), kinds=TIMED),
    Move.REFUSE_EXTENSION: MoveRule(WORKING, None, approves, True, guard=asked(EXTENSION), kinds=TIMED),
    Move.GRANT_SUSPENSION: MoveRule(IN_PROGRESS, State.SUSPENDED, approves, guard=asked(SUSPENSION), kinds=TIMED),
    Move.REFUSE_SUSPENSION: MoveRule(IN_PROGRESS, None, approves, True, guard=asked(SUSPENSION), kinds=TIMED),
    Move.REQUEST_EXTENSION: MoveRule(WORKING, None, is_handler, True, guard=not_asked(EXTENSION), kinds=TIMED),
    Move.REQUEST_SUSPENSION: MoveRule(IN_PROGRESS, None, is_handler, True, guard=not_asked(SUSPENSION), kinds=TIMED),
}
