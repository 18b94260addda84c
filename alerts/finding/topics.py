"""Hot topics of the hotline that are asked about much more than in the days before."""

import datetime as dt
from collections import defaultdict

from django.utils import timezone

from alerts.detecting.counts import grown
from alerts.finding.base import DAY, Asked, Finding, OnDay, Told, window
from hotline.models import Request
from hotline.states import RequestState


def topics(asked: Asked) -> OnDay:
    """Find topics that grow."""
    given = asked.watch.given
    days, least = given.number("days"), given.number("least")
    by_topic = _read(asked, days)

    def on_day(day: dt.date, told: Told) -> list[Finding]:
        first, last = window(day, days)
        found = []
        for (topic_id, node_id), asked_on in by_topic.items():
            seen = sum(first <= on <= last for on in asked_on)
            before = sum(first - DAY * days <= on < first for on in asked_on)
            if grown(seen, before, least=least, percent=given.number("percent")):
                figures = {"seen": seen, "before": before}
                found.append(
                    Finding(
                        f"topic:{topic_id}",
                        node_id,
                        first,
                        last,
                        seen,
                        figures,
                        is_grave=seen >= 2 * least,
                        topic_id=topic_id,
                    )
                )
        return found

    return on_day


def _read(asked: Asked, days: int) -> dict[tuple[int, int], list[dt.date]]:
    """Read when each topic was asked about, by topic and the node that it is of: one query."""
    since = asked.first - DAY * (2 * days)
    rows = Request.objects.filter(
        district=asked.district, topic__isnull=False, topic__dismissed_at=None, received_at__gte=_midnight(since)
    ).exclude(state=RequestState.REFUSED)
    rows = rows.filter(received_at__lt=_midnight(asked.last + DAY))
    found: dict[tuple[int, int], list[dt.date]] = defaultdict(list)
    for topic_id, community_id, at in rows.values_list("topic_id", "topic__community_id", "received_at"):
        assert topic_id is not None  # noqa: S101 - asked for above
        found[topic_id, community_id or asked.district.pk].append(timezone.localdate(at))
    return found


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
