"""The early warnings that follow from the demo's own rows, and what was decided on some of them."""

import datetime as dt
from collections import defaultdict

from accounts.models import Notification, User
from alerts import actions, sweeps
from alerts.models import EarlyWarning
from alerts.states import DismissReason, RuleKind
from grids.models import Grid

DECIDED = (
    (RuleKind.CHECKS, DismissReason.KNOWN, "消防部门已在复查"),
    (RuleKind.PLACE, DismissReason.HANDLED, "已安排巡查，逐件处置中"),
    (RuleKind.TIER_VISITS, DismissReason.HANDLED, "社区已制定补访计划"),
    (RuleKind.TIER_VISITS, DismissReason.FALSE, "走访已完成，记录补录中"),
)


def warn(district: Grid, now: dt.datetime) -> int:
    """Sweep as the hourly task does, and decide on some of what was found; returns how many were found."""
    found = sweeps.sweep(district, now)
    Notification.objects.filter(email_due_at__isnull=False).update(email_due_at=None)  # the demo sends no mail
    chief = User.objects.get(username="dispatcher")
    waiting: dict[str, list[EarlyWarning]] = defaultdict(list)
    for row in EarlyWarning.objects.filter(district=district).open().order_by("pk"):
        waiting[row.kind].append(row)
    later = now + dt.timedelta(seconds=1)
    for kind, reason, note in DECIDED:
        if len(waiting[kind]) > 1:
            actions.dismiss(waiting[kind].pop(), actor=chief, reason=reason, note=note, now=later)
    return len(found.found)
