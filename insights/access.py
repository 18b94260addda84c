"""Whose figures one may see: the subtrees of one's posts; an executive's posts show aggregates only."""

from django.http import Http404

from accounts.kept import Kept
from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid, Kind
from grids.roles import Permission, Role
from grids.standing import PostFacts, Standing

_NODE = Kept(lambda pk: Grid.objects.filter(pk=pk).defer("boundary", "duties"), pk=-1)
_PATH = Kept(
    lambda **edges: Grid.objects.on_path_to(Grid(**edges)).defer("boundary", "duties"),
    **{"tree_id": 2_000_000_001, "lft": 2_000_000_002, "rght": 2_000_000_003},
)


def posts_of(who: Standing) -> list[PostFacts]:
    """Return the posts that open figures: not those in a unit, which are for what the unit was handed."""
    return [post for post in who.nodes(Permission.VIEW_INSIGHTS) if post.unit_id is None]


def node_for(user: User, pk: int | None) -> Grid:
    """Return the node asked for, or that of the first post; raises Http404 for one that no post is over."""
    posts = posts_of(standing_for(user))
    wanted = pk if pk is not None else next((post.node_id for post in posts), None)
    is_key = wanted is not None and 0 < wanted < 2**63
    found: Grid | None = next(iter(_NODE.instances(pk=wanted)), None) if is_key else None
    if found is None or not any(_is_over(post, found) for post in posts):
        raise Http404
    return found


def sees_aggregates_only(user: User, node: Grid) -> bool:
    """Say whether nothing but an executive's post opens this node: then small cells are hidden, and no list opens."""
    over = [post for post in posts_of(standing_for(user)) if _is_over(post, node)]
    return all(post.role == Role.EXECUTIVE for post in over)


def _is_over(post: PostFacts, node: Grid) -> bool:
    return bool(post.tree_id == node.tree_id and post.lft <= node.lft and post.rght >= node.rght)


CHILD_KINDS = (Kind.STREET, Kind.COMMUNITY, Kind.BASE, Kind.DEDICATED)
"""Nodes that have a dashboard of their own below the district; micro-grids count in their base grid."""


def path_to(who: Standing, node: Grid) -> list[Grid]:
    """Return the node and what stands above it as far as one's posts reach, the highest first: one query."""
    posts = posts_of(who)
    path = _PATH.instances(tree_id=node.tree_id, lft=node.lft, rght=node.rght)
    return [above for above in path if any(_is_over(post, above) for post in posts)]
