"""Supervision in the demo: overdue orders of the home department that a supervisor presses, each in another state."""

import datetime as dt

from django.db.models import Max

from accounts.models import User
from demo.live import Theatre
from grids.models import Grid
from grids.roles import Role
from supervision import actions, sweeps
from supervision.addressees import Addressee
from supervision.models import SupervisionOrder
from supervision.states import Outcome
from workorders import actions as orders
from workorders.models import WorkOrder
from workorders.states import State, SupervisionLevel

QUIET = dt.timedelta(hours=26)
"""The orders stood still that long: what is told of them here lies after all else."""
DEMANDS = (
    "该事项超期未办结，请说明原因、责任人和办结时限，书面答复。",
    "群众多次反映，请到现场核实后限期处置，并报送处置结果。",
    "请说明目前进展和存在的困难，明确完成时间。",
)
REPLIES = ("已安排人员到场，因材料未到位延误，预计两个工作日内完成。", "已与相关单位对接，明日上午组织处置。")


def supervise(theatre: Theatre, home: Grid) -> None:
    """Issue, answer, judge and conclude; then let the sweep remind, and draft for what is long overdue."""
    at = [theatre.end - dt.timedelta(hours=hours) for hours in (24, 20, 6, 2)]
    late = list(_overdue(theatre.end)[:4])
    levels = (SupervisionLevel.ORDINARY, SupervisionLevel.KEY, SupervisionLevel.LISTED, SupervisionLevel.ORDINARY)
    items = [
        _issue(theatre, order, level, DEMANDS[number % len(DEMANDS)], at[0], at[3] if number == 1 else None)
        for number, (order, level) in enumerate(zip(late, levels, strict=False))
    ]
    for number, item in enumerate(items[2:]):
        item = actions.reply(item, actor=_handler(theatre, item), note=REPLIES[number], now=at[1])
        if number:
            supervisor = theatre.holder_of(item.district_id, Role.SUPERVISOR)
            words = "已按期答复并明确时限，督办终结。"
            actions.close(item, actor=supervisor, outcome=Outcome.CARRIED_OUT, conclusion=words, now=at[2])
    for order in _waiting(home, theatre.end)[:1]:
        chief = theatre.holder_of(order.district_id, Role.DUTY_CHIEF)
        orders.urge(order, actor=chief, note="请尽快派遣。", now=at[2])
    sweeps.run(theatre.end)


def _overdue(now: dt.datetime) -> list[WorkOrder]:
    """Return what a department has in hand beyond its time and nobody touched of late, the longest first."""
    still = WorkOrder.objects.open().annotate(last=Max("events__at")).filter(last__lt=now - QUIET, due_at__lt=now)
    return list(still.filter(state=State.IN_PROGRESS, lead_unit__isnull=False).order_by("last", "pk"))


def _waiting(home: Grid, now: dt.datetime) -> list[WorkOrder]:
    """Return what waits at the home community to be dispatched."""
    there = WorkOrder.objects.open().annotate(last=Max("events__at")).filter(state=State.FILED, holder=home)
    return list(there.filter(last__lt=now - QUIET).order_by("last", "pk"))


def _issue(
    theatre: Theatre, order: WorkOrder, level: str, demand: str, at: dt.datetime, due_at: dt.datetime | None
) -> SupervisionOrder:
    supervisor = theatre.holder_of(order.district_id, Role.SUPERVISOR)
    unit = Addressee(unit=order.lead_unit)
    return actions.issue(order, actor=supervisor, level=level, demand=demand, addressee=unit, due_at=due_at, now=at)


def _handler(theatre: Theatre, item: SupervisionOrder) -> User:
    return theatre.user(theatre.world.first_handler(item.unit_id or 0))
