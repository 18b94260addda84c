"""Reads on positions: which consents hold, and who sees whose position."""

import datetime as dt
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from grids.backends import standing_for
from grids.models import Post
from grids.querysets import PostQuerySet
from grids.roles import Permission, Role

if TYPE_CHECKING:
    from onemap.models import DutyHours, Position, Sharing  # noqa: F401 - named in the bases below

SHARERS = (Role.GRID_WORKER, Role.GRID_LEADER)
"""Who works outdoors in a grid and may share where they are."""
SEERS = (
    *(Role.GRID_LEADER, Role.COMMUNITY_SECRETARY, Role.STREET_OPERATOR, Role.STREET_LEADER),
    *(Role.DUTY_CHIEF, Role.DISPATCHER),
)
"""Who sees positions of the grids below: those who lead there, and the duty desk of street and district."""


class DutyHoursQuerySet(models.QuerySet["DutyHours"]):
    def kept(self, day: dt.date) -> "DutyHoursQuerySet":
        """Return those that hold on the day or later: neither removed nor past their last day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), removed_at=None)

    def managed_by(self, user: User) -> "DutyHoursQuerySet":
        """Return those of the nodes at which this person gives posts; others do not exist."""
        if user.is_superuser:
            return self
        condition = Q(pk__in=[])
        for post in standing_for(user).nodes(Permission.MANAGE_POSTS):
            condition |= Q(node__tree_id=post.tree_id, node__lft__gte=post.lft, node__lft__lte=post.rght)
        return self.filter(condition)

    def of(self, user: User) -> "DutyHoursQuerySet":
        """Return those under which somebody is on duty: of a node at or above a grid in which they work."""
        condition = Q(pk__in=[])
        for post in standing_for(user).posts:
            if post.role in SHARERS:
                condition |= Q(node__tree_id=post.tree_id, node__lft__lte=post.lft, node__rght__gte=post.rght)
        return self.filter(condition).filter(Q(person=None) | Q(person=user))


class SharingQuerySet(models.QuerySet["Sharing"]):
    def in_force(self, now: dt.datetime) -> "SharingQuerySet":
        """Return the consents that were neither withdrawn nor have run out."""
        return self.filter(ended_at=None, began_at__lte=now, ends_at__gt=now)

    def run_out(self, now: dt.datetime) -> "SharingQuerySet":
        """Return the consents whose time is over and that are not marked as ended yet."""
        return self.filter(ended_at=None, ends_at__lte=now)


class PositionQuerySet(models.QuerySet["Position"]):
    def shared(self, now: dt.datetime) -> "PositionQuerySet":
        """Return the positions whose owner's consent holds now and that were taken under it."""
        consents = apps.get_model("onemap", "Sharing").objects.in_force(now)
        return self.filter(Exists(consents.filter(user=OuterRef("user"), began_at__lte=OuterRef("at"))))

    def visible_to(self, user: User, now: dt.datetime) -> "PositionQuerySet":
        """Return the shared positions of people with a post in a grid that this person leads or is on duty for, and
        their own."""
        return self.shared(now).filter(Q(user=user) | Exists(posts_seen_by(user).filter(user=OuterRef("user"))))


def posts_seen_by(user: User) -> PostQuerySet:
    """Return the posts of today whose holders' positions this person may see."""
    condition = Q(pk__in=[])
    for post in standing_for(user).posts:
        if post.role in SEERS and post.unit_id is None:
            condition |= Q(node__tree_id=post.tree_id, node__lft__gte=post.lft, node__lft__lte=post.rght)
    return _sharing_posts().filter(condition)


def posts_that_see(user: User) -> PostQuerySet:
    """Return the posts of today whose holders may see this person's position: what the person is shown."""
    condition = Q(pk__in=[])
    for post in standing_for(user).posts:
        if post.role in SHARERS:
            condition |= Q(node__tree_id=post.tree_id, node__lft__lte=post.lft, node__rght__gte=post.rght)
    held = Post.objects.in_force(timezone.localdate()).filter(condition, role__in=SEERS, unit=None)
    return held.exclude(user=user).select_related("user").order_by("node__level", "role", "user__display_name", "pk")


def may_share(user: User) -> bool:
    """Say whether the person works in a grid today."""
    return any(post.role in SHARERS for post in standing_for(user).posts)


def _sharing_posts() -> PostQuerySet:
    return Post.objects.in_force(timezone.localdate()).filter(role__in=SHARERS)
