"""Who drafts a reply and who reviews it: pure rules (DOMAIN.md §5.3, docs/adr/0006).

The handling unit drafts, the accountable unit reviews: the drafter never their own. Where nobody else is left there,
and in its stead should it be silent, whoever dispatches at the order's level.
"""

import datetime as dt

from grids.roles import Permission
from grids.standing import Standing
from hotline.models import Reply
from hotline.states import ReplyState
from workorders import people
from workorders.actions.moving import accountable_people
from workorders.models import WorkOrder
from workorders.states import State
from workorders.workflow.who import answers_for, is_handler, over_holder

DRAFTED_IN = frozenset(
    {
        State.IN_PROGRESS,
        State.SUSPENDED,
        State.PENDING_VERIFICATION,
        State.PENDING_STRIKE_OFF,
        State.PENDING_CLOSURE,
    }
)
APPROVED_IN = frozenset({State.PENDING_VERIFICATION, State.PENDING_STRIKE_OFF, State.PENDING_CLOSURE})
"""Once there is a result: before, an answer could only promise."""

_dispatches = over_holder(Permission.DISPATCH)


def may_draft(order: WorkOrder, who: Standing) -> bool:
    """The handler and who handed the result in, anyone of the handling unit, and who answers for the order."""
    if order.state not in DRAFTED_IN:
        return False
    if order.lead_unit_id is not None and order.lead_unit_id in who.unit_ids:
        return True
    return is_handler(order, who) or order.handler_id == who.user_id or answers_for(order, who)


def may_review(reply: Reply, order: WorkOrder, who: Standing) -> bool:
    """The people of the accountable unit or node; who dispatches at the order's level. Never who drafted it."""
    if reply.state != ReplyState.DRAFT or reply.drafted_by_id == who.user_id or order.is_final:
        return False
    if reply.review_unit_id is not None and reply.review_unit_id in who.unit_ids:
        return True
    return who.has_at(Permission.HANDLE, reply.review_node_id) or answers_for(order, who) or _dispatches(order, who)


def send_to_review(reply: Reply, order: WorkOrder, now: dt.datetime) -> list[int]:
    """Set whose people review a draft, and return them: of the accountable unit or node, else of the next level up."""
    able = [pk for pk in accountable_people(order, now) if pk != reply.drafted_by_id]
    reply.review_unit_id = order.accountable_unit_id if able else None
    reply.review_node_id = order.accountable_node_id if able and not reply.review_unit_id else None
    if not able:
        start = order.dispatched_from_id or order.holder_id
        reply.review_node_id, able = people.nearest(
            order, start, Permission.DISPATCH, now, except_user=reply.drafted_by_id
        )
    return able
