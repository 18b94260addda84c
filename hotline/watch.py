"""What becomes of a request when its order moves (workorders/watching.py): its deadline and its end follow."""

import datetime as dt

from accounts.models import User
from hotline.actions.acting import record
from hotline.models import Request
from hotline.states import Act, RequestState
from workorders import watching
from workorders.actions.replying import reply_awaited
from workorders.models import WorkOrder
from workorders.states import FINAL, Move, Profile


def register() -> None:
    """Watch the orders of the hotline's rules; called once, when the app is ready."""
    for profile in Profile:
        watching.register(profile, follow)


def follow(order: WorkOrder, move: Move, actor: User | None, now: dt.datetime) -> None:
    """Keep the deadline of the order's requests in step, and its exclusion; note in their history that it ended."""
    matters = Request.objects.filter(order=order)
    if move == Move.REPORT:  # The request is being dispatched: it follows from then on.
        return
    matters.exclude(due_at=order.whole_due_at, is_excluded=order.is_excluded).update(
        due_at=order.whole_due_at, is_excluded=order.is_excluded
    )
    _renew_reply(order, move)
    if order.state in FINAL and move in ENDING:
        for matter in matters.filter(state__in=[RequestState.DISPATCHED, RequestState.ANSWERED]):
            details = {"order": order.pk, "move": move.value}
            record(matter, Act.ORDER_ENDED, actor=actor, now=now, from_state=matter.state, details=details)


def _renew_reply(order: WorkOrder, move: Move) -> None:
    """Ask for another reply where what went out is no longer true, or where another order is to give it."""
    if move == Move.SUBMIT_RESULT and not order.is_reply_due:  # After rework there is another result to tell of.
        reply_awaited(order)
        order.is_reply_due = True
    elif move == Move.MERGE and order.merged_into_id is not None:
        reply_awaited(order.merged_into_id)


ENDING = frozenset({Move.CLOSE, Move.REJECT, Move.VOID, Move.WITHDRAW, Move.MERGE})
