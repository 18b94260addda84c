"""Several units at one order: who answers for it, who is shown it, who takes it over, who of a unit does it.

Refer shares, transfer hands over once the other unit accepts, assign names a person of the same unit
(docs/adr/0006-accountable-handling-assisting.md; DOMAIN.md §5.3).
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grids.roles import Permission, Role
from grids.standing import Standing
from workorders.models import WorkOrder
from workorders.states import OPEN, Move, OrderKind, State
from workorders.workflow.rule import MoveRule, Rows
from workorders.workflow.straight import CHECKED, WORKING
from workorders.workflow.who import answers_for, is_handler, over_holder

_dispatches = over_holder(Permission.DISPATCH)


def _handles_or_dispatches(order: WorkOrder, who: Standing) -> bool:
    return is_handler(order, who) or _dispatches(order, who)


def _refers(order: WorkOrder, who: Standing) -> bool:
    return _handles_or_dispatches(order, who) or answers_for(order, who)


def _assigns(order: WorkOrder, who: Standing) -> bool:
    """The one who has it, the head of the unit that has it, or whoever dispatches at its level."""
    leads = any(post.role == Role.DEPT_LEADER and post.unit_id == order.lead_unit_id for post in who.posts)
    return _handles_or_dispatches(order, who) or (order.lead_unit_id is not None and leads)


def _is_asked(order: WorkOrder, who: Standing) -> bool:
    return order.transfer_unit_id in who.unit_ids


def _answers(order: WorkOrder, who: Standing) -> bool:
    """The accountable unit; in its stead, should it be silent, whoever dispatches at the level that is to close."""
    return answers_for(order, who) or _dispatches(order, who)


def _asked_already(order: WorkOrder) -> str | Promise | None:
    return _("A unit was asked to take over already.") if order.transfer_unit_id is not None else None


def _nobody_asked(order: WorkOrder) -> str | Promise | None:
    return _("No unit is being asked to take over.") if order.transfer_unit_id is None else None


def _no_answer_due(order: WorkOrder) -> str | Promise | None:
    if order.is_reply_due:
        return _("Whoever asked gets a reply that is reviewed: it is the answer.")
    return None if order.needs_answer else _("No answer of another unit is awaited.")


def _releases(order: WorkOrder, who: Standing) -> bool:
    """Whoever handles the order that is assisted, or dispatches at its level."""
    return (order.parent is not None and is_handler(order.parent, who)) or _dispatches(order, who)


_ASKED = WORKING | {State.SUSPENDED}

ROWS: Rows = {
    Move.ACCEPT_TRANSFER: MoveRule(WORKING, State.IN_PROGRESS, _is_asked, guard=_nobody_asked),
    Move.REFUSE_TRANSFER: MoveRule(_ASKED, None, _is_asked, needs_reason=True, guard=_nobody_asked),
    Move.ANSWER: MoveRule(frozenset({State.PENDING_CLOSURE}), None, _answers, guard=_no_answer_due),
    Move.ASSIGN: MoveRule(WORKING, None, _assigns, kinds=CHECKED),
    Move.ASSIST: MoveRule(WORKING, None, _handles_or_dispatches),
    Move.TRANSFER: MoveRule(WORKING, None, _handles_or_dispatches, needs_reason=True, guard=_asked_already),
    Move.WITHDRAW_TRANSFER: MoveRule(_ASKED, None, _handles_or_dispatches, guard=_nobody_asked),
    Move.RELEASE: MoveRule(
        WORKING | {State.PENDING_VERIFICATION, State.SUSPENDED},
        State.CLOSED,
        _releases,
        needs_reason=True,
        kinds=frozenset({OrderKind.ASSIST}),
    ),
    Move.REFER: MoveRule(OPEN, None, _refers),
}
