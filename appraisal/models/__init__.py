"""Appraisal: schemes and rules, periods with their results, immediate points, objections, and what is paid."""

from appraisal.models.objections import Correction, Objection
from appraisal.models.pay import PayElement, RecordChange, WorkerRecord
from appraisal.models.periods import Assessment, Line, Mark, Result
from appraisal.models.points import PointEntry, PointPhoto, PointRule
from appraisal.models.schemes import Indicator, Scheme

__all__ = [
    "Assessment",
    "Correction",
    "Indicator",
    "Line",
    "Mark",
    "Objection",
    "PayElement",
    "PointEntry",
    "PointPhoto",
    "PointRule",
    "RecordChange",
    "Result",
    "Scheme",
    "WorkerRecord",
]
