"""Rows for pressing whoever has an order (催办, DOMAIN.md §5.3)."""

from grids.roles import Permission
from grids.standing import Standing
from workorders.models import WorkOrder
from workorders.states import OPEN, Move, State
from workorders.workflow.rule import EVERY_KIND, MoveRule, Rows
from workorders.workflow.who import answers_for

PRESSES_ABOVE = (Permission.STRIKE_OFF, Permission.SUPERVISE)
"""Owners of the levels over the order's place, and supervisors."""

TURNS = {
    State.REPORTED: Permission.ACCEPT,
    State.FILED: Permission.DISPATCH,
    State.PENDING_VERIFICATION: Permission.VERIFY,
    State.PENDING_STRIKE_OFF: Permission.STRIKE_OFF,
    State.PENDING_CLOSURE: Permission.CLOSE,
}
"""At the holder, whose turn it is where nobody is named."""


def presses(order: WorkOrder, who: Standing) -> bool:
    """Dispatchers over the holder, level owners and supervisors over the place: as often as each hour."""
    return who.has_over(Permission.DISPATCH, order.path_ids, order.holder_id) or any(
        who.has_over(permission, order.path_ids, order.grid_id) for permission in PRESSES_ABOVE
    )


def _has_the_turn(order: WorkOrder, who: Standing) -> bool:
    if order.assignee_id is not None:
        return order.assignee_id == who.user_id
    permission = TURNS.get(State(order.state))
    return permission is not None and who.has_at(permission, order.holder_id)


def _urges(order: WorkOrder, who: Standing) -> bool:
    """The reporter, who answers for what others handle, and those above; not those whose turn it is."""
    if _has_the_turn(order, who):
        return False
    answers = order.is_answered_for_elsewhere and answers_for(order, who)
    return answers or order.reporter_id == who.user_id or presses(order, who)


ROWS: Rows = {Move.URGE: MoveRule(OPEN - {State.SUSPENDED}, None, _urges, kinds=EVERY_KIND)}
