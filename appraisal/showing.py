"""What appraisal counts beside its page in the navigation."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from appraisal.models import Objection
from grids.roles import Permission
from grids.standing import Standing


def objections_waiting(who: Standing, now: dt.datetime) -> QuerySet[Any] | None:
    """Return the undecided objections of one's area, for whoever decides them."""
    return Objection.objects.awaiting(who) if who.nodes(Permission.DECIDE_OBJECTIONS) else None
