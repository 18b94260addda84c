"""Who writes and who publishes a node's briefings: a post at the node or above it, not one in a unit."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from bulletins.models import Bulletin
from grids.backends import standing_for
from grids.models import Grid, Kind
from grids.roles import Permission
from grids.standing import Standing

HAVE_BRIEFINGS = (Kind.DISTRICT, Kind.STREET, Kind.COMMUNITY)


def may(who: Standing, permission: Permission, node: Grid) -> bool:
    """Say whether a post over the node gives the permission."""
    return any(
        post.unit_id is None and post.tree_id == node.tree_id and post.lft <= node.lft and post.rght >= node.rght
        for post in who.nodes(permission)
    )


def writes(who: Standing, node: Grid) -> bool:
    return may(who, Permission.WRITE_BULLETINS, node)


def publishes(who: Standing, node: Grid) -> bool:
    return may(who, Permission.PUBLISH_BULLETINS, node)


def check_writes(actor: User | None, node: Grid) -> None:
    """Raise PermissionDenied unless the actor writes briefings of this node; None is the system."""
    if actor is not None and not writes(standing_for(actor), node):
        raise PermissionDenied(_("Your posts do not let you write briefings of this node."))


def check_publishes(actor: User, node: Grid) -> None:
    if not publishes(standing_for(actor), node):
        raise PermissionDenied(_("Your posts do not let you publish briefings of this node."))


def waits_for_another(item: Bulletin, actor: User, *, needs_second_person: bool) -> bool:
    """Say whether the rule of two persons keeps this one from publishing: who wrote it does not publish it."""
    return needs_second_person and item.author_id == actor.pk
