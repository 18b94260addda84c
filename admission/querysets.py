"""Reads on tasks: who sees which, and the sets that the fan-out and the pages work on."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from accounts.models import User
from admission.states import TaskState
from grids.backends import standing_for
from grids.roles import Permission

if TYPE_CHECKING:
    from admission.models import Assignment, Round, Task  # noqa: F401 - named in the bases below


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, user: User) -> "TaskQuerySet":
        """Return the tasks of one's units, and those of units at or below a node where one admits tasks."""
        who = standing_for(user)
        seen = Q(unit__in=who.unit_ids) if who.unit_ids else Q(pk__in=[])
        for post in who.nodes(Permission.ADMIT):
            seen |= Q(unit__node__tree_id=post.tree_id, unit__node__lft__gte=post.lft, unit__node__lft__lte=post.rght)
        return self.filter(seen)

    def in_state(self, *states: str) -> "TaskQuerySet":
        return self.filter(state__in=states)

    def running(self, day: dt.date) -> "TaskQuerySet":
        """Return the admitted tasks that have rounds to come or open on this day."""
        return self.filter(state=TaskState.ADMITTED, ends_on__gte=day)

    def due_to_go_out(self, day: dt.date) -> "TaskQuerySet":
        """Return the tasks of which a round is to be issued by this day."""
        return self.filter(state=TaskState.ADMITTED, next_on__lte=day)

    def newest_first(self) -> "TaskQuerySet":
        return self.order_by("-applied_at", "-id")


class RoundQuerySet(models.QuerySet["Round"]):
    def issued(self) -> "RoundQuerySet":
        return self.filter(is_missed=False)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def held_by(self, user: User) -> "AssignmentQuerySet":
        """Return what lies with this person and is not handed in yet."""
        return self.filter(order__assignee=user, order__finished_at=None, is_dropped=False)

    def counted(self) -> "AssignmentQuerySet":
        return self.filter(is_dropped=False)

    def open(self) -> "AssignmentQuerySet":
        return self.filter(is_dropped=False, handed_in_at=None)

    def stated_since(self, moment: dt.datetime) -> "AssignmentQuerySet":
        """Return what was handed in since, each with the minutes that its worker stated."""
        return self.filter(handed_in_at__gte=moment)
