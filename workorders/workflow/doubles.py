"""Merging reports of the same thing, and taking one out again."""

from grids.roles import Permission
from grids.standing import Standing
from workorders.models import WorkOrder
from workorders.states import OPEN, Move, State
from workorders.workflow.rule import MoveRule, Rows
from workorders.workflow.who import over_holder


def _merges(order: WorkOrder, who: Standing) -> bool:
    """Whoever merges orders at its holder; and the reporter themselves while nobody has accepted the report."""
    if order.state == State.REPORTED and order.reporter_id == who.user_id:
        return True
    return who.has_over(Permission.MERGE, order.path_ids, order.holder_id)


ROWS: Rows = {
    Move.MERGE: MoveRule(OPEN, State.MERGED, _merges),
    Move.UNMERGE: MoveRule(frozenset({State.MERGED}), State.FILED, over_holder(Permission.MERGE), needs_reason=True),
}
"""An order that was merged before anybody had accepted it goes back to `reported`, any other to `filed`."""
