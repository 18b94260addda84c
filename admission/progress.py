"""How far a task is: by node, by field, and which grids are still open. Set-based, on the assignments of its rounds."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from admission.models import Assignment, Round, Task
from admission.querysets import AssignmentQuerySet


@dataclass(frozen=True)
class Sum:
    """Counts of grids; `done` has `late` in it, `open` has `overdue` in it."""

    total: int = 0
    done: int = 0
    late: int = 0
    open: int = 0
    overdue: int = 0
    minutes: int = 0

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


def counted(now: dt.datetime) -> dict[str, Count]:
    """Return the aggregates that make a Sum."""
    live, done = Q(is_dropped=False), Q(handed_in_at__isnull=False)
    return {
        "total": Count("pk", filter=live | done),
        "done": Count("pk", filter=done),
        "late": Count("pk", filter=done & Q(is_late=True)),
        "open": Count("pk", filter=live & ~done),
        "overdue": Count("pk", filter=live & ~done & Q(round__due_at__lt=now)),
    }


def totals(task_ids: Sequence[int], now: dt.datetime) -> dict[int, Sum]:
    """Map each task to the sum of its newest round: two queries."""
    newest = Round.objects.issued().filter(task_id__in=task_ids).order_by("task_id", "-day").distinct("task_id")
    found = Assignment.objects.filter(round__in=list(newest.values_list("pk", flat=True))).order_by()
    return _sums("task_id", found, now)


def rounds_of(task: Task, now: dt.datetime) -> list[tuple[Round, Sum]]:
    """List a task's rounds, newest first, with their sums: two queries."""
    found = Assignment.objects.filter(task=task).order_by()
    sums = _sums("round_id", found, now)
    return [(one, sums.get(one.pk, Sum())) for one in task.rounds.order_by("-day")]


def _sums(key: str, found: AssignmentQuerySet, now: dt.datetime) -> dict[int, Sum]:
    rows: list[dict[str, Any]] = list(found.values(key).annotate(**counted(now)))
    return {row.pop(key): Sum(**row) for row in rows}
