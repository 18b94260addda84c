"""What this app puts on pages of work orders: a task's panel, tiles on the workbench, where a task is handed in."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from admission.models import Assignment, Task
from admission.states import TaskState
from grids import panels
from grids.roles import Permission
from grids.standing import Standing
from workorders import elsewhere, tiles
from workorders.models import WorkOrder
from workorders.states import Move, OrderKind


def register() -> None:
    panels.register(panels.Panel("task", WorkOrder, "admission/_order_task.html", task_of, place=10))
    tiles.register("admission", bench_tiles)
    elsewhere.register(OrderKind.TASK, Move.SUBMIT_RESULT, fill_address)


def task_of(order: WorkOrder, who: Standing, now: dt.datetime) -> dict[str, Any] | None:
    """Show what a task's order asks, or what was answered."""
    if order.kind != OrderKind.TASK:
        return None
    found = Assignment.objects.filter(order=order).select_related("task__unit", "round", "grid", "worker")
    item = found.defer("grid__boundary", "grid__duties").first()
    if item is None:
        return None
    answers = item.answers.select_related("field", "photo").order_by("field__position")
    may_fill = order.assignee_id == who.user_id and not order.is_final
    questions = [] if item.handed_in_at else item.task.fields.all()
    return {"item": item, "answers": answers if item.handed_in_at else [], "questions": questions, "may_fill": may_fill}


def bench_tiles(user: User, who: Standing, now: dt.datetime) -> Iterator[tiles.Tile]:
    """Count the tasks that one has to fill in, and the applications that one could decide."""
    yield tiles.Tile(
        _("Tasks to fill in"), "forms", "blue", reverse("admission:mine"), Assignment.objects.held_by(user)
    )
    if who.has(Permission.ADMIT):
        pending = Task.objects.visible_to(user).in_state(TaskState.PENDING)
        url = f"{reverse('admission:tasks')}?show=pending"
        yield tiles.Tile(_("Applications to decide"), "scale", "brand", url, pending)


def fill_address(order: WorkOrder) -> str:
    """Return where a task's order is filled in; empty where its task is not known."""
    pk = Assignment.objects.filter(order=order).values_list("pk", flat=True).first()
    return reverse("admission:fill", args=[pk]) if pk is not None else ""
