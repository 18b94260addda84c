"""Who may do what with an application, and from which state: one table, asked by pages and actions alike."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from admission.models import Task
from admission.states import TaskMove, TaskState
from grids.roles import Permission
from grids.standing import Standing
from workorders.workflow import InvalidMove


def is_of_unit(task: Task, who: Standing) -> bool:
    """Say whether somebody applies for tasks in the name of the task's unit."""
    return any(post.unit_id == task.unit_id and post.gives(Permission.APPLY_TASK) for post in who.posts)


def admits_for(task: Task, who: Standing) -> bool:
    """Say whether somebody admits tasks at a node over the applying unit."""
    node = task.unit.node
    return any(
        post.gives(Permission.ADMIT)
        and post.tree_id == node.tree_id
        and post.lft <= node.lft
        and post.rght >= node.rght
        for post in who.posts
    )


def decides(task: Task, who: Standing) -> bool:
    """Whoever admits, but never on their own application."""
    return admits_for(task, who) and who.user_id != task.applicant_id


@dataclass(frozen=True)
class TaskRule:
    source: TaskState
    to: TaskState
    allowed: Callable[[Task, Standing], bool]


RULES: dict[TaskMove, TaskRule] = {
    TaskMove.ADMIT: TaskRule(TaskState.PENDING, TaskState.ADMITTED, decides),
    TaskMove.REFUSE: TaskRule(TaskState.PENDING, TaskState.REFUSED, decides),
    TaskMove.WITHDRAW: TaskRule(TaskState.PENDING, TaskState.WITHDRAWN, is_of_unit),
    TaskMove.END: TaskRule(
        TaskState.ADMITTED, TaskState.ENDED, lambda task, who: is_of_unit(task, who) or admits_for(task, who)
    ),
}


def check_move(task: Task, move: TaskMove, who: Standing | None) -> None:
    """Let the move pass or raise: InvalidMove where the state forbids it, PermissionDenied where the person may not."""
    rule = RULES[move]
    if task.state != rule.source:
        raise InvalidMove(
            _("This is not possible while the task is “%(state)s”.") % {"state": task.get_state_display()}
        )
    if who is not None and not rule.allowed(task, who):
        raise PermissionDenied(_("Your posts do not allow this with this task."))


def moves_for(task: Task, who: Standing) -> list[TaskMove]:
    """List what this person may do with the task now."""
    return [move for move, rule in RULES.items() if task.state == rule.source and rule.allowed(task, who)]
