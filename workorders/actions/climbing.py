"""Passing an order up by hand; the timers do the same for many at once (workorders/sweeps.py)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from grids.roles import Permission
from workorders import people
from workorders.actions.moving import begin, finish, involve, tell
from workorders.climbing import next_climb
from workorders.limits import rules_at
from workorders.models import Escalation, WorkOrder
from workorders.states import Move, Stage, State
from workorders.workflow import InvalidMove


@transaction.atomic
def escalate(
    order: WorkOrder | int,
    *,
    actor: User | None,
    note: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Pass an order up one step of the ladder: that step's owner and limit hold from now; who had it keeps sight."""
    turn = begin(order, Move.ESCALATE, actor=actor, version=version, now=now)
    if not note.strip():
        raise ValidationError({"note": _("Give the reason.")})
    item = turn.order
    ladder = turn.clocks.book.ladder(rules_at(item.accepted_at, item.reported_at), item.urgency)
    climb = next_climb(item, ladder)
    if climb is None:
        raise InvalidMove(_("There is no higher step for this order."))
    passed, passed_unit, from_node_id = item.assignee_id, item.lead_unit_id, item.holder_id
    passed_people = people.of_units([passed_unit], turn.now).get(passed_unit, []) if passed_unit is not None else []
    turn.clocks.stop(item, turn.now, Stage.ACCEPT, Stage.DISPATCH, Stage.SIGN, Stage.HANDLE)
    owner_id = people.owner(climb.node_id, climb.step.role, turn.now)
    staff = people.at_nodes([climb.node_id], Permission.DISPATCH, turn.now).get(climb.node_id, [])
    staff = people.only_trusted(staff, item, people.trusted([item], turn.now))
    if owner_id is None and not staff:
        owner_id = people.stand_in(item, climb.node_id, turn.now)
    item.step, item.is_escalated = climb.step.position, True
    item.accepted_at = item.accepted_at or turn.now
    item.lead_unit_id = None
    turn.hand_to(holder_id=climb.node_id, user_id=owner_id)
    turn.to(State.FILED)
    turn.clocks.start_by(item, Stage.HANDLE, climb.step, turn.now)
    Escalation.objects.create(
        district_id=item.district_id,
        order=item,
        position=climb.step.position,
        from_node_id=from_node_id,
        to_node_id=climb.node_id,
        passed_user_id=passed,
        at=turn.now,
        by_timer=False,
    )
    for user_id, unit_id in ((passed, passed_unit), (owner_id, None)):
        involve(item, user_id=user_id, unit_id=unit_id)
    finish(turn, Move.ESCALATE, note=note, to_user=owner_id)
    able = [owner_id] if owner_id is not None else staff
    tell(turn, "order_escalated", able)
    had = [passed] if passed is not None else passed_people
    tell(turn, "order_passed_up", set(had) - set(able))
    return item
