"""Reads on what the public's pages keep."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef

from accounts.models import User
from grids.backends import standing_for
from grids.roles import Permission
from residents.models import Building

if TYPE_CHECKING:
    from public.models import Held, LeadLink  # noqa: F401 - named in the bases below


class LeadLinkQuerySet(models.QuerySet["LeadLink"]):
    def visible_to(self, user: User) -> "LeadLinkQuerySet":
        """Return the links of buildings where a post of theirs gives links; others are 404."""
        return self.filter(Exists(buildings_for_links(user).filter(pk=OuterRef("building_id"))))

    def usable(self, now: dt.datetime) -> "LeadLinkQuerySet":
        """Return those that open the form: neither revoked nor expired, of a building that stands."""
        return self.filter(revoked_at=None, expires_at__gt=now, building__retired_on=None)


def buildings_for_links(user: User) -> models.QuerySet[Building]:
    """Return the buildings whose leads this person may give links: below a post that allows it."""
    area = models.Q(pk__in=[])
    for post in standing_for(user).nodes(Permission.GIVE_LINKS):
        area |= models.Q(grid__tree_id=post.tree_id, grid__lft__gte=post.lft, grid__lft__lte=post.rght)
    return Building.objects.filter(area)


class HeldQuerySet(models.QuerySet["Held"]):
    def visible_to(self, user: User) -> "HeldQuerySet":
        """Return the held reports of the districts where this person works at the hotline's desk."""
        trees = [post.tree_id for post in standing_for(user).nodes(Permission.INTAKE)]
        return self.filter(district__tree_id__in=trees)

    def waiting(self) -> "HeldQuerySet":
        return self.filter(decided_at=None)
