"""Reads on the tree, units and posts."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from mptt.managers import TreeManager
from mptt.querysets import TreeQuerySet

if TYPE_CHECKING:
    from grids.models import Grid, Post, Unit  # noqa: F401 - named in the bases below
    from grids.roles import Role


class GridQuerySet(TreeQuerySet):  # type: ignore[misc]  # mptt ships no types
    def within(self, node: "Grid") -> "GridQuerySet":
        """Return the node and everything below it."""
        found: GridQuerySet = self.filter(tree_id=node.tree_id, lft__gte=node.lft, lft__lte=node.rght)
        return found

    def on_path_to(self, node: "Grid") -> "GridQuerySet":
        """Return the node and its ancestors, district first."""
        found: GridQuerySet = self.filter(tree_id=node.tree_id, lft__lte=node.lft, rght__gte=node.rght).order_by("lft")
        return found

    def in_force(self, day: dt.date) -> "GridQuerySet":
        found: GridQuerySet = self.filter(models.Q(valid_to=None) | models.Q(valid_to__gte=day), valid_from__lte=day)
        return found


class GridManager(TreeManager.from_queryset(GridQuerySet)):  # type: ignore[misc]
    """The tree's manager."""


class UnitQuerySet(models.QuerySet["Unit"]):
    def active(self) -> "UnitQuerySet":
        return self.filter(is_active=True)


class PostQuerySet(models.QuerySet["Post"]):
    def in_force(self, day: dt.date) -> "PostQuerySet":
        """Return the posts held on this day by people who may sign in."""
        return self.filter(
            models.Q(ends_on=None) | models.Q(ends_on__gte=day), starts_on__lte=day, user__is_active=True
        )

    def holding(self, role: "Role | str") -> "PostQuerySet":
        return self.filter(role=role)
