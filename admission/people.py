"""Whom to tell: those who admit tasks over a unit, and those who apply for it."""

import datetime as dt

from admission.models import Task
from grids.models import Grid, Post
from grids.roles import Permission
from workorders.people import giving, today


def admitting(node: Grid, now: dt.datetime) -> set[int]:
    """Return who admits tasks at this node or above it: one query."""
    posts = Post.objects.in_force(today(now)).filter(
        role__in=giving(Permission.ADMIT),
        node__tree_id=node.tree_id,
        node__lft__lte=node.lft,
        node__rght__gte=node.rght,
    )
    return set(posts.values_list("user_id", flat=True))


def applying(task: Task, now: dt.datetime) -> set[int]:
    """Return who applies for tasks of the task's unit, the applicant among them while in post."""
    posts = Post.objects.in_force(today(now)).filter(role__in=giving(Permission.APPLY_TASK), unit_id=task.unit_id)
    return set(posts.values_list("user_id", flat=True))
