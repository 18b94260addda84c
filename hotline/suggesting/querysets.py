"""Reads on trained models."""

from typing import TYPE_CHECKING

from django.db import models

from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission

if TYPE_CHECKING:
    from hotline.models import CategoryModel  # noqa: F401 - named in the bases below


class CategoryModelQuerySet(models.QuerySet["CategoryModel"]):
    def visible_to(self, user: User) -> "CategoryModelQuerySet":
        """Return the models of the districts whose rules a person keeps."""
        seen = models.Q(pk__in=[])
        for post in standing_for(user).nodes(Permission.MANAGE_RULES):
            seen |= models.Q(district__tree_id=post.tree_id)
        return self.filter(seen)

    def of(self, district: Grid) -> "CategoryModelQuerySet":
        return self.filter(district=district)

    def in_use_in(self, district: Grid) -> "CategoryModelQuerySet":
        return self.filter(district=district, is_in_use=True)

    def newest_first(self) -> "CategoryModelQuerySet":
        """Return them for a list: without the trained bytes."""
        return self.order_by("-id").defer("artefact")
