"""What the order page shows where several have a part: the order assisted, sub-orders, shares, credit and delay."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from accounts.kept import Joined
from grids import panels
from grids.calendar import load_calendar
from grids.models import Grid, Unit
from grids.standing import Standing
from workorders import credit
from workorders.models import Event, Referral, StageClock, WorkOrder
from workorders.states import OrderKind, Stage

_REFERRALS = Joined(
    lambda order: Referral.objects.filter(order=order).select_related("to_unit", "to_user", "by"), order=-1
)


@dataclass(frozen=True)
class Line:
    """One row of the table of credit and delay."""

    name: str
    share: credit.Share


def register() -> None:
    panels.register(panels.Panel("joint", WorkOrder, "workorders/joint.html", answer, place=5))


def answer(order: WorkOrder, who: Standing, now: dt.datetime) -> dict[str, Any] | None:
    """Return the panel's context; None for an order that one unit had alone. One query then, else up to seven."""
    if order.kind == OrderKind.TASK:
        return None
    if order.kind == OrderKind.ASSIST:
        return {"parent": order.parent}
    subs = list(order.assists.select_related("lead_unit", "assignee").order_by("pk")) if order.assist_count else []
    referrals = _REFERRALS.instances(order=order.pk)
    lines = _lines(order, subs, now) if subs or order.is_answered_for_elsewhere else []
    if not (subs or referrals or lines):
        return None
    return {"subs": subs, "done": sum(sub.is_final for sub in subs), "referrals": referrals, "lines": lines}


def _lines(order: WorkOrder, subs: list[WorkOrder], now: dt.datetime) -> list[Line]:
    ids = [order.pk, *(sub.pk for sub in subs)]
    events = Event.objects.filter(order__in=ids).defer("note", "details").order_by("id")
    clocks = StageClock.objects.filter(order__in=ids, stage=Stage.HANDLE)
    shares = credit.split(order, subs, events, clocks, load_calendar(), now)
    units = dict(Unit.objects.filter(pk__in=[s.unit_id for s in shares if s.unit_id]).values_list("pk", "name"))
    nodes = dict(Grid.objects.filter(pk__in=[s.node_id for s in shares if s.node_id]).values_list("pk", "name"))
    return [Line(units.get(s.unit_id or 0) or nodes.get(s.node_id or 0, ""), s) for s in shares]
