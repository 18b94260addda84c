"""Reads on corrected places."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models

from grids.backends import standing_for
from grids.roles import Permission

if TYPE_CHECKING:
    from locating.models import Correction  # noqa: F401 - named in the base below


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, user: Any) -> "CorrectionQuerySet":
        """Return those of the districts in which a post of this person sees the tree."""
        trees = {post.tree_id for post in standing_for(user).nodes(Permission.VIEW_TREE)}
        return self.filter(district__tree_id__in=trees)

    def in_force(self, day: dt.date) -> "CorrectionQuerySet":
        """Return those that are not retired and whose grid is in force on this day."""
        standing = models.Q(grid__valid_to=None) | models.Q(grid__valid_to__gte=day)
        return self.filter(standing, retired_at=None)

    def ended(self, day: dt.date) -> "CorrectionQuerySet":
        """Return those that were retired, or whose grid is closed."""
        return self.filter(models.Q(retired_at__isnull=False) | models.Q(grid__valid_to__lt=day))
