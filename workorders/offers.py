"""The moves that a page or the API offers: those of the table, less what the district's ladder leaves no room for."""

from typing import cast

from grids.standing import Standing
from workorders.climbing import next_climb
from workorders.limits import rules_at
from workorders.models import EscalationStep, WorkOrder
from workorders.states import Move
from workorders.workflow import moves_for


def moves_offered(order: WorkOrder, who: Standing) -> list[Move]:
    """List the moves that this person may make now, the usual one first; one query where passing up is among them."""
    moves = moves_for(order, who)
    if Move.ESCALATE in moves and next_climb(order, ladder_of(order)) is None:
        moves.remove(Move.ESCALATE)
    return moves


def ladder_of(order: WorkOrder) -> list[EscalationStep]:
    """Read the steps that hold for an order, lowest first: those of its urgency, or where there are none the others."""
    in_force = EscalationStep.objects.in_force(rules_at(order.accepted_at, order.reported_at))
    steps = cast("list[EscalationStep]", list(in_force.filter(district_id=order.district_id)))
    steps.sort(key=lambda step: step.position)
    return [s for s in steps if s.urgency == order.urgency] or [s for s in steps if not s.urgency]
