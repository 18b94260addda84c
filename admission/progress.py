"""How far a task is: by node, by field, and which grids are still open. Set-based, on the assignments of its rounds."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Avg, Count, Max, Min, Q

from admission.models import Answer, Assignment, Round, Task, TaskField
from admission.querysets import AssignmentQuerySet
from admission.states import FieldKind
from grids.models import Grid, Kind


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


LEVELS = {"": "street_id", Kind.DISTRICT: "street_id", Kind.STREET: "community_id", Kind.COMMUNITY: "grid_id"}
"""Below a node of this kind progress is told by nodes of that column."""


def part_of(round_: Round, within: Grid | None) -> AssignmentQuerySet:
    """Return a round's assignments in a street or community, or all of them."""
    found = Assignment.objects.filter(round=round_)
    if within is None or within.kind == Kind.DISTRICT:
        return found
    return found.filter(**{"street" if within.kind == Kind.STREET else "community": within.pk})


def by_node(round_: Round, within: Grid | None, now: dt.datetime) -> list[tuple[Grid, Sum]]:
    """Tell a round's progress by the nodes right below this one, in the order of the tree: two queries."""
    column = LEVELS.get(within.kind if within else "", "grid_id")
    sums = _sums(column, part_of(round_, within).order_by(), now)
    nodes = Grid.objects.filter(pk__in=[pk for pk in sums if pk is not None]).order_by("tree_id", "lft")
    return [(node, sums[node.pk]) for node in nodes.only("pk", "name", "kind", "tree_id", "lft")]


def sum_of(round_: Round, within: Grid | None, now: dt.datetime) -> Sum:
    """Return the sum of a round in a node: one query."""
    return Sum(**part_of(round_, within).aggregate(**counted(now)))


@dataclass(frozen=True)
class FieldSum:
    """What was answered to one question: how often, and by kind the yeses and noes, the sum, or each choice's count."""

    field: TaskField
    count: int
    yes: int = 0
    no: int = 0
    total: Decimal | None = None
    average: Decimal | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None
    choices: tuple[tuple[str, int], ...] = ()


def by_field(task: Task, round_: Round, within: Grid | None) -> list[FieldSum]:
    """Sum or count the answers to each question of a task: three queries."""
    answers = Answer.objects.filter(assignment__in=part_of(round_, within)).order_by()
    rows: Any = list(
        answers.values("field_id").annotate(
            count=Count("pk"),
            yes=Count("pk", filter=Q(flag=True)),
            no=Count("pk", filter=Q(flag=False)),
            total=models.Sum("number"),
            average=Avg("number"),
            lowest=Min("number"),
            highest=Max("number"),
        )
    )
    numbers = {row.pop("field_id"): row for row in rows}
    chosen: dict[int, dict[str, int]] = {}
    by_choice = answers.filter(field__kind=FieldKind.CHOICE).values_list("field_id", "text").annotate(n=Count("pk"))
    for field_id, text, count in by_choice:
        chosen.setdefault(field_id, {})[text] = count
    return [
        FieldSum(
            field,
            choices=tuple((choice, chosen.get(field.pk, {}).get(choice, 0)) for choice in field.choices),
            **numbers.get(field.pk, {"count": 0}),
        )
        for field in task.fields.all()
    ]


def stated_minutes(round_: Round, within: Grid | None) -> tuple[int, float | None]:
    """Return how many workers stated their minutes in a round, and the median of it: one query."""
    found = part_of(round_, within).filter(minutes__isnull=False)
    row = found.aggregate(n=Count("pk"), median=Median("minutes"))
    return row["n"], row["median"]


class Median(models.Aggregate):
    """The middle value, as PostgreSQL reckons it."""

    function = "PERCENTILE_CONT"
    name = "median"
    output_field = models.FloatField()
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


def _sums(key: str, found: AssignmentQuerySet, now: dt.datetime) -> dict[int, Sum]:
    rows: list[dict[str, Any]] = list(found.values(key).annotate(**counted(now)))
    return {row.pop(key): Sum(**row) for row in rows}
