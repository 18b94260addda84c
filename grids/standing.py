"""What a person's posts let them do, as plain facts: no database behind the answers."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.kept import Kept
from grids.models import Post
from grids.roles import PERMISSIONS, Permission, Role


@dataclass(frozen=True)
class PostFacts:
    role: Role
    node_id: int
    unit_id: int | None
    kind: str
    tree_id: int
    lft: int
    rght: int
    is_primary: bool = False

    def gives(self, permission: Permission) -> bool:
        return permission in PERMISSIONS[self.role]


@dataclass(frozen=True)
class Standing:
    """A person and the posts they hold today."""

    user_id: int
    posts: tuple[PostFacts, ...]

    def has(self, permission: Permission) -> bool:
        """Say whether any post gives this permission somewhere."""
        return any(post.gives(permission) for post in self.posts)

    def has_at(self, permission: Permission, node_id: int | None) -> bool:
        """Say whether a post at exactly this node gives the permission; one in a unit is for that unit's work only."""
        return node_id is not None and any(
            post.node_id == node_id and post.unit_id is None and post.gives(permission) for post in self.posts
        )

    def has_over(self, permission: Permission, path: Sequence[int | None], node_id: int | None) -> bool:
        """Say whether a post at `node_id` or above it gives the permission; `path` is district → … → place.

        A post in a unit does not count: it is held at the unit's node but is for what the unit was handed.
        """
        if node_id is None or node_id not in path:
            return False
        upper = set(path[: path.index(node_id) + 1])
        return any(post.node_id in upper and post.unit_id is None and post.gives(permission) for post in self.posts)

    def nodes(self, permission: Permission) -> list[PostFacts]:
        return [post for post in self.posts if post.gives(permission)]

    @property
    def unit_ids(self) -> frozenset[int]:
        """Units whose orders this person handles."""
        return frozenset(
            post.unit_id for post in self.posts if post.unit_id is not None and post.gives(Permission.HANDLE)
        )

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(post.role for post in self.posts)


def load_standing(user_id: int, day: dt.date) -> Standing:
    """Read a person's posts of the day: one query, with which every page begins."""
    facts = _POSTS.rows(user_id=user_id, day=day)
    return Standing(user_id, tuple(PostFacts(Role(role), *rest) for role, *rest in facts))


_COLUMNS = (
    *("role", "node_id", "unit_id", "node__kind", "node__tree_id", "node__lft", "node__rght"),
    "is_primary",
)
"""In the order of `PostFacts`."""
_POSTS = Kept(
    lambda user_id, day: (
        Post.objects.in_force(day).filter(user_id=user_id).order_by("node__lft", "pk").values_list(*_COLUMNS)
    ),
    user_id=-1,
    day=dt.date.min,
)
