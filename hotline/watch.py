"""What becomes of a request when its order moves (workorders/watching.py): its deadline and its end follow."""

import datetime as dt

from accounts.models import User
from hotline import recipients
from hotline.actions.acting import Turn, finish
from hotline.models import Request
from hotline.states import Act, RequestState
from workorders import watching
from workorders.actions.replying import reply_awaited, reply_not_awaited
from workorders.models import Event, WorkOrder
from workorders.states import FINAL, Move, Profile


def register() -> None:
    """Watch the orders of the hotline's rules; called once, when the app is ready."""
    for profile in Profile:
        watching.register(profile, follow)


def follow(order: WorkOrder, move: Move, actor: User | None, now: dt.datetime) -> None:
    """Keep the deadline of the order's requests in step, and its exclusion. Note in their history that it ended; those
    whom its end does not answer wait at the desk again."""
    matters = Request.objects.filter(order=order)
    if move == Move.REPORT:  # The request is being dispatched: it follows from then on.
        return
    matters.exclude(due_at=order.whole_due_at, is_excluded=order.is_excluded).update(
        due_at=order.whole_due_at, is_excluded=order.is_excluded
    )
    _renew_reply(order, move)
    if order.state in FINAL and move in ENDING:
        for matter in matters.select_for_update(of=("self",)).filter(state__in=_FOLLOWING).order_by("pk"):
            turn = Turn(matter, actor, None, now, matter.state)
            if move in UNANSWERED and matter.state == RequestState.DISPATCHED:
                matter.order, matter.dispatched_at = None, None
                turn.to(RequestState.RECEIVED)
            finish(turn, Act.ORDER_ENDED, details={"order": order.pk, "move": move.value})


def _renew_reply(order: WorkOrder, move: Move) -> None:
    """Ask for another reply where what went out is no longer true, or where another order is to give it."""
    if move == Move.SUBMIT_RESULT and not order.is_reply_due:  # After rework there is another result to tell of.
        reply_awaited(order)
        order.is_reply_due = True
    elif move == Move.MERGE and order.merged_into_id is not None:
        reply_awaited(order.merged_into_id)
    elif move == Move.UNMERGE:
        _leave_alone(order)


def _leave_alone(order: WorkOrder) -> None:
    """Let the order into which this one was merged go on without a reply, where nobody else waits for one there."""
    merged = (
        Event.objects.filter(order=order, move=Move.MERGE).order_by("-id").values_list("details", flat=True).first()
    )
    head = WorkOrder.objects.filter(pk=int((merged or {}).get("into") or 0)).first()
    if head is not None and not Request.objects.filter(order__in=recipients.order_ids(head)).exists():
        reply_not_awaited(head)


_FOLLOWING = (RequestState.DISPATCHED, RequestState.ANSWERED)
UNANSWERED = frozenset({Move.REJECT, Move.VOID, Move.WITHDRAW})
"""Ends of an order that answer nobody: its requests wait at the desk again, which refuses, answers or redispatches."""
ENDING = UNANSWERED | {Move.CLOSE, Move.MERGE}
