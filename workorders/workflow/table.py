"""The one table of moves: every concept's rows, in the order in which the buttons stand (the usual move first)."""

from workorders.workflow import doubles, ends, joint, pauses, pressing, straight
from workorders.workflow.rule import Rows

MOVES: Rows = {**straight.ROWS, **pauses.ROWS, **pressing.ROWS, **joint.ROWS, **ends.ROWS, **doubles.ROWS}
