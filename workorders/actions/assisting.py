"""Assisting units (协办): a sub-order for each, checked by whoever handles the order, before which that cannot be done.

The order's row is locked before those of its sub-orders, always: `begin` does it for moves of a sub-order.
"""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from grids.models import Unit
from workorders import assists, people
from workorders.actions.moving import Turn, begin, end, finish, involve, let_go, tell, turn_on, unit_people
from workorders.clocks import level_of
from workorders.models import PhotoKind, WorkOrder
from workorders.photos import CleanPhoto, attach
from workorders.states import ClosingKind, Move, OrderKind, Stage, State
from workorders.workflow import InvalidMove

MOST_DAYS = 60
MAX_TEXT = 2000
COPIED = (
    "district_id",
    "street_id",
    "community_id",
    "co_community_id",
    "grid_id",
    "holder_id",
    "category_id",
    "source",
    "address",
    "lng",
    "lat",
    "difficulty",
    "urgency",
    "is_confidential",
    "supervision_level",
)


@transaction.atomic
def assist(
    order: WorkOrder | int,
    *,
    actor: User | None,
    unit: Unit,
    task: str,
    working_days: int | None = None,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Ask a unit for a part of the work: it gets a sub-order with its own limit, in `working_days` or by the row for
    assistance, and sees the order. Returns the order; the sub-order is the latest of its `assists`."""
    turn = begin(order, Move.ASSIST, actor=actor, version=version, now=now)
    item = turn.order
    _check(turn, unit, task, working_days)
    item.assist_count += 1
    sub = WorkOrder(
        kind=OrderKind.ASSIST,
        parent=item,
        number=f"{item.number}-{item.assist_count}",
        description=task.strip(),
        state=State.DISPATCHED,
        lead_unit=unit,
        dispatched_from_id=item.holder_id,
        reported_at=turn.now,
        accepted_at=turn.now,
        dispatched_at=turn.now,
        version=0,
        **{name: getattr(item, name) for name in COPIED},
    )
    sub.save(force_insert=True)
    made = turn_on(sub, actor, turn.who, turn.now)
    made.before["state"] = ""
    made.clocks = turn.clocks
    turn.clocks.log, log = [], turn.clocks.log
    _start_clocks(made, working_days)
    for one in (sub, item):
        involve(one, unit_id=unit.pk)
    involve(sub, user_id=item.assignee_id)
    finish(made, Move.ASSIST, note=task)
    tell(made, "assist_asked", unit_people(made))
    turn.clocks.log = log
    finish(turn, Move.ASSIST, note=task, details={"order": sub.pk, "unit": unit.pk})
    return item


def _check(turn: Turn, unit: Unit, task: str, working_days: int | None) -> None:
    if not (unit.is_active and people.in_district(turn.order, unit)):
        raise ValidationError({"unit": _("This unit takes no orders of this district.")})
    if unit.pk == turn.order.lead_unit_id:
        raise ValidationError({"unit": _("This unit has the order already.")})
    if assists.open_of(turn.order).filter(lead_unit=unit).exists():
        raise ValidationError({"unit": _("This unit assists already.")})
    if not people.of_units([unit.pk], turn.now).get(unit.pk):
        raise ValidationError({"unit": _("Nobody is in post in this unit.")})
    if not task.strip() or len(task) > MAX_TEXT:
        raise ValidationError({"task": _("Say in at most 2,000 characters what the unit is to do.")})
    if working_days is not None and not 1 <= working_days <= MOST_DAYS:
        raise ValidationError({"working_days": _("Give 1 to 60 working days.")})


def _start_clocks(made: Turn, working_days: int | None) -> None:
    sub, level = made.order, level_of(made.order, made.order.holder_id)
    made.clocks.start(sub, Stage.SIGN, made.now, level, is_main=False)
    row = made.clocks.row(sub, Stage.ASSIST, level) if working_days is None else None
    if row is not None:
        made.clocks.start_by(sub, Stage.HANDLE, row, made.now)
    elif working_days is not None:
        made.clocks.start_given(sub, Stage.HANDLE, working_days, made.now)
    else:
        made.clocks.start(sub, Stage.HANDLE, made.now, level)


def give_result(turn: Turn, result: str, photos: Sequence[CleanPhoto]) -> WorkOrder:
    """Put an assisting unit's result before whoever handles the order; photos are welcome and not asked for."""
    sub = turn.order
    if not result.strip() or len(result) > MAX_TEXT:
        raise ValidationError({"result": _("Say what was done.")})
    attach(sub, PhotoKind.AFTER, photos, turn.actor)
    turn.clocks.stop(sub, turn.now, Stage.HANDLE, Stage.SIGN)
    sub.result, sub.handler = result.strip(), turn.actor
    holder_id, checker_id, able = assists.checker(sub, turn.now)
    turn.hand_to(holder_id=holder_id, user_id=checker_id)
    if checker_id is not None:
        involve(sub, user_id=checker_id)
    turn.to(State.PENDING_VERIFICATION)
    turn.clocks.start(sub, Stage.VERIFY, turn.now, level_of(sub, holder_id))
    finish(turn, Move.SUBMIT_RESULT, note=result)
    tell(turn, "assist_to_check", able)
    return sub


def accept_result(turn: Turn, note: str) -> WorkOrder:
    """Find an assisting unit's result good: its sub-order is closed; nobody strikes it off or rates it."""
    sub = turn.order
    sub.closing_kind = ClosingKind.SOLVED
    turn.to(State.CLOSED)
    end(turn)
    finish(turn, Move.VERIFY_PASS, note=note)
    tell(turn, "assist_accepted", [sub.handler_id])
    return sub


@transaction.atomic
def release(
    order: WorkOrder | int,
    *,
    actor: User | None,
    note: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Let an assisting unit go before it is done, with the reason; its people are told."""
    turn = begin(order, Move.RELEASE, actor=actor, version=version, now=now)
    if not note.strip():
        raise ValidationError({"note": _("Give the reason.")})
    let_go(turn, note=note)
    return turn.order


def check_done(order: WorkOrder) -> None:
    """Refuse the result of an order while units still assist, saying which."""
    if not order.assist_count:
        return
    waiting = list(assists.open_of(order).order_by("pk").values_list("number", "lead_unit__name"))
    if waiting:
        words = _("These units still assist: %(units)s. Accept their results or release them first.")
        raise InvalidMove(words % {"units": _(", ").join(f"{name} ({number})" for number, name in waiting)})
