"""What an order's page says of others that report the same: where it was merged, what was merged here, what may be."""

import datetime as dt
from typing import Any

from grids import panels
from grids.roles import Permission
from grids.standing import Standing
from workorders import doubles, lists
from workorders.models import WorkOrder
from workorders.states import Move, OrderKind, State
from workorders.workflow import moves_for

SHOWN = 50


def register() -> None:
    """Put the panel on the order's page, before those of other apps; called once, when the app is ready."""
    panels.register(panels.Panel("doubles", WorkOrder, "workorders/doubles_panel.html", answer, place=10))


def answer(order: WorkOrder, who: Standing, now: dt.datetime) -> dict[str, Any] | None:
    """Gather it as far as this person may see it; None where there is nothing to say."""
    if order.kind != OrderKind.INCIDENT:
        return None
    if order.state == State.MERGED:
        return _merged(order, who) | {"may_merge": False}
    merged, rows = {"merged_into": order, "state": State.MERGED}, []
    if WorkOrder.objects.filter(**merged).exists():  # mostly not: then the long query is not even planned
        seen = lists.for_rows(doubles.seen_by(who)).filter(**merged)
        rows = list(seen.prefetch_related("photos").order_by("pk")[:SHOWN])
    alike = doubles.candidates(doubles.spot_of(order), who, now) if _decides(order, who) else []
    if not rows and not alike:
        return None
    return {"merged": rows, "alike": alike, "may_merge": bool(alike) and Move.MERGE in moves_for(order, who)}


def _decides(order: WorkOrder, who: Standing) -> bool:
    """Whoever accepts, dispatches or merges it has to know of others like it."""
    if order.is_final:
        return False
    wanted = (Permission.ACCEPT, Permission.DISPATCH, Permission.MERGE)
    return any(who.has_over(permission, order.path_ids, order.holder_id) for permission in wanted)


def _merged(order: WorkOrder, who: Standing) -> dict[str, Any]:
    """Name the order that it was merged into to those who may see that one; its answer also to who reported this one,
    unless the other is confidential."""
    head = WorkOrder.objects.get(pk=doubles.head_of(order.pk))
    is_seen = doubles.seen_by(who).filter(pk=head.pk).exists()
    return {"head": head, "is_seen": is_seen, "is_answered": head.is_final and (is_seen or not head.is_confidential)}
