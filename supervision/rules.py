"""The rows that rule supervision: the district's own where it has any, else what every district starts with.

A row is never edited: it ends and a new one begins, so that the history stays readable (workorders/rule_changes.py).
Durations and intervals are proposals until a district's own rule is known (DOMAIN.md §5.3-5.4).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from grids.backends import standing_for
from grids.calendar import WorkingCalendar
from grids.models import Grid
from supervision.access import EDITS_RULES
from supervision.models import SituationRule, SupervisionLimit
from supervision.states import Situation
from workorders.states import LimitUnit
from workorders.states import SupervisionLevel as Level

WARN_PERCENT = 80
DRAFT = ""
"""The level under which the limit for drafts stands: how long past its deadline an order gets a draft."""


@dataclass(frozen=True)
class Span:
    value: int
    unit: str


LIMITS: dict[str, Span] = {
    Level.ORDINARY: Span(5, LimitUnit.WORKING_DAY),
    Level.KEY: Span(3, LimitUnit.WORKING_DAY),
    Level.LISTED: Span(1, LimitUnit.WORKING_DAY),
    DRAFT: Span(3, LimitUnit.WORKING_DAY),
}


@dataclass(frozen=True)
class Watch:
    """One situation as it is looked for in a district."""

    situation: Situation
    value: int
    unit: str
    repeat_days: int
    is_active: bool = True


WATCHES: dict[str, Watch] = {
    watch.situation: watch
    for watch in (
        Watch(Situation.UNSIGNED, 8, LimitUnit.WORKING_HOUR, 2),
        Watch(Situation.SILENT, 5, LimitUnit.WORKING_DAY, 3),
        Watch(Situation.PAUSE_OVER, 1, LimitUnit.CALENDAR_DAY, 3),
        Watch(Situation.RETURNED, 2, "", 5),
        Watch(Situation.NO_PHOTO, 7, LimitUnit.CALENDAR_DAY, 30),
        Watch(Situation.EXTENSION_REFUSED, 1, LimitUnit.WORKING_DAY, 3),
    )
}


def limits(district_id: int) -> dict[str, Span]:
    """Return the limit of each level, and of drafts, as they hold now: one query."""
    rows = SupervisionLimit.objects.filter(district_id=district_id, valid_to=None)
    return LIMITS | {row.level: Span(row.value, row.unit) for row in cast("list[SupervisionLimit]", list(rows))}


def watches(district_id: int) -> dict[str, Watch]:
    """Return the situations as they are looked for now: one query."""
    rows = SituationRule.objects.filter(district_id=district_id, valid_to=None)
    own = {
        row.situation: Watch(Situation(row.situation), row.value, row.unit, row.repeat_days, row.is_active)
        for row in cast("list[SituationRule]", list(rows))
    }
    return WATCHES | own


@transaction.atomic
def set_limit(
    district: Grid, level: str, *, actor: User, value: int, unit: str, now: dt.datetime | None = None
) -> None:
    """Let this limit hold for supervision orders that are issued from now on."""
    moment = now or timezone.now()
    _locked(district, actor)
    if limits(district.pk)[level] == Span(value, unit):
        return
    SupervisionLimit.objects.filter(district=district, level=level, valid_to=None).update(valid_to=moment)
    made = SupervisionLimit.objects.create(
        district=district, valid_from=moment, changed_by=actor, level=level, value=value, unit=unit
    )
    audit.record(actor, "supervision.change_limit", made, {"level": level, "value": value, "unit": unit})


@transaction.atomic
def set_watch(district: Grid, situation: str, *, actor: User, now: dt.datetime | None = None, **wanted: Any) -> None:
    """Let a situation be looked for like this from now on: value, unit, repeat_days, is_active."""
    moment = now or timezone.now()
    _locked(district, actor)
    if watches(district.pk)[situation] == Watch(Situation(situation), **wanted):
        return
    SituationRule.objects.filter(district=district, situation=situation, valid_to=None).update(valid_to=moment)
    made = SituationRule.objects.create(
        district=district, valid_from=moment, changed_by=actor, situation=situation, **wanted
    )
    audit.record(actor, "supervision.change_situation", made, {"situation": situation} | wanted)


def _locked(district: Grid, actor: User) -> None:
    """Let one person at a time change a district's rules."""
    if not any(post.tree_id == district.tree_id for post in standing_for(actor).nodes(EDITS_RULES)):
        raise PermissionDenied(_("Your posts do not let you change the rules of this district."))
    Grid.objects.select_for_update().get(pk=district.pk)


SECOND = dt.timedelta(seconds=1)
SEARCHED = dt.timedelta(days=800)


def cutoff(calendar: WorkingCalendar, now: dt.datetime, span: Span) -> dt.datetime:
    """Return the latest moment (to the second) from which the span has passed by now."""
    if span.unit == LimitUnit.HOUR:
        return now - dt.timedelta(hours=span.value)
    if span.unit == LimitUnit.CALENDAR_DAY:
        return now - dt.timedelta(days=span.value)
    early, late = now - max(SEARCHED, dt.timedelta(days=span.value * 4)), now
    while late - early > SECOND:
        middle = early + (late - early) / 2
        if calendar.add(middle, span.value, span.unit) <= now:
            early = middle
        else:
            late = middle
    return early
