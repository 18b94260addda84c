"""Workers of the home street who share where they are on the day on which the demo is loaded, and its duty hours."""

import datetime as dt
import random
from decimal import Decimal

from django.utils import timezone

from grids.models import Grid, Post
from grids.roles import Role
from onemap.models import DutyHours, Position, Sharing

SHARING = 24
FRESH = 0.75
"""Share of them who were heard of within the last minutes."""


def share(home: Grid, points: dict[int, list[tuple[float, float]]], rng: random.Random, now: dt.datetime) -> None:
    """Let some workers of a node share their position until midnight, wherever in their grid."""
    posts = Post.objects.in_force(timezone.localdate(now)).filter(
        role=Role.GRID_WORKER, node__tree_id=home.tree_id, node__lft__gte=home.lft, node__lft__lte=home.rght
    )
    midnight = timezone.localtime(now).replace(hour=23, minute=59, second=59)
    chosen = {post.user_id: post for post in posts.order_by("pk") if post.node_id in points}
    people = rng.sample(sorted(chosen), min(SHARING, len(chosen)))
    began = now - dt.timedelta(hours=1)
    Sharing.objects.bulk_create(Sharing(user_id=pk, began_at=began, ends_at=midnight) for pk in people)
    positions = []
    for pk in people:
        lng, lat = (Decimal(str(round(float(part), 5))) for part in rng.choice(points[chosen[pk].node_id]))
        age = rng.randrange(5) if rng.random() < FRESH else rng.randrange(16, 50)
        at = now - dt.timedelta(minutes=age)
        positions.append(Position(user_id=pk, lng=lng, lat=lat, accuracy_m=rng.choice([8, 12, 20, 35]), at=at))
    Position.objects.bulk_create(positions)
    hours = ("67", dt.time(9), dt.time(11, 30)), ("12345", dt.time(19), dt.time(21))
    since = timezone.localdate(now).replace(day=1)
    for days, begins, ends in hours:
        DutyHours.objects.create(
            node=home,
            days=days,
            begins=begins,
            ends=ends,
            starts_on=since,
            made_at=now,
        )
