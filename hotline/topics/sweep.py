"""The sweep that finds hot topics: groups the requests of the last days and keeps each group of enough as a topic."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from grids.models import Grid, Kind
from hotline.models import Request, Topic
from hotline.states import RequestState
from hotline.topics.grouping import Group, Item, group, middle
from hotline.topics.querysets import LEAST

MOST_READ = 8000
"""So many requests of the window are read, the newest; a district has some 1,800 in a fortnight."""


def run(now: dt.datetime | None = None) -> int:
    """Group the requests of every district anew; returns how many found their topic."""
    moment = now or timezone.now()
    districts = Grid.objects.filter(kind=Kind.DISTRICT, valid_to=None).order_by("pk")
    return sum(_of(district, moment) for district in districts)


@transaction.atomic
def _of(district: Grid, now: dt.datetime) -> int:
    """One at a time in a district; what a person put into a topic or took out of it stays as they said."""
    Grid.objects.select_for_update(of=("self",)).only("pk").get(pk=district.pk)
    rows = {matter.pk: matter for matter in _read(district, now)}
    items = [_item(matter) for matter in reversed(rows.values())]
    groups = [one for one in group(items) if one.key is not None or len(one.members) >= LEAST]
    return sum(_keep(district, one, rows, now) for one in groups)


def _read(district: Grid, now: dt.datetime) -> list[Request]:
    since = now - dt.timedelta(days=settings.TOPIC_WINDOW_DAYS)
    found = Request.objects.filter(district=district, received_at__gte=since, received_at__lte=now)
    found = found.exclude(state__in=[RequestState.REFUSED, RequestState.MERGED])
    found = found.exclude(is_topic_fixed=True, topic=None).exclude(topic__dismissed_at__isnull=False)
    columns = ("pk", "title", "text", "grid_id", "community_id", "topic_id", "received_at")
    return list(found.only(*columns).order_by("-received_at", "-pk")[:MOST_READ])


def _item(matter: Request) -> Item:
    return Item(matter.pk, f"{matter.title} {matter.text}", matter.grid_id, matter.community_id, group=matter.topic_id)


def _keep(district: Grid, found: Group, rows: dict[int, Request], now: dt.datetime) -> int:
    """Write a group's topic, and the requests that are new to it: three statements at most."""
    members = [rows[pk] for pk in found.members]
    fresh = [matter.pk for matter in members if matter.topic_id is None]
    if not fresh:
        return 0
    topic = Topic.objects.select_for_update().filter(pk=found.key).first() if found.key is not None else None
    communities = {matter.community_id for matter in members}
    facts: dict[str, Any] = {
        "last_at": max(matter.received_at for matter in members),
        "community_id": next(iter(communities)) if len(communities) == 1 else None,
    }
    if topic is None:
        first = min(matter.received_at for matter in members)
        topic = Topic(district=district, first_at=first, made_at=now, title=_title(members), **facts)
        topic.save()
    else:
        if topic.named_by_id is None:
            facts["title"] = _title(members)
        Topic.objects.filter(pk=topic.pk).update(**facts)
    return Request.objects.filter(pk__in=fresh, topic=None).update(topic=topic)


def _title(members: list[Request]) -> str:
    said = {matter.pk: f"{matter.title} {matter.text}" for matter in members}
    best = middle(said)
    return next(matter.title for matter in members if matter.pk == best)[:200]
