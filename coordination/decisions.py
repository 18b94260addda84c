"""What a meeting's decision does to its order: the moves of work orders, made by who speaks for the meeting."""

import datetime as dt
from collections.abc import Sequence

from accounts.models import User
from coordination.states import Decision
from grids.backends import standing_for
from grids.models import Unit
from workorders import actions
from workorders.actions import moving
from workorders.models import WorkOrder
from workorders.states import Move, State


def carry_out(
    order: WorkOrder,
    decision: Decision,
    words: str,
    number: str,
    actor: User,
    lead_unit: Unit | None,
    assist_units: Sequence[Unit],
    now: dt.datetime,
) -> None:
    """Write the decision into the order's history, then make its moves; call with the order's row locked.

    Raises what the moves raise, and then nothing of it has happened.
    """
    turn = moving.turn_on(order, actor, standing_for(actor), now)
    if decision == Decision.SOLVE:
        order.is_dispatch_final = True
    moving.finish(turn, Move.DECIDE_REVIEW, note=f"{number}\n{words}", details={"decision": decision.value})
    if decision == Decision.SOLVE:
        move = actions.dispatch if order.state == State.FILED else actions.reassign
        move(order, actor=actor, unit=lead_unit, note=number, now=now)
        for unit in assist_units:
            actions.assist(order, actor=actor, unit=unit, task=words, now=now)
    elif decision == Decision.PASS_UP:
        actions.escalate(order, actor=actor, note=words, now=now)
