"""Reads on the tree, units and posts."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from mptt.managers import TreeManager
from mptt.querysets import TreeQuerySet

from grids.roles import PERMISSIONS, Permission

if TYPE_CHECKING:
    from grids.models import Grid, Post, Unit  # noqa: F401 - named in the bases below
    from grids.roles import Role


def _visible_trees(user: Any, node: str = "") -> models.Q:
    """Return what selects the rows of the districts in which this person holds a post that sees the tree."""
    if user.is_superuser:
        return models.Q()
    roles = [role for role, given in PERMISSIONS.items() if Permission.VIEW_TREE in given]
    posts = user.posts.in_force(timezone.localdate()).filter(role__in=roles)
    return models.Q(**{f"{node}tree_id__in": posts.values("node__tree_id")})


def _count(rows: models.QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().annotate(_all=models.Value(1)).values("_all").annotate(n=models.Count("*")).values("n")
    return Coalesce(models.Subquery(counted, output_field=models.IntegerField()), 0)


class GridQuerySet(TreeQuerySet):  # type: ignore[misc]  # mptt ships no types
    def visible_to(self, user: Any) -> "GridQuerySet":
        """Return the nodes of the districts where the person may see the tree; the tree is no secret within one."""
        found: GridQuerySet = self.filter(_visible_trees(user))
        return found

    def with_counts(self, day: dt.date) -> "GridQuerySet":
        """Add `child_count` (direct ones in force) and `post_count` (posts held in the whole subtree) of this day."""
        posts = self.model._meta.get_field("posts").related_model.objects.in_force(day)
        counted: GridQuerySet = self.annotate(
            child_count=_count(self.model.objects.in_force(day).filter(parent_id=models.OuterRef("pk"))),
            post_count=_count(
                posts.filter(
                    node__tree_id=models.OuterRef("tree_id"),
                    node__lft__gte=models.OuterRef("lft"),
                    node__lft__lte=models.OuterRef("rght"),
                )
            ),
        )
        return counted

    def named(self, words: str) -> "GridQuerySet":
        """Return the nodes whose name holds these words or whose code begins with them."""
        found: GridQuerySet = self.filter(models.Q(name__icontains=words) | models.Q(code__startswith=words))
        return found

    def within(self, node: "Grid") -> "GridQuerySet":
        """Return the node and everything below it."""
        found: GridQuerySet = self.filter(tree_id=node.tree_id, lft__gte=node.lft, lft__lte=node.rght)
        return found

    def on_path_to(self, node: "Grid") -> "GridQuerySet":
        """Return the node and its ancestors, district first."""
        found: GridQuerySet = self.filter(tree_id=node.tree_id, lft__lte=node.lft, rght__gte=node.rght).order_by("lft")
        return found

    def above_or_at(self, node: "Grid") -> "GridQuerySet":
        """Return those of the set that are the node or stand above it; a node that is not stored yet has its parent."""
        if node.pk is None and node.parent is not None:
            node = node.parent
        found: GridQuerySet = self.filter(tree_id=node.tree_id, lft__lte=node.lft, rght__gte=node.rght)
        return found

    def in_force_after(self, day: dt.date) -> "GridQuerySet":
        """Return the nodes that outlast this day."""
        found: GridQuerySet = self.filter(models.Q(valid_to=None) | models.Q(valid_to__gt=day))
        return found

    def in_force(self, day: dt.date) -> "GridQuerySet":
        found: GridQuerySet = self.filter(models.Q(valid_to=None) | models.Q(valid_to__gte=day), valid_from__lte=day)
        return found


class GridManager(TreeManager.from_queryset(GridQuerySet)):  # type: ignore[misc]
    """The tree's manager."""


class UnitQuerySet(models.QuerySet["Unit"]):
    def visible_to(self, user: Any) -> "UnitQuerySet":
        return self.filter(_visible_trees(user, "node__"))

    def active(self) -> "UnitQuerySet":
        return self.filter(is_active=True)

    def with_people(self, day: dt.date) -> "UnitQuerySet":
        """Add `post_count`, how many posts are held in the unit on this day."""
        posts: Any = self.model._meta.get_field("posts").related_model
        held = posts.objects.in_force(day).filter(unit=models.OuterRef("pk"))
        return self.annotate(post_count=_count(held))


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user: Any) -> "PostQuerySet":
        """Return the posts in the districts whose tree the person may see."""
        return self.filter(_visible_trees(user, "node__"))

    def in_force(self, day: dt.date) -> "PostQuerySet":
        """Return the posts held on this day by people who may sign in."""
        return self.filter(
            models.Q(ends_on=None) | models.Q(ends_on__gte=day), starts_on__lte=day, user__is_active=True
        )

    def not_ended_by(self, day: dt.date) -> "PostQuerySet":
        """Return the posts that outlast this day, those to come too."""
        return self.filter(models.Q(ends_on=None) | models.Q(ends_on__gt=day))

    def holding(self, role: "Role | str") -> "PostQuerySet":
        return self.filter(role=role)
