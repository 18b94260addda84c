"""Transfer: ask another unit to take an order over. Nothing changes until its people accept."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from grids.models import Unit
from workorders import people
from workorders.actions.moving import Turn, begin, finish, involve, tell, unit_people
from workorders.models import Event, WorkOrder
from workorders.states import Move, Stage, State


@transaction.atomic
def transfer(
    order: WorkOrder | int,
    *,
    actor: User | None,
    unit: Unit,
    note: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Propose that a unit takes the order over, with the reason; its people see it and say yes or no."""
    turn = begin(order, Move.TRANSFER, actor=actor, version=version, now=now)
    _check_note(note)
    item = turn.order
    able = people.of_units([unit.pk], turn.now).get(unit.pk, [])
    if not (unit.is_active and people.in_district(item, unit)):
        raise ValidationError({"unit": _("This unit takes no orders of this district.")})
    if unit.pk == item.lead_unit_id:
        raise ValidationError({"unit": _("This unit has the order already.")})
    if not able:
        raise ValidationError({"unit": _("Nobody is in post in this unit.")})
    item.transfer_unit_id = unit.pk
    finish(turn, Move.TRANSFER, note=note, details={"unit": unit.pk})
    tell(turn, "transfer_proposed", able)
    return item


@transaction.atomic
def accept_transfer(
    order: WorkOrder | int,
    *,
    actor: User | None,
    note: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Take an order over for one's unit: whoever accepts has signed for it; the handling clock runs on as it is."""
    turn = begin(order, Move.ACCEPT_TRANSFER, actor=actor, version=version, now=now)
    item = turn.order
    had = [item.assignee_id, *(unit_people(turn) if item.assignee_id is None else [])]
    asked_by = _asked_by(turn)
    involve(item, user_id=item.assignee_id, unit_id=item.lead_unit_id)
    unit_id, item.transfer_unit_id = item.transfer_unit_id, None
    user_id = actor.pk if actor is not None else None
    turn.hand_to(holder_id=item.holder_id, user_id=user_id, unit_id=unit_id)
    involve(item, user_id=user_id, unit_id=unit_id)
    turn.clocks.stop(item, turn.now, Stage.SIGN)
    item.signed_at = turn.now
    turn.to(State.IN_PROGRESS)
    finish(turn, Move.ACCEPT_TRANSFER, note=note, to_user=user_id, details={"unit": unit_id})
    tell(turn, "transfer_accepted", {*had, asked_by})
    return item


@transaction.atomic
def refuse_transfer(
    order: WorkOrder | int,
    *,
    actor: User | None,
    note: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Decline to take an order over, with the reason; it stays where it is."""
    turn = begin(order, Move.REFUSE_TRANSFER, actor=actor, version=version, now=now)
    _check_note(note)
    told = {turn.order.assignee_id, _asked_by(turn)}
    unit_id, turn.order.transfer_unit_id = turn.order.transfer_unit_id, None
    finish(turn, Move.REFUSE_TRANSFER, note=note, details={"unit": unit_id})
    tell(turn, "transfer_refused", told)
    return turn.order


@transaction.atomic
def withdraw_transfer(
    order: WorkOrder | int,
    *,
    actor: User | None,
    note: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Take the proposal back before the other unit has answered."""
    turn = begin(order, Move.WITHDRAW_TRANSFER, actor=actor, version=version, now=now)
    unit_id, turn.order.transfer_unit_id = turn.order.transfer_unit_id, None
    finish(turn, Move.WITHDRAW_TRANSFER, note=note, details={"unit": unit_id})
    if unit_id is not None:
        tell(turn, "transfer_withdrawn", people.of_units([unit_id], turn.now).get(unit_id, []))
    return turn.order


def _asked_by(turn: Turn) -> int | None:
    """Return who made the proposal that is open."""
    asked = Event.objects.filter(order=turn.order, move=Move.TRANSFER).order_by("-id")
    return asked.values_list("actor_id", flat=True).first()


def _check_note(note: str) -> None:
    if not note.strip():
        raise ValidationError({"note": _("Give the reason.")})
