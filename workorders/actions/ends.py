"""Other ends than a solution: explain instead, withdraw, exclude from assessment (DOMAIN.md §5.3)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from workorders import ends
from workorders.actions import doubles
from workorders.actions.approvals import ask, decide, tell_approvers, tell_asker
from workorders.actions.checking import strike_off_next
from workorders.actions.moving import Turn, begin, end, finish, involve, tell, unit_people
from workorders.models import WorkOrder
from workorders.states import (
    ApprovalKind,
    ClosingKind,
    ExclusionReason,
    ExplanationBasis,
    Move,
    Stage,
    State,
)
from workorders.workflow import InvalidMove

EXPLANATION, EXCLUSION = ApprovalKind.EXPLANATION, ApprovalKind.EXCLUSION


@transaction.atomic
def request_explanation(
    order: WorkOrder | int,
    *,
    actor: User | None,
    reason: str,
    basis: str,
    note: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Propose to explain instead of to solve: why (a code of ExplanationBasis), by which law or rule (`basis`), and
    what was said to the resident (`note`). No clock stops before a second person agrees."""
    turn = begin(order, Move.REQUEST_EXPLANATION, actor=actor, version=version, now=now)
    _check_reason(reason, ExplanationBasis.values)
    if not basis.strip():
        raise ValidationError({"basis": _("Name the law, the rule or the earlier answer.")})
    _check_assists(turn)
    ask(turn, EXPLANATION, reason=reason, note=note, basis=basis)
    finish(turn, Move.REQUEST_EXPLANATION, reason=reason, note=note)
    tell_approvers(turn, EXPLANATION)
    return turn.order


@transaction.atomic
def grant_explanation(
    order: WorkOrder | int,
    *,
    actor: User | None,
    opinion: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Agree to explain: the order goes on to strike-off or closing, and can only be closed as explained."""
    turn = begin(order, Move.GRANT_EXPLANATION, actor=actor, version=version, now=now)
    _check_assists(turn)
    approval = decide(turn, EXPLANATION, granted=True, opinion=opinion)
    turn.clocks.stop(turn.order, turn.now, Stage.HANDLE)
    turn.order.closing_kind = ClosingKind.EXPLAINED
    turn.order.answer = approval.note
    turn.order.handler_id = approval.asked_by_id
    strike_off_next(turn, Move.GRANT_EXPLANATION, opinion, reason=approval.reason)
    tell_asker(turn, approval)
    return turn.order


@transaction.atomic
def refuse_explanation(
    order: WorkOrder | int,
    *,
    actor: User | None,
    opinion: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Refuse: the handler solves it; their clock has run on."""
    turn = begin(order, Move.REFUSE_EXPLANATION, actor=actor, version=version, now=now)
    approval = decide(turn, EXPLANATION, granted=False, opinion=opinion)
    finish(turn, Move.REFUSE_EXPLANATION, reason=approval.reason, note=opinion)
    tell_asker(turn, approval)
    return turn.order


@transaction.atomic
def withdraw(
    order: WorkOrder | int,
    *,
    actor: User | None,
    note: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Take a report back before it is answered; who had it is told. What others reported of the same lives again."""
    doubles.lock_with_merged(order)
    turn = begin(order, Move.WITHDRAW, actor=actor, version=version, now=now)
    if not note.strip():
        raise ValidationError({"note": _("Give the reason.")})
    _check_assists(turn)
    item, had = turn.order, turn.order.assignee_id
    staff = unit_people(turn) if had is None else []
    item.closing_kind = ClosingKind.WITHDRAWN
    item.suspended_until = None
    turn.to(State.CLOSED)
    end(turn)
    if had is not None:
        involve(item, user_id=had)
    finish(turn, Move.WITHDRAW, note=note)
    tell(turn, "order_withdrawn", [item.reporter_id, had, *staff])
    doubles.release(turn)
    return item


@transaction.atomic
def request_exclusion(
    order: WorkOrder | int,
    *,
    actor: User | None,
    reason: str,
    note: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Ask that an order does not count in assessment (剔除): why, and by which evidence (`note`)."""
    turn = begin(order, Move.REQUEST_EXCLUSION, actor=actor, version=version, now=now)
    refused = ends.why_not(turn.order, Move.REQUEST_EXCLUSION, turn.clocks, turn.now)
    if refused is not None:
        raise InvalidMove(refused)
    _check_reason(reason, ExclusionReason.values)
    ask(turn, EXCLUSION, reason=reason, note=note)
    finish(turn, Move.REQUEST_EXCLUSION, reason=reason, note=note)
    tell_approvers(turn, EXCLUSION)
    return turn.order


@transaction.atomic
def grant_exclusion(
    order: WorkOrder | int,
    *,
    actor: User | None,
    opinion: str = "",
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Exclude the order from assessment; that stands in its history and in the audit log."""
    turn = begin(order, Move.GRANT_EXCLUSION, actor=actor, version=version, now=now)
    approval = decide(turn, EXCLUSION, granted=True, opinion=opinion)
    turn.order.is_excluded = True
    finish(turn, Move.GRANT_EXCLUSION, reason=approval.reason, note=opinion)
    audit.record(actor, "workorders.exclude", turn.order, {"reason": approval.reason, "asked_by": approval.asked_by_id})
    tell_asker(turn, approval)
    return turn.order


@transaction.atomic
def refuse_exclusion(
    order: WorkOrder | int,
    *,
    actor: User | None,
    opinion: str,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> WorkOrder:
    """Refuse: the order counts as it is."""
    turn = begin(order, Move.REFUSE_EXCLUSION, actor=actor, version=version, now=now)
    approval = decide(turn, EXCLUSION, granted=False, opinion=opinion)
    finish(turn, Move.REFUSE_EXCLUSION, reason=approval.reason, note=opinion)
    audit.record(actor, "workorders.refuse_exclusion", turn.order, {"reason": approval.reason})
    tell_asker(turn, approval)
    return turn.order


def _check_reason(reason: str, known: list[str]) -> None:
    if reason not in known:
        raise ValidationError({"reason": _("Choose the reason from the list.")})


def _check_assists(turn: Turn) -> None:
    if turn.order.assists.filter(finished_at=None).exists():
        raise InvalidMove(_("Other units still assist with this order; release them first."))
