"""Tables of standing tasks."""

from admission.models.load import Capacity, Effort
from admission.models.tasks import (
    MAX_FIELDS,
    MAX_MINUTES,
    Answer,
    Assignment,
    Round,
    Task,
    TaskEvent,
    TaskField,
)

__all__ = [
    "MAX_FIELDS",
    "MAX_MINUTES",
    "Answer",
    "Assignment",
    "Capacity",
    "Effort",
    "Round",
    "Task",
    "TaskEvent",
    "TaskField",
]
