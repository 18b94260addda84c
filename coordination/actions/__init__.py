"""What is done in coordination. Each function is one change with its history and notices."""

from coordination.actions.reviews import cancel_review, convene, correct, decide, record_minutes
from coordination.actions.whistles import blow, cancel, check_in, close, rate, report

__all__ = [
    "blow",
    "cancel",
    "cancel_review",
    "check_in",
    "close",
    "convene",
    "correct",
    "decide",
    "rate",
    "record_minutes",
    "report",
]
