"""Finding the people to whom a briefing goes: by name within the district, or everybody who leads a level of it."""

import re
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.models import Grid, Kind, Post
from grids.roles import Role

GROUPS: dict[str, tuple[Promise, tuple[Role, ...], tuple[Kind, ...]]] = {
    "district": (
        _("Leaders of the district: duty chiefs, supervisors, executives"),
        (Role.DUTY_CHIEF, Role.SUPERVISOR, Role.EXECUTIVE),
        (Kind.DISTRICT,),
    ),
    "streets": (
        _("Streets: leaders and operators"),
        (Role.STREET_LEADER, Role.STREET_OPERATOR),
        (Kind.STREET,),
    ),
    "units": (_("Leaders of departments"), (Role.DEPT_LEADER,), (Kind.DISTRICT, Kind.STREET, Kind.COMMUNITY)),
    "secretaries": (_("Secretaries of communities"), (Role.COMMUNITY_SECRETARY,), (Kind.COMMUNITY,)),
}
MOST = 2000


def choices(node: Grid) -> list[tuple[str, Promise]]:
    """Return the groups that there may be at or below a node."""
    left_out = {Kind.DISTRICT.value: set(), Kind.STREET.value: {"district"}}.get(node.kind, {"district", "streets"})
    return [(name, words) for name, (words, _roles, _kinds) in GROUPS.items() if name not in left_out]


def of_groups(node: Grid, names: Iterable[str]) -> list[User]:
    """Return everybody of these groups at the node or below it: one query."""
    wanted = Q(pk__in=[])
    for name in names:
        _words, roles, kinds = GROUPS[name]
        wanted |= Q(role__in=roles, node__kind__in=kinds)
    posts = Post.objects.in_force(timezone.localdate()).filter(
        wanted, node__tree_id=node.tree_id, node__lft__gte=node.lft, node__rght__lte=node.rght
    )
    return list(User.objects.filter(pk__in=posts.values("user"), is_active=True).order_by("pk")[:MOST])


def of_names(node: Grid, text: str) -> tuple[list[User], list[str]]:
    """Return the people of the district with these names or sign-in names, and the names that fit nobody or several."""
    names = [name.strip() for name in re.split(r"[,，、;；\n]", text) if name.strip()][:200]
    posted = Post.objects.in_force(timezone.localdate()).filter(node__tree_id=node.tree_id)
    there = User.objects.filter(pk__in=posted.values("user"), is_active=True)
    rows = list(there.filter(Q(username__in=names) | Q(display_name__in=names)))
    found, unclear = [], []
    for name in names:
        fits = [user for user in rows if user.username == name] or [user for user in rows if user.display_name == name]
        if len(fits) == 1:
            found.append(fits[0])
        else:
            unclear.append(name)
    return found, unclear
