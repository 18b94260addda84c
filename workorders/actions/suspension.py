"""Suspension (挂账): every clock of the order stops until a date; then the time that was left runs on.

Asked for by the handler of an order in progress that is not overdue, granted by a second person, ended by either or
by the timers when the date is past (workorders/sweep_resumes.py). DOMAIN.md §5.3.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from workorders import people, room
from workorders.actions.approvals import ask, decide, open_request, tell_approvers, tell_asker
from workorders.actions.moving import Turn, begin, finish, tell
from workorders.clocks import level_of
from workorders.models import Approval, Event, Limit, WorkOrder
from workorders.states import ApprovalKind, ApprovalState, Move, Stage, State, SuspensionReason
from workorders.workflow import InvalidMove

KIND = ApprovalKind.SUSPENSION
GRANTED = (ApprovalState.GRANTED, ApprovalState.CHANGED)


@transaction.atomic
def request_suspension(
    order: WorkOrder | int,
    *,
    actor: User | None,
    reason: str,
    note: str,
    until: dt.datetime,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Ask to let the order rest until a date, for a reason from the list; no clock stops before it is granted.

    Raises InvalidMove when overdue or the row's times are used up, ValidationError naming the field.
    """
    turn = begin(order, Move.REQUEST_SUSPENSION, actor=actor, version=version, now=now)
    row = _check_room(turn)
    if reason not in SuspensionReason.values:
        raise ValidationError({"reason": _("Choose the reason from the list.")})
    _check_date(turn, row, until)
    ask(turn, KIND, reason=reason, note=note, wanted_until=until)
    finish(turn, Move.REQUEST_SUSPENSION, reason=reason, note=note, details={"wanted_until": until.isoformat()})
    tell_approvers(turn, KIND)
    return turn.order


@transaction.atomic
def grant_suspension(
    order: WorkOrder | int,
    *,
    actor: User | None,
    until: dt.datetime | None = None,
    opinion: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Suspend the order until the date that was asked for, or another; every clock of it stops now."""
    turn = begin(order, Move.GRANT_SUSPENSION, actor=actor, version=version, now=now)
    row = _check_room(turn)
    given = until or open_request(turn, KIND).wanted_until
    if given is None:
        raise ValidationError({"until": _("Give the new date.")})
    _check_date(turn, row, given)
    approval = decide(turn, KIND, granted=True, opinion=opinion, granted_until=given)
    item = turn.order
    turn.clocks.stop(item, turn.now)
    item.suspended_until = given
    turn.to(State.SUSPENDED)
    item.warn_at, item.due_at = None, given
    details = {"until": given.isoformat()}
    finish(turn, Move.GRANT_SUSPENSION, note=opinion, reason=approval.reason, details=details)
    tell_asker(turn, approval)
    return item


@transaction.atomic
def refuse_suspension(
    order: WorkOrder | int,
    *,
    actor: User | None,
    opinion: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Refuse with an opinion; the order stays in work."""
    turn = begin(order, Move.REFUSE_SUSPENSION, actor=actor, version=version, now=now)
    approval = decide(turn, KIND, granted=False, opinion=opinion)
    finish(turn, Move.REFUSE_SUSPENSION, note=opinion, reason=approval.reason)
    tell_asker(turn, approval)
    return turn.order


@transaction.atomic
def resume(
    order: WorkOrder | int,
    *,
    actor: User | None,
    note: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """End a suspension, by hand at any time or by the timers (`actor` None) when its date is past.

    Each clock's deadline moves by the paused working time in its own unit; none is due within a working hour.
    """
    turn = begin(order, Move.RESUME, actor=actor, version=version, now=now)
    item = turn.order
    suspended = Event.objects.filter(order=item, move=Move.GRANT_SUSPENSION).order_by("-id").first()
    stages = [stage for done in suspended.details["clocks"] for stage in done["stages"]] if suspended else []
    turn.clocks.wake(item, stages, turn.now)
    turn.to(State.IN_PROGRESS)
    finish(turn, Move.RESUME, note=note)
    having = [item.assignee_id]
    if item.assignee_id is None and item.lead_unit_id is not None:
        having = [*people.of_units([item.lead_unit_id], turn.now).get(item.lead_unit_id, [])]
    tell(turn, "order_resumed", having)
    return item


def times_suspended(order: WorkOrder) -> int:
    """Count how often a suspension of the order was granted."""
    return Approval.objects.filter(order=order, kind=KIND, state__in=GRANTED).count()


def _check_room(turn: Turn) -> Limit:
    order = turn.order
    row = turn.clocks.row(order, Stage.SUSPENSION, level_of(order, order.holder_id))
    why_not = room.why_no_suspension(order, row, times_suspended(order), turn.now)
    if row is None or why_not is not None:
        raise InvalidMove(why_not or "")
    return row


def _check_date(turn: Turn, row: Limit, until: dt.datetime) -> None:
    if until <= turn.now:
        raise ValidationError({"until": _("The date lies in the future.")})
    latest = room.latest_suspension(row, turn.now, turn.clocks.calendar)
    if until > latest:
        words = date_format(timezone.localtime(latest), "Y-m-d H:i")
        raise ValidationError({"until": _("At the latest %(latest)s.") % {"latest": words}})
