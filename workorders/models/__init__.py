"""Work orders, their clocks, climbs and history, and the rows that rule them."""

from workorders.models.clocks import Escalation, StageClock, TimerRun
from workorders.models.history import Event, Involvement, Photo, PhotoKind
from workorders.models.orders import NumberSequence, WorkOrder
from workorders.models.rules import Category, EscalationStep, Limit, Rule

__all__ = [
    "Category",
    "Escalation",
    "EscalationStep",
    "Event",
    "Involvement",
    "Limit",
    "NumberSequence",
    "Photo",
    "PhotoKind",
    "Rule",
    "StageClock",
    "TimerRun",
    "WorkOrder",
]
