"""The moves that a page or the API offers: those of the table, less what the district's ladder leaves no room for."""

import datetime as dt
from typing import cast

from django.utils import timezone

from grids.standing import Standing
from workorders import ends, room
from workorders.actions.suspension import times_suspended
from workorders.climbing import next_climb
from workorders.clocks import Clockwork, level_of
from workorders.limits import rules_at
from workorders.models import EscalationStep, WorkOrder
from workorders.states import Move, Stage
from workorders.workflow import moves_for


def moves_offered(order: WorkOrder, who: Standing) -> list[Move]:
    """List the moves that this person may make now, the usual one first; one query where passing up is among them."""
    moves = moves_for(order, who)
    if Move.ESCALATE in moves and next_climb(order, ladder_of(order)) is None:
        moves.remove(Move.ESCALATE)
    for move in moves:
        if move in _ENDED and ends.why_not(order, move, Clockwork(order.district_id), timezone.now()) is not None:
            moves = [other for other in moves if other != move]
    return [move for move in moves if move not in _ASKING or _may_ask(order, move, timezone.now())]


_ENDED = frozenset({Move.REOPEN, Move.REQUEST_EXCLUSION})
_ASKING = {Move.REQUEST_EXTENSION: Stage.EXTENSION, Move.REQUEST_SUSPENSION: Stage.SUSPENSION}


def _may_ask(order: WorkOrder, move: Move, now: dt.datetime) -> bool:
    """Say whether deadline and limits leave room to ask; the rows are read only where one was granted before."""
    is_extension = move == Move.REQUEST_EXTENSION
    late = order.due_at is None or now >= order.due_at if is_extension else room.is_late(order, now)
    times = 0 if late else order.extension_count if is_extension else times_suspended(order)
    if late or not times:
        return not late
    row = Clockwork(order.district_id).row(order, _ASKING[move], level_of(order, order.holder_id))
    return row is not None and times < row.times


def ladder_of(order: WorkOrder) -> list[EscalationStep]:
    """Read the steps that hold for an order, lowest first: those of its urgency, or where there are none the others."""
    in_force = EscalationStep.objects.in_force(rules_at(order.accepted_at, order.reported_at))
    steps = cast("list[EscalationStep]", list(in_force.filter(district_id=order.district_id)))
    steps.sort(key=lambda step: step.position)
    return [s for s in steps if s.urgency == order.urgency] or [s for s in steps if not s.urgency]
