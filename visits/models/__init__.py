"""Visits: when one is due, what came of it, what people said, and the reports made of that."""

from visits.models.due import CoverageDay, Due
from visits.models.log import LogEntry, Report
from visits.models.order import PlanOrder
from visits.models.visits import Visit, VisitedPerson, VisitPhoto
from visits.models.warned import WarnedWeek

__all__ = [
    "CoverageDay",
    "Due",
    "LogEntry",
    "PlanOrder",
    "Report",
    "Visit",
    "VisitPhoto",
    "VisitedPerson",
    "WarnedWeek",
]
