"""Work orders, their clocks, climbs and history, and the rows that rule them."""

from workorders.models.approvals import Approval
from workorders.models.clocks import Escalation, StageClock, TimerRun
from workorders.models.desk import BulkMove, SavedFilter
from workorders.models.history import Event, Involvement, Photo, PhotoKind, Referral
from workorders.models.orders import NumberSequence, WorkOrder
from workorders.models.precedents import Precedent
from workorders.models.rules import Category, EscalationStep, Limit, Rule

__all__ = [
    "Approval",
    "BulkMove",
    "Category",
    "Escalation",
    "EscalationStep",
    "Event",
    "Involvement",
    "Limit",
    "NumberSequence",
    "Photo",
    "PhotoKind",
    "Precedent",
    "Referral",
    "Rule",
    "SavedFilter",
    "StageClock",
    "TimerRun",
    "WorkOrder",
]
