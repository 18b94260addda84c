"""Who answers for a unit's results, and who is told of which."""

from collections.abc import Iterator

from django.utils import timezone

from accounts.models import User
from appraisal.models import Assessment, PointEntry, Result
from grids.backends import standing_for
from grids.models import Post
from grids.roles import Role


def told_of(assessment: Assessment) -> Iterator[tuple[int, int]]:
    """Yield (person, result) for each worker judged, and for the leaders of each unit judged: two queries."""
    heads: dict[int, list[int]] = {}
    rows = assessment.results.exclude(total=None).values_list("pk", "user_id", "unit_id")
    units = [unit_id for _, _, unit_id in rows if unit_id is not None]
    leaders = Post.objects.in_force(timezone.localdate()).holding(Role.DEPT_LEADER).filter(unit__in=units)
    for unit_id, user_id in leaders.values_list("unit_id", "user_id") if units else ():
        heads.setdefault(unit_id, []).append(user_id)
    for pk, user_id, unit_id in rows:
        for person in [user_id] if user_id is not None else heads.get(unit_id or 0, []):
            yield person, pk


def speaks_for(user: User, row: "Result | PointEntry") -> bool:
    """Say whether this is the person judged, or a leader of the unit judged."""
    if row.unit_id is None:
        return row.user_id == user.pk
    posts = standing_for(user).posts
    return any(post.unit_id == row.unit_id and post.role == Role.DEPT_LEADER for post in posts)


def is_judged(user: User, row: "Result | PointEntry") -> bool:
    """Say whether this person is the one judged, or holds any post in the unit judged."""
    if row.unit_id is None:
        return row.user_id == user.pk
    return any(post.unit_id == row.unit_id for post in standing_for(user).posts)
