"""Who looked at orange or red tiers: a line of the audit log with each showing, and the month's report (rule 7)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import audit, notices
from accounts.models import AuditRecord, User
from care.audit_actions import READ
from care.models import TierGrant
from care.tiers import HEIGHTENED
from grids.models import Grid, Post
from grids.roles import Permission
from workorders import people


class Shown(Protocol):
    """A grant, as a row or as the facts of a page."""

    @property
    def pk(self) -> int: ...
    @property
    def tier(self) -> str: ...
    @property
    def district_id(self) -> int: ...


def note(user_id: int, grants: Iterable[Shown], request: HttpRequest | None = None) -> None:
    """Put on record that a person was shown these grants; nothing for yellow ones. Fails the page if it cannot."""
    shown = [grant for grant in grants if grant.tier in HEIGHTENED]
    if shown:
        detail = {"grants": [grant.pk for grant in shown], "district": shown[0].district_id}
        audit.record(User.objects.get(pk=user_id), READ, TierGrant(pk=shown[0].pk), detail, request)


@dataclass
class Looker:
    """One person's month: how often, at how many different tiers, on how many days."""

    person: User
    looks: int = 0
    grants: set[int] = field(default_factory=set)
    days: set[dt.date] = field(default_factory=set)
    posts: list[Post] = field(default_factory=list)


def report(district: Grid, month: dt.date) -> list[Looker]:
    """List who looked in the month that this day is in, the most often first: two queries."""
    first = month.replace(day=1)
    after = (first + dt.timedelta(days=32)).replace(day=1)
    rows = AuditRecord.objects.filter(action=READ, detail__district=district.pk)
    rows = rows.between(first, after - dt.timedelta(days=1)).select_related("actor")
    found: dict[int, Looker] = {}
    for row in rows.order_by("pk").iterator(chunk_size=2000):
        if row.actor is None:
            continue
        looker = found.setdefault(row.actor.pk, Looker(row.actor))
        looker.looks += 1
        looker.grants.update(row.detail.get("grants", []))
        looker.days.add(timezone.localdate(row.at))
    posts = Post.objects.filter(user__in=found, node__tree_id=district.tree_id).in_force(timezone.localdate())
    for post in posts.select_related("node").order_by("node__lft", "pk"):
        found[post.user_id].posts.append(post)
    return sorted(found.values(), key=lambda looker: (-looker.looks, looker.person.pk))


def tell(now: dt.datetime) -> int:
    """Tell everybody in post who may see the report that the last month's is ready; returns how many."""
    posts = Post.objects.in_force(timezone.localdate(now)).filter(role__in=people.giving(Permission.VIEW_LOOKS))
    told = sorted(set(posts.values_list("user_id", flat=True)))
    notices.send(told, "care_looks", {}, reverse("care:looks"), now=now)
    return len(told)
