"""Refer, assign, answer: show an order to others, name who of the unit does it, and say the one answer."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from grids.models import Unit
from grids.roles import Permission
from workorders import people
from workorders.actions.moving import begin, finish, involve, tell
from workorders.models import Referral, WorkOrder
from workorders.states import Move


@transaction.atomic
def refer(
    order: WorkOrder | int,
    *,
    actor: User,
    unit: Unit | None = None,
    assignee: User | None = None,
    note: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Share an order with a unit or a person of the district: they see it from now on; nothing else changes.

    Also a confidential order is shared by this, since somebody answers for it by name.
    """
    turn = begin(order, Move.REFER, actor=actor, version=version, now=now)
    item = turn.order
    if (unit is None) == (assignee is None):
        raise ValidationError({"unit": _("Choose the unit or the person to share it with.")})
    if unit is not None and not (unit.is_active and people.in_district(item, unit)):
        raise ValidationError({"unit": _("This unit takes no orders of this district.")})
    if assignee is not None and not people.is_of_district(item, assignee.pk, turn.now):
        raise ValidationError({"assignee": _("This person holds no post in this district.")})
    if Referral.objects.filter(order=item, to_unit=unit, to_user=assignee).exists():
        raise ValidationError({"unit": _("It was shared there already.")})
    Referral.objects.create(order=item, to_unit=unit, to_user=assignee, by=actor, at=turn.now, note=note.strip())
    user_id, unit_id = (assignee.pk if assignee else None), (unit.pk if unit else None)
    involve(item, user_id=user_id, unit_id=unit_id)
    finish(turn, Move.REFER, note=note, to_user=user_id, details={"unit": unit_id} if unit_id else None)
    able = people.of_units([unit_id], turn.now).get(unit_id, []) if unit_id is not None else [user_id]
    tell(turn, "order_referred", able)
    return item


@transaction.atomic
def assign(
    order: WorkOrder | int,
    *,
    actor: User | None,
    assignee: User,
    note: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Name who of the handling unit, or where no unit has it who at the dispatching node, does it; no clock changes."""
    turn = begin(order, Move.ASSIGN, actor=actor, version=version, now=now)
    item = turn.order
    if assignee.pk not in people.assignable(item, turn.now):
        raise ValidationError({"assignee": _("Only somebody of the same unit or level can be named.")})
    if assignee.pk == item.assignee_id:
        raise ValidationError({"assignee": _("This person has it already.")})
    was = item.assignee_id
    turn.hand_to(holder_id=item.holder_id, user_id=assignee.pk)
    for user_id in (was, assignee.pk):
        involve(item, user_id=user_id)
    finish(turn, Move.ASSIGN, note=note, to_user=assignee.pk)
    tell(turn, "order_assigned", [assignee.pk])
    tell(turn, "order_reassigned_away", [was])
    return item


@transaction.atomic
def answer(
    order: WorkOrder | int,
    *,
    actor: User | None,
    answer: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Say, for the unit that answers for the order, the one answer to what others did; then it can be closed."""
    turn = begin(order, Move.ANSWER, actor=actor, version=version, now=now)
    if not answer.strip():
        raise ValidationError({"answer": _("Write the answer.")})
    item = turn.order
    item.answer = answer.strip()
    finish(turn, Move.ANSWER, note=answer)
    _holder_id, able = people.nearest(item, item.holder_id, Permission.CLOSE, turn.now)
    tell(turn, "order_to_close", able)
    return item
