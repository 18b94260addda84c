"""What becomes of a request when its order moves (workorders/watching.py): its deadline and its end follow."""

import datetime as dt

from accounts.models import User
from hotline.actions.acting import record
from hotline.models import Request
from hotline.states import Act, RequestState
from workorders import watching
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
    if order.state in FINAL and move in ENDING:
        for matter in matters.filter(state__in=[RequestState.DISPATCHED, RequestState.ANSWERED]):
            details = {"order": order.pk, "move": move.value}
            record(matter, Act.ORDER_ENDED, actor=actor, now=now, from_state=matter.state, details=details)


ENDING = frozenset({Move.CLOSE, Move.REJECT, Move.VOID, Move.WITHDRAW, Move.MERGE})
