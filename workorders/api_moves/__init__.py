"""The moves of the API, one file of rows to a concept; each calls the same action as the pages."""

from workorders.api_moves import doubles, ends, joint, pauses, pressing, straight
from workorders.api_moves.move import ApiMove
from workorders.states import Move

MOVES: dict[Move, ApiMove] = {
    **straight.ROWS,
    **pauses.ROWS,
    **pressing.ROWS,
    **joint.ROWS,
    **ends.ROWS,
    **doubles.ROWS,
}
