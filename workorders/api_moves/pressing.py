"""What the API takes for urging."""

from workorders import actions
from workorders.api_inputs import RemarkIn
from workorders.api_moves.move import ApiMove
from workorders.states import Move

ROWS: dict[Move, ApiMove] = {Move.URGE: ApiMove(RemarkIn, actions.urge)}
