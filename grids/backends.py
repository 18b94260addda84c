"""Answer Django's `user.has_perm` from the posts that the user holds today."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from grids.models import Grid, Post
from grids.roles import SUPERUSER_PERMISSIONS, Permission
from grids.standing import Standing, load_standing

_PERMISSIONS = frozenset(Permission.values)
"""Put together once: each page asks for some eighty permissions."""


def standing_for(user: Any) -> Standing:
    """Return the user's standing, read once per user object (that is, once per request)."""
    if not hasattr(user, "_standing"):
        user._standing = load_standing(user.pk, timezone.localdate())
    standing: Standing = user._standing
    return standing


def gives(who: Standing, permission: Permission, *, is_superuser: bool) -> bool:
    """Say whether someone of this standing has a permission somewhere."""
    return (is_superuser and permission in SUPERUSER_PERMISSIONS) or who.has(permission)


class PostBackend(BaseBackend):
    """`user.has_perm("grids.manage_tree")`: does any post give it; with a node as `obj`: one at it or above it."""

    def has_perm(self, user_obj: AbstractBaseUser | AnonymousUser, perm: str, obj: Any = None) -> bool:
        if not user_obj.is_active or user_obj.is_anonymous or perm not in _PERMISSIONS:
            return False
        wanted, is_superuser = Permission(perm), getattr(user_obj, "is_superuser", False)
        if obj is None or (is_superuser and wanted in SUPERUSER_PERMISSIONS):
            return gives(standing_for(user_obj), wanted, is_superuser=is_superuser)
        posts = standing_for(user_obj).nodes(wanted)
        return any(p.tree_id == obj.tree_id and p.lft <= obj.lft and p.rght >= obj.rght for p in posts)


def require(actor: User | None, permission: Permission, node: Grid) -> None:
    """Raise PermissionDenied unless a post at the node or above it gives the permission; None is the system.

    For actions that hold the district's lock: reads the posts anew, since the numbers of the tree that a request
    has in memory may be old.
    """
    if actor is None or (actor.is_active and actor.is_superuser):
        return
    posts = load_standing(actor.pk, timezone.localdate()).nodes(permission) if actor.is_active else []
    if not any(post.tree_id == node.tree_id and post.lft <= node.lft and post.rght >= node.rght for post in posts):
        raise PermissionDenied


def require_superuser(actor: User | None) -> None:
    """Raise PermissionDenied unless the actor is the system or set up the installation."""
    if actor is not None and not (actor.is_active and actor.is_superuser):
        raise PermissionDenied


def accounts_managed_by(administrator: Any) -> Q:
    """Narrow accounts to those that hold no post of today outside the nodes that this administrator manages.

    An account without a post belongs to nobody yet, so every administrator may see it and give it one.
    """
    inside = Q(pk__in=())
    for post in standing_for(administrator).nodes(Permission.MANAGE_USERS):
        inside |= Q(node__tree_id=post.tree_id, node__lft__gte=post.lft, node__lft__lte=post.rght)
    outside = Post.objects.in_force(timezone.localdate()).exclude(inside)
    return ~Q(pk__in=outside.values("user_id"))
