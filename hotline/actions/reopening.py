"""A requester is not content: the matter is taken up again, within the days after the answer (15, a limit row)."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from grids.calendar import load_calendar
from grids.roles import Permission
from hotline import limits
from hotline.actions.acting import Turn, begin, finish
from hotline.models import Request
from hotline.states import Act, CallState, RequestState, profile_for
from residents.errors import NotPossible
from workorders import actions as orders
from workorders.actions.replying import reply_awaited
from workorders.doubles import head_of
from workorders.limits import NoLimitRow, Question, Rulebook
from workorders.models import WorkOrder
from workorders.states import FINAL, Difficulty, ReopenReason, Stage, State

UNSAID_DAYS = 15
_ANSWERS = (Act.REPLY_SENT, Act.ANSWER_DIRECTLY)


@transaction.atomic
def reopen(
    matter: Request | int,
    *,
    actor: User | None,
    reason: str,
    note: str,
    by: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Request:
    """Take up an answered request again: its order is reopened, or still waits for a better reply; without one it goes
    back to the desk.

    `actor` None is the requester or a rule, and `by` then says which. `reason` is of workorders.states.ReopenReason.
    Raises ValidationError naming the field, NotPossible (too late, not answered), InvalidMove where the order refuses,
    Stale, PermissionDenied.
    """
    states = {RequestState.ANSWERED, RequestState.CLOSED}
    turn = begin(matter, actor=actor, states=states, permission=Permission.REOPEN, version=version, now=now)
    if reason not in ReopenReason.values:
        raise ValidationError({"reason": _("Choose the reason from the list.")})
    if not note.strip():
        raise ValidationError({"note": _("Give the reason.")})
    until = reopens_until(turn.matter)
    if until is not None and turn.now > until:
        raise NotPossible(_("The time in which an answered request may be reopened is over; ask anew."))
    item = turn.matter
    item.reopen_count += 1
    item.call_state, item.was_contacted, item.solved, item.satisfaction = CallState.NONE, None, "", None
    item.answer = ""
    details: dict[str, Any] = {"reason": reason} | ({"by": by} if by else {})
    order = _order_again(turn, reason, note)
    if order is None:
        item.order, item.dispatched_at = None, None
        item.due_at = limits.due_at(item.district_id, item.kind, item.urgency, turn.now, item.category_id)
        turn.to(RequestState.RECEIVED)
    else:
        item.order, item.due_at = order, order.whole_due_at if order.profile else item.due_at
        item.is_excluded = order.is_excluded or item.is_excluded
        turn.to(RequestState.DISPATCHED)
        details["order"] = order.pk
    return finish(turn, Act.REOPEN, note=note, details=details)


def _order_again(turn: Turn, reason: str, note: str) -> WorkOrder | None:
    """Return the order that takes the matter up again; None where there is none that could."""
    if turn.matter.order_id is None:
        return None
    order = WorkOrder.objects.get(pk=head_of(turn.matter.order_id))
    if order.state not in FINAL:
        return reply_awaited(order)
    if order.state not in {State.CLOSED, State.EVALUATED}:
        return None
    return orders.reopen(order, actor=turn.actor, reason=reason, note=note, now=turn.now)


def reopens_until(matter: Request) -> dt.datetime | None:
    """Return until when an answered request may be reopened, by the district's row; None before there is an answer."""
    answered = matter.events.filter(act__in=_ANSWERS).order_by("-id").values_list("at", flat=True).first()
    since = answered or matter.answered_at
    if since is None:
        return None
    question = Question(
        Stage.REOPEN,
        matter.category_id or 0,
        Difficulty.SIMPLE,
        "district",
        matter.urgency,
        matter.received_at,
        profile_for(matter.kind),
    )
    try:
        row = Rulebook.load(matter.district_id).limit(question)
    except NoLimitRow:
        return load_calendar().add(since, UNSAID_DAYS, "calendar_day")
    return load_calendar().add(since, row.value, row.unit)
