"""Badges: the code on a worker's card, and what it says today to whoever scans it.

A badge belongs to a post, not to a person: when the post ends it says so by itself. A lost one gets another code.
"""

import datetime as dt

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.models import User
from grids.backends import require
from grids.models import Badge, Grid, Post, public_code
from grids.roles import Permission, Role

WEARERS = (Role.GRID_WORKER, Role.GRID_LEADER, Role.MICRO_LEAD, Role.COMMUNITY_SECRETARY)
"""Who goes to people's doors."""


def of(posts: list[Post]) -> list[Badge]:
    """Return the badges of these posts, in their order, made where there is none yet; three queries at most."""
    worn = [post for post in posts if post.role in WEARERS]
    Badge.objects.bulk_create([Badge(post=post) for post in worn], ignore_conflicts=True)
    found = {badge.post_id: badge for badge in Badge.objects.filter(post__in=worn)}
    for post in worn:
        found[post.pk].post = post
    return [found[post.pk] for post in worn]


def may_print(user: User, post: Post) -> bool:
    """Say whether somebody may print this badge: their own, or as who gives posts there."""
    return post.user_id == user.pk or user.has_perm(Permission.MANAGE_POSTS, post.node)


@transaction.atomic
def renew(post: Post, *, actor: User) -> Badge:
    """Give a lost badge another code; the former one is not valid any more. Its wearer may, and who gives posts."""
    if actor.pk != post.user_id:
        require(actor, Permission.MANAGE_POSTS, post.node)
    elif post.role not in WEARERS:
        raise PermissionDenied
    [badge] = of([post])
    badge = Badge.objects.select_for_update(of=("self",)).get(pk=badge.pk)
    badge.code = public_code()
    badge.save(update_fields=["code"])
    audit.record(actor, "grids.renew_badge", post)
    return badge


def is_valid(badge: Badge, day: dt.date) -> bool:
    """Say whether the wearer is in service on the day: in post, the account open, the node there."""
    post, node = badge.post, badge.post.node
    in_post = post.starts_on <= day and (post.ends_on is None or day <= post.ends_on)
    return in_post and post.user.is_active and (node.valid_to is None or day <= node.valid_to)


def address(badge: Badge) -> str:
    return f"{settings.SITE_URL}/b/{badge.code}/"


def where(node: Grid) -> str:
    """Say the node with the community above a grid, as residents know it."""
    names = Grid.objects.on_path_to(node).exclude(kind="district").values_list("name", flat=True)
    return " · ".join(names)
