"""Duty hours beside the office's: who has which, setting and removing them."""

import datetime as dt
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from grids.backends import require
from grids.models import Grid, Post
from grids.roles import Permission
from onemap.duty import Shift
from onemap.models import DutyHours
from onemap.querysets import SHARERS

MOST_OF_ONE = 50


def of(user: User, now: dt.datetime) -> list[DutyHours]:
    """Return the hours that hold for somebody today or later, yesterday's night with them: one query."""
    day = timezone.localdate(now) - dt.timedelta(days=1)
    return list(DutyHours.objects.of(user).kept(day).order_by("days", "begins", "pk")[:MOST_OF_ONE])


def shifts_of(user: User, now: dt.datetime) -> list[Shift]:
    return [one.shift for one in of(user, now)]


@transaction.atomic
def add(
    *,
    actor: User | None,
    node: Grid,
    days: Collection[int],
    begins: dt.time,
    ends: dt.time,
    starts_on: dt.date,
    ends_on: dt.date | None = None,
    person: User | None = None,
    now: dt.datetime | None = None,
) -> DutyHours:
    """Set hours for everybody who works in a grid at or below the node, or for one of them; days from 1, Monday.

    Raises PermissionDenied, or ValidationError by field.
    """
    require(actor, Permission.MANAGE_POSTS, node)
    wrong = {}
    if not days or not set(days) <= set(range(1, 8)):
        wrong["days"] = _("Choose at least one day of the week.")
    if begins == ends:
        wrong["ends"] = _("The end is the beginning.")
    if ends_on is not None and ends_on < starts_on:
        wrong["ends_on"] = _("The last day lies before the first.")
    if person is not None and not _works_below(person, node, starts_on):
        wrong["person"] = _("This person works in no grid of this node.")
    if wrong:
        raise ValidationError(wrong)
    made = DutyHours.objects.create(
        node=node,
        person=person,
        days="".join(str(day) for day in sorted(set(days))),
        begins=begins,
        ends=ends,
        starts_on=starts_on,
        ends_on=ends_on,
        made_by=actor,
        made_at=now or timezone.now(),
    )
    audit.record(actor, "onemap.add_duty_hours", made, {"hours": str(made), "node": node.code})
    return made


@transaction.atomic
def remove(hours: DutyHours, *, actor: User | None, now: dt.datetime | None = None) -> None:
    """Let them hold no longer, from this moment; doing it twice changes nothing. Raises PermissionDenied."""
    row = DutyHours.objects.select_for_update(of=("self",)).select_related("node").get(pk=hours.pk)
    require(actor, Permission.MANAGE_POSTS, row.node)
    if row.removed_at is None:
        row.removed_at = now or timezone.now()
        row.save(update_fields=["removed_at"])
        audit.record(actor, "onemap.remove_duty_hours", row, {"hours": str(row), "node": row.node.code})


def _works_below(person: User, node: Grid, day: dt.date) -> bool:
    posts = Post.objects.in_force(day).filter(user=person, role__in=SHARERS, unit=None)
    return posts.filter(node__tree_id=node.tree_id, node__lft__gte=node.lft, node__rght__lte=node.rght).exists()
