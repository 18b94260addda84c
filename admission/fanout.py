"""Sending the rounds of admitted tasks into their grids: each round once, whoever runs this and how often.

A task is claimed by its row (`SKIP LOCKED`), a round is unique by task and day, a grid's part by round and grid. After
a standstill the newest round that has begun goes out with its full time from then on; the rounds before it are put on
record as missed, since nobody does last week's check this week.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts import bulk, notices
from accounts.notices import Draft
from admission import scope
from admission.models import Assignment, Round, Task
from admission.owners import owners_of
from admission.rounds import due_at, round_dates
from grids.calendar import load_calendar
from grids.models import Kind
from workorders.actions import tasks
from workorders.actions.tasks import Deadline, Place
from workorders.models import Category
from workorders.states import Difficulty

WARN_PERCENT = 80
MINE = "/tasks/mine/"
CATEGORY_CODE = "TASK"
PATH = (
    "pk",
    "kind",
    "name",
    "co_managed_by_id",
    "parent_id",
    "parent__co_managed_by_id",
    "parent__parent_id",
    "parent__parent__parent_id",
)


def run(now: dt.datetime | None = None) -> int:
    """Issue every round that is due to begin by now; returns how many orders went out."""
    moment = now or timezone.now()
    due = Task.objects.due_to_go_out(timezone.localdate(moment)).order_by("next_on", "pk")
    return sum(_fan_out(pk, moment) for pk in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _fan_out(pk: int, now: dt.datetime) -> int:
    """Issue one task's newest round, unless somebody else has the task in hand or has done it."""
    today = timezone.localdate(now)
    claimed = Task.objects.due_to_go_out(today).select_for_update(skip_locked=True, of=("self",)).filter(pk=pk)
    task = claimed.select_related("district").first()
    if task is None or task.next_on is None:
        return 0
    days = [day for day in round_dates(task.rhythm, task.starts_on, task.ends_on) if day >= task.next_on]
    begun = [day for day in days if day <= today]
    _note_missed(task, begun[:-1], now)
    issued = _issue(task, begun[-1], now)
    task.next_on = next((day for day in days if day > today), None)
    task.save(update_fields=["next_on"])
    return issued


def _note_missed(task: Task, days: Sequence[dt.date], now: dt.datetime) -> None:
    calendar = load_calendar()
    Round.objects.bulk_create(
        Round(
            task=task,
            day=day,
            issued_at=now,
            due_at=due_at(day, task.allowed_value, task.allowed_unit, calendar),
            is_missed=True,
        )
        for day in days
    )


def _issue(task: Task, day: dt.date, now: dt.datetime) -> int:
    """Make a round with an order for each grid that somebody answers for."""
    today = timezone.localdate(now)
    deadline = _deadline(task, max(day, today), now)
    rows = list(scope.grids_of(task, today).order_by("tree_id", "lft").values(*PATH))
    owners = owners_of([row["pk"] for row in rows], today)
    round_ = Round.objects.create(task=task, day=day, issued_at=now, due_at=deadline.due_at, grids=len(rows))
    owned = [row for row in rows if row["pk"] in owners]
    places = [
        place_of(row, holder_id=owners[row["pk"]].node_id, assignee_id=owners[row["pk"]].user_id) for row in owned
    ]
    keys = tasks.issue_tasks(
        places, district=task.district, category=task_category(), title=task.title, deadline=deadline, now=now
    )
    bulk.insert(
        Assignment,
        {
            "grid_id": [row["pk"] for row in owned],
            "community_id": [place.community_id for place in places],
            "street_id": [place.street_id for place in places],
            "order_id": keys,
            "worker_id": [place.assignee_id for place in places],
        },
        {"task_id": task.pk, "round_id": round_.pk, "issued_at": now},
    )
    _tell(task, Counter(place.assignee_id for place in places), now)
    return len(keys)


def place_of(row: dict[str, object], *, holder_id: int, assignee_id: int) -> Place:
    """Say where a grid's order lies; a micro-grid's in its base grid, named by the address (workorders/places.py)."""
    is_micro = row["kind"] == Kind.MICRO
    grid, community, street, dual = (
        ("parent_id", "parent__parent_id", "parent__parent__parent_id", "parent__co_managed_by_id")
        if is_micro
        else ("pk", "parent_id", "parent__parent_id", "co_managed_by_id")
    )
    ids = {name: value if isinstance(value, int) else None for name, value in row.items()}
    return Place(
        grid_id=ids[grid] or 0,
        community_id=ids[community],
        street_id=ids[street],
        co_community_id=ids[dual],
        holder_id=ids[grid] or 0 if holder_id == row["pk"] else holder_id,
        assignee_id=assignee_id,
        address=str(row["name"]) if is_micro else "",
    )


def task_category() -> Category:
    """Return the category that orders of tasks stand under; it is not offered for reports."""
    found, _made = Category.objects.get_or_create(
        code=CATEGORY_CODE,
        defaults={
            "name": "入格任务",
            "name_en": "Task in the grids",
            "difficulty": Difficulty.SIMPLE,
            "needs_photo": False,
            "is_active": False,
            "source": "work admission",
        },
    )
    return found


def _deadline(task: Task, day: dt.date, now: dt.datetime) -> Deadline:
    calendar = load_calendar()
    due = due_at(day, task.allowed_value, task.allowed_unit, calendar)
    warn = calendar.share(now, due, WARN_PERCENT, task.allowed_unit)
    return Deadline(min(warn, due), due, task.allowed_value, task.allowed_unit)


def _tell(task: Task, grids: "Counter[int]", now: dt.datetime) -> None:
    """One notice for each worker and round, however many grids they have."""
    drafts = [
        Draft(user_id, "task_round", {"number": task.pk, "grids": count}, MINE) for user_id, count in grids.items()
    ]
    notices.send_many(drafts, now=now)
