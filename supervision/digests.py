"""The morning's digest: orders in a situation, one notice a person and run, the same order not again and again.

For each district one query a situation; who hears of what is worked out from the orders' paths in memory. Runs one
at a time in a district, so that a second one finds what the first has told.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts import notices
from accounts.notices import Draft
from grids.calendar import load_calendar
from grids.models import Grid, Kind, Post
from grids.roles import PERMISSIONS, Permission, Role
from supervision import rules, situations
from supervision.access import SUPERVISES
from supervision.models import Told
from supervision.rules import Watch
from supervision.states import Situation
from workorders.models import EscalationStep
from workorders.people import giving, today

LEVELS = (Kind.COMMUNITY, Kind.STREET, Kind.DISTRICT)
FORGET_AFTER = dt.timedelta(days=180)
PATH = ("district_id", "street_id", "community_id", "co_community_id", "grid_id")
_LOCK = 20_812
"""First key of our advisory locks, beside that of the trees (grids/locks.py)."""


@dataclass(frozen=True)
class Listener:
    """A post from which one hears of situations; its role decides on confidential orders."""

    user_id: int
    sees_confidential: bool


@dataclass(frozen=True)
class Found:
    """One order in one situation."""

    order_id: int
    situation: Situation
    gravity: int
    repeat_days: int
    nodes: frozenset[int]
    is_confidential: bool


@dataclass
class Digest:
    """What one person hears: the orders of which they are told, by situation."""

    user_id: int
    fresh: list[Found] = field(default_factory=list)
    known: int = 0
    """Orders still in a situation of which they were told lately."""

    @property
    def orders(self) -> set[int]:
        return {found.order_id for found in self.fresh}


def run(now: dt.datetime | None = None, *, dry_run: bool = False) -> list[Digest]:
    """Send the digests of every district; returns what each person hears, also where nothing is sent (`dry_run`)."""
    moment = now or timezone.now()
    sent: list[Digest] = []
    for district in Grid.objects.filter(parent=None).only("pk", "tree_id").order_by("pk"):
        sent += _run_in(district, moment, dry_run)
    if not dry_run:
        Told.objects.filter(told_at__lt=moment - FORGET_AFTER).delete()
    return sent


@transaction.atomic
def _run_in(district: Grid, now: dt.datetime, dry_run: bool) -> list[Digest]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, district.pk])
    listeners = _listeners(district, now)
    watches = [watch for watch in rules.watches(district.pk).values() if watch.is_active]
    found = [one for watch in watches for one in _find(district, watch, now)]
    digests = [digest for digest in _sorted(listeners, found, now) if digest.fresh]
    if not dry_run:
        _send(digests, now)
    return digests


def _find(district: Grid, watch: Watch, now: dt.datetime) -> list[Found]:
    """Read the orders of a district in one situation: one query, a few columns."""
    rows = situations.orders(watch, load_calendar(), now).filter(district=district)
    columns = rows.values_list("pk", "is_confidential", "since", "return_count", *PATH)
    return [
        Found(
            pk,
            watch.situation,
            situations.gravity(watch, since, returns, now),
            watch.repeat_days,
            frozenset(node_id for node_id in path if node_id is not None),
            is_confidential,
        )
        for pk, is_confidential, since, returns, *path in columns
    ]


def _listeners(district: Grid, now: dt.datetime) -> dict[int, list[Listener]]:
    """Map each node to who hears of its orders: supervisors, and the owners of the ladder's steps from community up."""
    steps = EscalationStep.objects.filter(district=district, valid_to=None, level__in=LEVELS)
    owners = {step.role for step in cast("Iterable[EscalationStep]", steps)}
    roles = (owners & set(giving(Permission.VIEW_ORDERS))) | set(giving(SUPERVISES))
    posts = Post.objects.in_force(today(now)).filter(
        Q(node__kind__in=LEVELS), node__tree_id=district.tree_id, role__in=roles, unit=None, user__is_active=True
    )
    found: dict[int, list[Listener]] = defaultdict(list)
    for node_id, user_id, role in posts.values_list("node_id", "user_id", "role"):
        found[node_id].append(Listener(user_id, Permission.VIEW_CONFIDENTIAL in PERMISSIONS[Role(role)]))
    return found


def _sorted(listeners: dict[int, list[Listener]], found: list[Found], now: dt.datetime) -> list[Digest]:
    """Work out who hears of what, leaving out what they were told lately unless it got worse."""
    told, day = _told(found), timezone.localdate(now)
    digests: dict[int, Digest] = {}
    for one in found:
        for user_id in _hearing(listeners, one):
            digest = digests.setdefault(user_id, Digest(user_id))
            before = told.get((one.order_id, one.situation, user_id))
            if before is None or one.gravity > before[1] or (day - before[0]).days >= one.repeat_days:
                digest.fresh.append(one)
            else:
                digest.known += 1
    return [digests[user_id] for user_id in sorted(digests)]


def _hearing(listeners: dict[int, list[Listener]], one: Found) -> set[int]:
    return {
        listener.user_id
        for node_id in one.nodes
        for listener in listeners.get(node_id, ())
        if listener.sees_confidential or not one.is_confidential
    }


def _told(found: list[Found]) -> dict[tuple[int, str, int], tuple[dt.date, int]]:
    rows = Told.objects.filter(order__in={one.order_id for one in found})
    return {
        (order_id, situation, user_id): (timezone.localdate(told_at), gravity)
        for order_id, situation, user_id, told_at, gravity in rows.values_list(
            "order_id", "situation", "user_id", "told_at", "gravity"
        )
    }


def _send(digests: list[Digest], now: dt.datetime) -> None:
    """Write one notice a person, and down what they were told."""
    url = reverse("supervision:situations")
    notices.send_many(
        [Draft(digest.user_id, "situations", {"count": len(digest.orders)}, url) for digest in digests], now=now
    )
    rows: list[Any] = [
        Told(user_id=digest.user_id, order_id=one.order_id, situation=one.situation, told_at=now, gravity=one.gravity)
        for digest in digests
        for one in digest.fresh
    ]
    Told.objects.bulk_create(
        rows,
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["order", "situation", "user"],
        update_fields=["told_at", "gravity"],
    )
