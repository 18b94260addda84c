"""Requests that lose their ground: the order left the hands of whoever asked, so nobody has to decide any more."""

import datetime as dt
from collections.abc import Collection, Iterable

from workorders.models import Approval, WorkOrder
from workorders.states import ApprovalKind, ApprovalState, State

GROUND = {
    ApprovalKind.EXTENSION: frozenset({State.DISPATCHED, State.IN_PROGRESS}),
    ApprovalKind.SUSPENSION: frozenset({State.IN_PROGRESS}),
    ApprovalKind.EXPLANATION: frozenset({State.DISPATCHED, State.IN_PROGRESS}),
}
"""The states in which a handler's request stands while it is theirs. An exclusion does not hang on the handler."""


def groundless(order: WorkOrder, *, changed_hands: bool) -> list[str]:
    """Name the kinds of open requests that the order, as it is now, gives no ground for. Pure."""
    return [
        kind
        for kind in order.pending_approvals
        if kind in GROUND and (changed_hands or order.state not in GROUND[ApprovalKind(kind)])
    ]


def lapse(order: WorkOrder, kinds: Collection[str], now: dt.datetime) -> list[str]:
    """Let these open requests of a locked order lapse; the caller saves `pending_approvals`. Returns the kinds."""
    lapsed = [kind for kind in order.pending_approvals if kind in kinds]
    if lapsed:
        open_ones = Approval.objects.filter(order=order, kind__in=lapsed, state=ApprovalState.OPEN)
        open_ones.update(state=ApprovalState.LAPSED, decided_at=now)
        order.pending_approvals = [kind for kind in order.pending_approvals if kind not in lapsed]
    return lapsed


def lapse_many(orders: Iterable[WorkOrder], now: dt.datetime) -> dict[int, list[str]]:
    """Let the handlers' requests of orders that climb lapse, for a batch that is locked: two statements at most.

    Returns the kinds that lapsed, by order.
    """
    left = {o.pk: (o, groundless(o, changed_hands=True)) for o in orders if o.pending_approvals}
    found = {pk: kinds for pk, (_, kinds) in left.items() if kinds}
    if not found:
        return {}
    open_ones = Approval.objects.filter(order__in=found, kind__in=GROUND, state=ApprovalState.OPEN)
    open_ones.update(state=ApprovalState.LAPSED, decided_at=now)
    still = [",".join(k for k in left[pk][0].pending_approvals if k not in kinds) for pk, kinds in found.items()]
    for rest in set(still):
        keys = [pk for pk, words in zip(found, still, strict=True) if words == rest]
        WorkOrder.objects.filter(pk__in=keys).update(pending_approvals=rest.split(",") if rest else [])
    return found
