"""The burden meter: how many minutes a week each worker already carries, and what one more task would add.

Nobody's working time is measured. What the system knows is how many orders a worker had, and what workers say a task
took. So the minutes of a week are counted from three parts, and each says what it stands on:

- incidents of the last eight weeks, open and finished, times the minutes assumed for their category and difficulty
  (rows of the district, admission/effort.py);
- tasks that come again: grids of the worker times rounds a week times the median of the minutes that workers stated
  in the last eight weeks, or the applicant's estimate while fewer than five have stated any;
- tasks that came once in the last eight weeks, by the same minutes, spread over the eight weeks.

Set-based: the number of statements does not grow with workers, tasks or orders.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils import timezone

from admission import scope
from admission.effort import Assumption, EffortBook, capacities
from admission.facts import Terms
from admission.load_sql import INCIDENTS, MEDIANS, ONCE, PEOPLE, STANDING
from admission.models import Task
from admission.owners import ASKED, owners_of
from admission.rounds import rounds_a_week
from admission.states import Rhythm, TaskState
from grids.models import Employment, Kind
from grids.roles import Role

WEEKS = 8
ENOUGH_STATED = 5
"""As many statements make a median of a task; with fewer the applicant's estimate holds."""


@dataclass
class Burden:
    """One worker's week, in minutes."""

    user_id: int
    name: str
    employment: str
    grids: str
    grid_count: int
    capacity: int
    orders: int = 0
    incidents: float = 0.0
    standing: float = 0.0
    once: float = 0.0
    added: float = 0.0
    added_grids: int = 0

    @property
    def tasks(self) -> float:
        return self.standing + self.once

    @property
    def before(self) -> float:
        return self.incidents + self.standing + self.once

    @property
    def after(self) -> float:
        return self.before + self.added

    @property
    def is_over_before(self) -> bool:
        return self.before > self.capacity

    @property
    def is_over_after(self) -> bool:
        return self.after > self.capacity

    @property
    def share_before(self) -> float:
        return 100 * self.before / self.capacity

    @property
    def share_after(self) -> float:
        return 100 * self.after / self.capacity


@dataclass(frozen=True)
class TaskMinutes:
    """The minutes that a running task takes for a grid: a median of what was stated, or an estimate."""

    minutes: float
    stated: int

    @property
    def is_measured(self) -> bool:
        return self.stated >= ENOUGH_STATED


@dataclass
class Meter:
    """The load of everybody whom a task would reach, heaviest first, and what the numbers stand on."""

    burdens: list[Burden]
    grids: int
    unowned: int
    capacities: dict[str, Assumption]
    book: EffortBook
    tasks: dict[int, TaskMinutes] = field(default_factory=dict)
    since: dt.datetime | None = None

    @property
    def newly_over(self) -> list[Burden]:
        return [burden for burden in self.burdens if burden.is_over_after and not burden.is_over_before]

    @property
    def over_before(self) -> list[Burden]:
        return [burden for burden in self.burdens if burden.is_over_before]

    @property
    def added_total(self) -> float:
        return sum(burden.added for burden in self.burdens)

    @property
    def measured_tasks(self) -> int:
        return sum(task.is_measured for task in self.tasks.values())


def measure(
    district_id: int,
    terms: Terms,
    *,
    minutes: float,
    allowed_value: int,
    allowed_unit: str,
    now: dt.datetime | None = None,
    except_task: int | None = None,
) -> Meter:
    """Weigh a task of these terms against what the workers of its grids carry; `minutes` for one grid.

    `except_task` leaves a running task out of the load, for the page of that task itself.
    """
    moment = now or timezone.now()
    day, since = timezone.localdate(moment), moment - dt.timedelta(weeks=WEEKS)
    grid_ids = list(
        scope.grids_in(terms.nodes, terms.kinds, terms.settlement, day).order_by("pk").values_list("pk", flat=True)
    )
    owners = owners_of(grid_ids, day)
    week = capacities(district_id, moment)
    burdens = _people(grid_ids, {owner.user_id for owner in owners.values()}, day, week)
    for owner in owners.values():
        burdens[owner.user_id].added_grids += 1
    per_grid = minutes * rounds_a_week(terms.rhythm, allowed_value, allowed_unit)
    for burden in burdens.values():
        burden.added = burden.added_grids * per_grid
    meter = Meter([], len(grid_ids), len(grid_ids) - len(owners), week, EffortBook.load(district_id, moment), {}, since)
    _add_incidents(meter.book, district_id, burdens, since)
    meter.tasks = task_minutes(district_id, since)
    _add_standing(meter.tasks, district_id, burdens, day, except_task)
    _add_once(meter.tasks, burdens, since)
    meter.burdens = sorted(burdens.values(), key=lambda burden: (-burden.after, burden.user_id))
    return meter


def task_minutes(district_id: int, since: dt.datetime) -> dict[int, TaskMinutes]:
    """Map each task of the district that ran since then to its minutes for a grid: one query."""
    found = _rows(MEDIANS, {"district": district_id, "since": since, "states": [TaskState.ADMITTED, TaskState.ENDED]})
    return {
        task_id: TaskMinutes(float(median) if stated >= ENOUGH_STATED else float(estimate), stated)
        for task_id, estimate, stated, median in found
    }


def _people(
    grid_ids: Sequence[int], owner_ids: set[int], day: dt.date, week: dict[str, Assumption]
) -> dict[int, Burden]:
    """Return whoever works in these grids or answers for them; full time counts where somebody holds both."""
    found: dict[int, Burden] = {}
    roles = [Role.GRID_WORKER.value, Role.GRID_LEADER.value]
    parameters = {"grids": list(grid_ids), "owners": sorted(owner_ids), "day": day, "roles": roles}
    for user_id, name, is_full, places, count in _rows(PEOPLE, parameters):
        employment = Employment.FULL_TIME if is_full else Employment.PART_TIME
        found[user_id] = Burden(user_id, name, employment, places or "", count, week[employment].minutes)
    return found


def _add_incidents(book: EffortBook, district_id: int, burdens: dict[int, Burden], since: dt.datetime) -> None:
    table = book.table()
    parameters = {
        "district": district_id,
        "since": since,
        "users": list(burdens),
        "categories": [row[0] for row in table],
        "difficulties": [row[1] for row in table],
        "minutes": [row[2] for row in table],
    }
    for user_id, orders, minutes in _rows(INCIDENTS, parameters):
        burdens[user_id].orders = orders
        burdens[user_id].incidents = float(minutes) / WEEKS


def _add_standing(
    tasks: dict[int, TaskMinutes], district_id: int, burdens: dict[int, Burden], day: dt.date, except_task: int | None
) -> None:
    running = [
        (task.pk, tasks[task.pk].minutes * rounds_a_week(task.rhythm, task.allowed_value, task.allowed_unit))
        for task in Task.objects.running(day).filter(district_id=district_id).exclude(rhythm=Rhythm.ONCE)
        if task.pk != except_task and task.pk in tasks
    ]
    if not running:
        return
    parameters = {
        "tasks": [pk for pk, _weight in running],
        "weights": [weight for _pk, weight in running],
        "day": day,
        "users": list(burdens),
        "roles": ASKED,
        "kinds": [Kind.BASE.value, Kind.DEDICATED.value, Kind.MICRO.value],
    }
    for user_id, minutes in _rows(STANDING, parameters):
        burdens[user_id].standing = float(minutes)


def _add_once(tasks: dict[int, TaskMinutes], burdens: dict[int, Burden], since: dt.datetime) -> None:
    parameters = {
        "tasks": list(tasks),
        "minutes": [task.minutes for task in tasks.values()],
        "since": since,
        "users": list(burdens),
        "once": Rhythm.ONCE.value,
    }
    for user_id, minutes in _rows(ONCE, parameters):
        burdens[user_id].once = float(minutes) / WEEKS


def _rows(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
