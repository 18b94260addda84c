"""What the API takes for merging orders and taking them apart."""

from workorders import actions
from workorders.api_inputs import ReasonIn, RemarkIn, VisibleKey
from workorders.api_moves.move import ApiMove
from workorders.models import WorkOrder
from workorders.states import Move


class MergeIn(RemarkIn):
    into = VisibleKey(queryset=WorkOrder.objects.all(), help_text="an open order of the same district")


ROWS: dict[Move, ApiMove] = {
    Move.MERGE: ApiMove(MergeIn, actions.merge),
    Move.UNMERGE: ApiMove(ReasonIn, actions.unmerge),
}
