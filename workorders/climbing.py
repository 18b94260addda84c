"""The ladder: which step an order climbs to next, and whose it becomes there. Pure; callers read and write."""

from dataclasses import dataclass

from workorders.clocks import node_at
from workorders.models import EscalationStep, WorkOrder
from workorders.states import OrderKind


@dataclass(frozen=True)
class Climb:
    """One step up: the ladder's row and the node it means for this order."""

    step: EscalationStep
    node_id: int


def next_climb(order: WorkOrder, ladder: list[EscalationStep]) -> Climb | None:
    """Return the next step above the order's present one, or None at the top; only incidents climb.

    Steps of a level that the order's place does not have, or that lies below its present holder, are passed over.
    """
    if order.kind != OrderKind.INCIDENT:
        return None
    path = order.path_ids
    held_at = path.index(order.holder_id) if order.holder_id in path else 0
    for step in ladder:
        if step.position <= order.step:
            continue
        node_id = node_at(order, step.level)
        if node_id is not None and path.index(node_id) <= held_at:
            return Climb(step, node_id)
    return None
