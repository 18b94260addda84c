"""Giving and ending posts. An ended post stays on record; who held what on a day can always be told.

A person needs the permission to manage posts at the node or above it; `actor` None is the system.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from grids.backends import require
from grids.errors import InvalidPost
from grids.models import Employment, Grid, Kind, Post, Unit
from grids.querysets import PostQuerySet
from grids.roles import UNIT_ROLES, Permission, Role

_GRIDS = frozenset({Kind.BASE, Kind.DEDICATED})
_UPPER = frozenset({Kind.DISTRICT, Kind.STREET})

ROLE_KINDS: Mapping[Role, frozenset[Kind]] = {
    Role.MICRO_LEAD: frozenset({Kind.MICRO, Kind.BASE}),
    Role.GRID_WORKER: _GRIDS,
    Role.GRID_LEADER: _GRIDS,
    Role.COMMUNITY_SECRETARY: frozenset({Kind.COMMUNITY}),
    Role.STREET_OPERATOR: frozenset({Kind.STREET}),
    Role.STREET_LEADER: frozenset({Kind.STREET}),
    Role.INTAKE_CLERK: _UPPER,
    Role.DUTY_CHIEF: frozenset({Kind.DISTRICT}),
    Role.DISPATCHER: _UPPER,
    Role.DEPT_HANDLER: frozenset({Kind.DISTRICT, Kind.STREET, Kind.COMMUNITY}),
    Role.DEPT_LEADER: frozenset({Kind.DISTRICT, Kind.STREET, Kind.COMMUNITY}),
    Role.VERIFIER: frozenset(Kind),
    Role.CALLBACK_AGENT: _UPPER,
    Role.SUPERVISOR: _UPPER,
    Role.EXECUTIVE: _UPPER,
    Role.SYS_ADMIN: _UPPER,
    Role.SECURITY_ADMIN: _UPPER,
    Role.AUDIT_ADMIN: _UPPER,
}
"""At which kinds of node a role is held (DOMAIN.md §5.1)."""

THREE_ADMINS = frozenset({Role.SYS_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
"""Nobody holds two of these at a time: each watches the others (DOMAIN.md §4.2)."""


PostEnded = Callable[[Post], None]
_ended: list[PostEnded] = []


def on_post_ended(callback: PostEnded) -> PostEnded:
    """Have this called with a post in the transaction that sets its last day; from an app's `AppConfig.ready()`.

    The day may be to come: who has to act once it is over looks for such posts at night.
    """
    if callback not in _ended:
        _ended.append(callback)
    return callback


@transaction.atomic
def give_post(
    user: User,
    *,
    actor: User | None,
    role: str,
    node: Grid,
    unit: Unit | None = None,
    employment: str = Employment.FULL_TIME,
    is_primary: bool = False,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> Post:
    """Post a person in a role at a node from a day (today if none) to a day inclusive, or until ended."""
    # Two posts that must not overlap share the person or the node: hold both, the person first.
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    node = Grid.objects.select_for_update(no_key=True).get(pk=node.pk)
    require(actor, Permission.MANAGE_POSTS, node)
    post = Post(
        user=user,
        role=role,
        node=node,
        unit=unit,
        employment=employment,
        is_primary=is_primary,
        starts_on=starts_on or timezone.localdate(),
        ends_on=ends_on,
    )
    _check_fit(post)
    _check_overlap(post)
    post.save()
    audit.record(actor, "grids.give_post", post, {"user": user.pk, "role": role, "node": node.code})
    return post


@transaction.atomic
def end_post(post: Post, *, actor: User | None, day: dt.date | None = None) -> Post:
    """Let a post be held until this day inclusive (today if none); one that has not begun yet is taken back whole."""
    post = Post.objects.select_for_update(no_key=True, of=("self",)).select_related("node").get(pk=post.pk)
    require(actor, Permission.MANAGE_POSTS, post.node)
    today = timezone.localdate()
    day = day or today
    if post.starts_on > today and day < post.starts_on:
        audit.record(actor, "grids.take_back_post", post, {"user": post.user_id, "role": post.role})
        post.delete()
        return post
    if post.ends_on is not None and post.ends_on <= day:
        raise InvalidPost(_("This post has already ended."), field="ends_on")
    if day < post.starts_on:
        raise InvalidPost(_("A post cannot end before it begins."), field="ends_on")
    post.ends_on = day
    post.save(update_fields=["ends_on"])
    audit.record(actor, "grids.end_post", post, {"user": post.user_id, "role": post.role, "day": day.isoformat()})
    for callback in _ended:
        callback(post)
    return post


@transaction.atomic
def take_back(post: Post, *, actor: User | None) -> None:
    """Delete a post that was given by mistake and that nobody has acted under; the audit says that there was one."""
    post = Post.objects.select_for_update(no_key=True, of=("self",)).select_related("node").get(pk=post.pk)
    require(actor, Permission.MANAGE_POSTS, post.node)
    audit.record(actor, "grids.take_back_post", post, {"user": post.user_id, "role": post.role})
    post.delete()


def holders(node_ids: Collection[int], role: str, day: dt.date) -> dict[int, list[Post]]:
    """Map each node to the posts held there in this role on the day, with their users: one query for many nodes.

    The primary worker comes first, then full-time, then who has been there longest; nodes without anybody are absent.
    """
    posts = Post.objects.in_force(day).holding(role).filter(node_id__in=node_ids).select_related("user")
    found: dict[int, list[Post]] = {}
    for post in sorted(posts, key=_seniority):
        found.setdefault(post.node_id, []).append(post)
    return found


def are_colleagues(viewer: User, person: User) -> bool:
    """Say whether the person holds or held a post in a district whose people the viewer sees."""
    return Post.objects.visible_to(viewer).filter(user=person).exists()


def _seniority(post: Post) -> tuple[bool, bool, dt.date, int]:
    return (not post.is_primary, post.employment != Employment.FULL_TIME, post.starts_on, post.pk)


def _check_fit(post: Post) -> None:
    """Raise InvalidPost unless role, node, unit and dates go together."""
    role = Role(post.role)
    if post.node.kind not in ROLE_KINDS[role]:
        words = _("%(role)s is not a post at this level.") % {"role": role.label}
        raise InvalidPost(words, field="node")
    if not post.user.is_active:
        raise InvalidPost(_("This account is closed."), field="user")
    if post.ends_on is not None and post.ends_on < post.starts_on:
        raise InvalidPost(_("A post cannot end before it begins."), field="ends_on")
    last = post.node.valid_to
    if last is not None and (post.ends_on is None or post.ends_on > last):
        raise InvalidPost(_("The post would outlast its node."), field="node")
    if role in UNIT_ROLES and post.unit is None:
        raise InvalidPost(_("This role is held in a unit: choose one."), field="unit")
    if post.unit is not None and (post.unit.node_id != post.node_id or not post.unit.is_active):
        raise InvalidPost(_("The unit must be an active one of this node."), field="unit")
    if post.is_primary and (role != Role.GRID_WORKER or post.node.kind not in _GRIDS):
        raise InvalidPost(_("Only a grid worker can be the primary one of a grid."), field="is_primary")


def _check_overlap(post: Post) -> None:
    """Raise InvalidPost where a post held at the same time stands in the way."""
    at_the_time = _overlapping(post)
    own = at_the_time.filter(user=post.user)
    if own.filter(role=post.role, node=post.node, unit=post.unit).exists():
        raise InvalidPost(_("This person already holds this post at that time."), field="user")
    if post.role in THREE_ADMINS and own.filter(role__in=THREE_ADMINS).exclude(role=post.role).exists():
        words = _("Nobody may be two of system, security and audit administrator at a time.")
        raise InvalidPost(words, field="role")
    if post.is_primary:
        other = at_the_time.filter(node=post.node, is_primary=True).select_related("user").first()
        if other is not None:
            words = _("%(name)s is the primary worker of this grid at that time.") % {"name": other.user}
            raise InvalidPost(words, field="is_primary")


def _overlapping(post: Post) -> PostQuerySet:
    later = Q() if post.ends_on is None else Q(starts_on__lte=post.ends_on)
    return Post.objects.filter(Q(ends_on=None) | Q(ends_on__gte=post.starts_on), later)
