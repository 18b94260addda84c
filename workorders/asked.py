"""A request as pages show it: with the moves by which this person may decide it. And where it is shown."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.kept import Joined
from accounts.models import User
from grids import panels
from grids.roles import Permission
from grids.standing import Standing
from workorders import tiles
from workorders.models import Approval, WorkOrder
from workorders.states import ApprovalKind, ApprovalState, Move
from workorders.workflow import moves_for

DECISIONS: dict[str, tuple[Move, Move]] = {
    ApprovalKind.EXTENSION: (Move.GRANT_EXTENSION, Move.REFUSE_EXTENSION),
    ApprovalKind.SUSPENSION: (Move.GRANT_SUSPENSION, Move.REFUSE_SUSPENSION),
    ApprovalKind.EXPLANATION: (Move.GRANT_EXPLANATION, Move.REFUSE_EXPLANATION),
    ApprovalKind.EXCLUSION: (Move.GRANT_EXCLUSION, Move.REFUSE_EXCLUSION),
}

_OF_ORDER = Joined(
    lambda order: Approval.objects.filter(order=order).select_related("asked_by", "decided_by"), order=-1
)


@dataclass(frozen=True)
class Request:
    """One request and, while it is open, this person's moves on it."""

    approval: Approval
    moves: list[Move]

    @property
    def is_open(self) -> bool:
        return self.approval.state == ApprovalState.OPEN


def shown_to(approval: Approval, who: Standing, allowed: Iterable[Move] | None = None) -> Request:
    """Join a request with what this person may do about it; nobody decides on what they asked for."""
    if approval.state != ApprovalState.OPEN or approval.asked_by_id == who.user_id:
        return Request(approval, [])
    moves = moves_for(approval.order, who) if allowed is None else list(allowed)
    return Request(approval, [move for move in DECISIONS[approval.kind] if move in moves])


def of_order(order: WorkOrder, who: Standing, now: dt.datetime) -> dict[str, Any] | None:
    """Answer the order page: its requests, the newest first; None where nobody asked for anything."""
    found = _OF_ORDER.instances(order=order.pk)
    if not found:
        return None
    allowed = moves_for(order, who)
    for approval in found:
        approval.order = order
    return {"requests": [shown_to(approval, who, allowed) for approval in found]}


def bench_tiles(user: User, who: Standing, now: dt.datetime) -> Iterable[tiles.Tile]:
    """Offer whoever decides the count of what waits for them."""
    if who.has(Permission.APPROVE) or who.has(Permission.EXCLUDE):
        rows = Approval.objects.to_decide_by(who)
        yield tiles.Tile(_("To decide"), "rubber-stamp", "yellow", reverse("workorders:approvals"), rows)


def waiting(who: Standing, now: dt.datetime) -> "QuerySet[Any] | None":
    """Return what waits for this person's decision, for the navigation; None for whoever decides nothing."""
    decides = who.has(Permission.APPROVE) or who.has(Permission.EXCLUDE)
    return Approval.objects.to_decide_by(who) if decides else None


def register() -> None:
    panels.register(panels.Panel("approvals", WorkOrder, "workorders/_approvals.html", of_order, place=5))
    tiles.register("approvals", bench_tiles)
