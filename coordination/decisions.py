"""What a meeting's decision does to its order: the moves of work orders, made by who speaks for the meeting."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from coordination.states import Decision
from grids.backends import standing_for
from grids.models import Unit
from workorders import actions
from workorders.actions import moving
from workorders.models import WorkOrder
from workorders.states import Move, State


@dataclass(frozen=True)
class Ruling:
    """What a meeting decided: who leads and assists where it is solved here, or why and by what it is explained."""

    decision: Decision
    words: str
    lead_unit: Unit | None = None
    assist_units: Sequence[Unit] = ()
    reason: str = ""
    """A code of ExplanationBasis."""
    basis: str = ""


def carry_out(order: WorkOrder, ruling: Ruling, number: str, actor: User, now: dt.datetime) -> None:
    """Write the decision into the order's history, then make its moves; call with the order's row locked.

    Raises what the moves raise, and then nothing of it has happened.
    """
    turn = moving.turn_on(order, actor, standing_for(actor), now)
    give = actions.dispatch if order.state == State.FILED else actions.reassign
    if ruling.decision == Decision.SOLVE:
        order.is_dispatch_final = True
    details = {"decision": ruling.decision.value}
    moving.finish(turn, Move.DECIDE_REVIEW, note=f"{number}\n{ruling.words}", details=details)
    if ruling.decision == Decision.SOLVE:
        give(order, actor=actor, unit=ruling.lead_unit, note=number, now=now)
        for unit in ruling.assist_units:
            actions.assist(order, actor=actor, unit=unit, task=ruling.words, now=now)
    elif ruling.decision == Decision.PASS_UP:
        actions.escalate(order, actor=actor, note=ruling.words, now=now)
    else:
        # Who speaks for the meeting takes the order and proposes; a second person agrees, as with every explanation.
        if order.state != State.IN_PROGRESS or order.assignee_id != actor.pk:
            give(order, actor=actor, assignee=actor, note=number, now=now)
        actions.request_explanation(
            order, actor=actor, reason=ruling.reason, basis=ruling.basis, note=ruling.words, now=now
        )
