"""The table that joins each move with its form and its action: one file of pages to a concept."""

from workorders.forms import doubles, ends, joint, pauses, pressing, straight
from workorders.forms.moves import MovePage
from workorders.states import Move

MOVE_PAGES: dict[Move, MovePage] = {
    **straight.PAGES,
    **pauses.PAGES,
    **pressing.PAGES,
    **joint.PAGES,
    **ends.PAGES,
    **doubles.PAGES,
}
FIELD_OF = {"unit": "receiver", "assignee": "receiver"}
"""Where an action's word for a wrong value differs from the form's."""
