"""Changing what is assumed of working time. A row is never edited: it ends and a new one begins (workorders.Rule)."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from admission.models import Capacity, Effort
from grids.backends import standing_for
from grids.models import Employment, Grid
from grids.roles import Permission
from workorders.models import Category
from workorders.states import Difficulty

MOST_MINUTES = 2400
MOST_WEEK = 6000


@transaction.atomic
def set_effort(
    district: Grid,
    *,
    actor: User,
    category: Category | None,
    difficulty: str,
    minutes: int,
    source: str,
    now: dt.datetime | None = None,
) -> Effort:
    """Let incidents of this category (None: any) and difficulty (blank: any) count so many minutes of work."""
    moment = now or timezone.now()
    _lock(district, actor)
    if difficulty and difficulty not in Difficulty.values:
        raise ValidationError({"difficulty": _("Choose the difficulty from the list.")})
    _check(minutes, MOST_MINUTES, source)
    present = Effort.objects.filter(district=district, category=category, difficulty=difficulty, valid_to=None)
    present.update(valid_to=moment)
    made = Effort.objects.create(
        district=district,
        category=category,
        difficulty=difficulty,
        minutes=minutes,
        source=source.strip(),
        valid_from=moment,
        changed_by=actor,
    )
    detail = {"category": category.code if category else "", "difficulty": difficulty, "minutes": minutes}
    audit.record(actor, "admission.change_effort", made, detail)
    return made


@transaction.atomic
def clear_effort(row: Effort, *, actor: User, now: dt.datetime | None = None) -> None:
    """End a row, so that the next less specific one answers again; ending one that has ended changes nothing."""
    _lock(row.district, actor)
    if Effort.objects.filter(pk=row.pk, valid_to=None).update(valid_to=now or timezone.now()):
        audit.record(actor, "admission.change_effort", row, {"minutes": None})


@transaction.atomic
def set_capacity(
    district: Grid, *, actor: User, employment: str, minutes: int, source: str, now: dt.datetime | None = None
) -> Capacity:
    """Let a week of this employment hold so many minutes from now on."""
    moment = now or timezone.now()
    _lock(district, actor)
    if employment not in Employment.values:
        raise ValidationError({"employment": _("Choose the employment from the list.")})
    _check(minutes, MOST_WEEK, source)
    Capacity.objects.filter(district=district, employment=employment, valid_to=None).update(valid_to=moment)
    made = Capacity.objects.create(
        district=district,
        employment=employment,
        minutes=minutes,
        source=source.strip(),
        valid_from=moment,
        changed_by=actor,
    )
    audit.record(actor, "admission.change_capacity", made, {"employment": employment, "minutes": minutes})
    return made


def _lock(district: Grid, actor: User) -> None:
    """Let one person at a time change a district's rows, and only who may."""
    if not any(post.tree_id == district.tree_id for post in standing_for(actor).nodes(Permission.MANAGE_RULES)):
        raise PermissionDenied(_("Your posts do not let you change the rules of this district."))
    Grid.objects.select_for_update(no_key=True).get(pk=district.pk)


def _check(minutes: int, most: int, source: str) -> None:
    if not 1 <= minutes <= most:
        raise ValidationError({"minutes": _("Between 1 and %(most)s minutes.") % {"most": most}})
    if not source.strip():
        raise ValidationError({"source": _("Say where the number comes from; the page shows it.")})
