"""Ending an admitted task before its time."""

import datetime as dt
from collections import Counter

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import notices
from accounts.models import User
from accounts.notices import Draft
from admission import rules
from admission.actions.deciding import lock, note, tell
from admission.fanout import MINE
from admission.models import Assignment, Task
from admission.people import admitting, applying
from admission.states import TaskMove, TaskState
from grids.backends import standing_for
from workorders.actions.tasks import drop_tasks


@transaction.atomic
def end(
    task: Task | int, *, actor: User, reason: str, version: int | None = None, now: dt.datetime | None = None
) -> Task:
    """End a task: no further round goes out, and what is open falls away. Each worker is told once.

    Raises InvalidMove, StaleOrder, PermissionDenied, or ValidationError without a reason.
    """
    moment = now or timezone.now()
    locked = lock(task, version)
    rules.check_move(locked, TaskMove.END, standing_for(actor))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it ends early.")})
    locked.state, locked.ended_at, locked.next_on = TaskState.ENDED, moment, None
    locked.version += 1
    locked.save(update_fields=["state", "ended_at", "next_on", "version"])
    open_ones = Assignment.objects.open().filter(task=locked)
    having = drop_tasks(list(open_ones.values_list("order_id", flat=True)), now=moment, actor=actor)
    open_ones.filter(order__finished_at=moment, handed_in_at=None).update(is_dropped=True)
    note(locked, TaskMove.END, actor=actor, now=moment, words=reason)
    told = Counter(having.values())
    drafts = [Draft(pk, "task_dropped", {"number": locked.pk}, MINE) for pk in told]
    notices.send_many(drafts, now=moment)
    everybody = admitting(locked.unit.node, moment) | applying(locked, moment)
    tell(locked, "task_ended", everybody - set(told), actor=actor, now=moment)
    return locked
