"""Reads behind contact households: who can carry, which houses there are, who has them; and lists of ended posts."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import connection, transaction
from django.utils import timezone

from accounts import notices
from care.balance import Block, Carrier, Dwelling
from care.models import ContactDuty, HandOver
from grids.models import Employment, Grid, Kind, Post
from grids.roles import Permission, Role
from residents.querysets import column_of
from workorders import people

CARRIERS = (Role.GRID_WORKER, Role.MICRO_LEAD)
PART_TIME = 0.5
LOOK_AHEAD = dt.timedelta(days=7)
_HOUSES = """
SELECT h.grid_id, h.building_id, h.id,
       1 + CASE WHEN h.use IN ('rented', 'group_let') THEN 1 ELSE 0 END
         + CASE WHEN EXISTS (SELECT 1 FROM care_caremembership m JOIN residents_resident r ON r.id = m.resident_id
                             WHERE r.house_id = h.id AND r.gone = '' AND m.ended_on IS NULL) THEN 1 ELSE 0 END,
       coalesce(own.post_id, whole.post_id)
  FROM residents_house h
  LEFT JOIN care_contactduty own ON own.house_id = h.id AND own.ended_on IS NULL
  LEFT JOIN care_contactduty whole ON whole.building_id = h.building_id AND whole.ended_on IS NULL
 WHERE h.{column}_id = %s AND h.retired_on IS NULL
   AND EXISTS (SELECT 1 FROM residents_resident r WHERE r.house_id = h.id AND r.gone = '')
 ORDER BY h.grid_id, h.building_id, h.unit_no, h.floor, h.room_no, h.id
"""


def posts_of(grids: Iterable[int], day: dt.date) -> dict[int, list[Post]]:
    """Map each grid to the posts there and in its micro-grids that carry contact households, one to a person.

    The primary worker comes first. Two queries.
    """
    ids = set(grids)
    micro = dict(Grid.objects.filter(parent_id__in=ids, kind="micro").values_list("pk", "parent_id"))
    found: dict[int, list[Post]] = defaultdict(list)
    posts = Post.objects.in_force(day).filter(node_id__in=ids | set(micro), role__in=CARRIERS, unit=None)
    seen: set[tuple[int, int]] = set()
    for post in sorted(
        posts.select_related("user", "node"), key=lambda p: (not p.is_primary, CARRIERS.index(Role(p.role)), p.pk)
    ):
        grid_id = micro.get(post.node_id, post.node_id)
        if (grid_id, post.user_id) not in seen:
            seen.add((grid_id, post.user_id))
            found[grid_id].append(post)
    return dict(found)


def posts_near(node: Grid, day: dt.date) -> list[Post]:
    """List the posts of the node's community that carry contact households, those of the node first."""
    community = Grid.objects.on_path_to(node).filter(kind=Kind.COMMUNITY).first()
    if community is None:
        return []
    by_grid = posts_of(Grid.objects.filter(parent=community).values_list("pk", flat=True), day)
    own = node.pk if node.kind != Kind.MICRO else node.parent_id
    return [post for grid_id in sorted(by_grid, key=lambda pk: pk != own) for post in by_grid[grid_id]]


def carriers(posts: Sequence[Post]) -> list[Carrier]:
    return [Carrier(post.pk, PART_TIME if post.employment == Employment.PART_TIME else 1.0) for post in posts]


def blocks(node: Grid) -> dict[int, list[Block]]:
    """Map each grid under the node to its buildings with their occupied houses: one query."""
    found: dict[int, dict[int | None, list[Dwelling]]] = defaultdict(lambda: defaultdict(list))
    with connection.cursor() as cursor:
        cursor.execute(_HOUSES.format(column=column_of(node)), [node.pk])
        for grid_id, building_id, house_id, weight, present in cursor.fetchall():
            found[grid_id][building_id].append(Dwelling(house_id, weight, present))
    return {
        grid_id: [Block(building_id, tuple(houses)) for building_id, houses in buildings.items()]
        for grid_id, buildings in found.items()
    }


@transaction.atomic
def on_post_ended(post: Post) -> None:
    """Make the hand-over list of a post that was given its last day, and tell who assigns contact households there."""
    _make([post], timezone.now())


@transaction.atomic
def sweep(now: dt.datetime) -> int:
    """Make the lists of posts that end within a week, or have ended, without anybody's having ended them by hand."""
    day = timezone.localdate(now) + LOOK_AHEAD
    ids = ContactDuty.objects.present().filter(post__ends_on__lte=day, post__hand_over=None).values("post")
    return _make(list(Post.objects.filter(pk__in=ids).select_related("node")), now)


def _make(posts: Sequence[Post], now: dt.datetime) -> int:
    left = set(ContactDuty.objects.present().filter(post__in=posts).values_list("post_id", flat=True))
    made = 0
    for post in posts:
        if post.pk not in left or post.ends_on is None:
            continue
        path = list(Grid.objects.on_path_to(post.node))
        item, is_new = HandOver.objects.update_or_create(
            post=post,
            defaults={"ends_on": post.ends_on, "finished_at": None},
            create_defaults={
                "district": path[0],
                "node": post.node,
                "ends_on": post.ends_on,
                "made_at": now,
            },
        )
        made += is_new
        staff = people.at_nodes([node.pk for node in path], Permission.ASSIGN_CONTACTS, now)
        told = [pk for node in path for pk in staff.get(node.pk, []) if pk != post.user_id]
        notices.send(told, "care_hand_over", {}, item.get_absolute_url(), now=now)
    return made
