"""Who is told of warnings: those who decide on them at the lowest level that has anybody. Nothing private is said:
how many there are, and where they are listed. Quiet hours are respected (accounts/notices.py)."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from django.urls import reverse

from accounts import notices
from accounts.notices import Draft
from alerts.models import EarlyWarning
from grids.models import Grid, Post
from grids.roles import PERMISSIONS, Permission
from workorders import people


def of_new(rows: Sequence[EarlyWarning], now: dt.datetime) -> None:
    """Tell each person how many new ones wait for their decision."""
    _tell(rows, "warnings_new", now)


def of_grown(rows: Sequence[EarlyWarning], now: dt.datetime) -> None:
    """Remind each person of those that still grow."""
    _tell(rows, "warnings_grown", now)


def _tell(rows: Sequence[EarlyWarning], kind: str, now: dt.datetime) -> None:
    if not rows:
        return
    counts: Counter[int] = Counter()
    for deciders in deciding({row.node_id for row in rows}, rows, now):
        counts.update(deciders)
    url = reverse("alerts:list")
    notices.send_many(
        [Draft(user_id, kind, {"count": number}, url) for user_id, number in sorted(counts.items())], now=now
    )


def deciding(node_ids: set[int], rows: Iterable[EarlyWarning], now: dt.datetime) -> list[list[int]]:
    """Return for each warning who decides on it, at the lowest level that has anybody: two queries."""
    nodes = {node.pk: node for node in Grid.objects.filter(pk__in=node_ids).only("pk", "tree_id", "lft", "rght")}
    roles = [role for role, given in PERMISSIONS.items() if Permission.CONFIRM_WARNINGS in given]
    trees = {node.tree_id for node in nodes.values()}
    posts = Post.objects.in_force(people.today(now)).filter(node__tree_id__in=trees, role__in=roles, unit=None)
    held: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for tree_id, lft, rght, user_id in posts.values_list("node__tree_id", "node__lft", "node__rght", "user_id"):
        held[tree_id, lft, rght].append(user_id)
    over: dict[int, list[int]] = {}
    for node in nodes.values():
        above = [key for key in held if key[0] == node.tree_id and key[1] <= node.lft and key[2] >= node.rght]
        over[node.pk] = sorted(set(held[max(above, key=lambda key: key[1])])) if above else []
    return [over[row.node_id] for row in rows]
