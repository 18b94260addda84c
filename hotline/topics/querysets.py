"""Reads on hot topics: which there are, how often each was asked in a period and in the one before."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q

from accounts.models import User

if TYPE_CHECKING:
    from hotline.models import Topic  # noqa: F401 - named in the bases below

LEAST = 3
"""So many requests make a topic (proposal)."""
RANKED = 50


@dataclass(frozen=True)
class Span:
    """A period and the one of the same length before it; the times are aware, the end is not in it."""

    until: dt.datetime
    days: int

    @property
    def since(self) -> dt.datetime:
        return self.until - dt.timedelta(days=self.days)

    @property
    def before(self) -> dt.datetime:
        return self.until - dt.timedelta(days=2 * self.days)


class TopicQuerySet(models.QuerySet["Topic"]):
    def visible_to(self, user: User) -> "TopicQuerySet":
        """Return the topics of which one may see a request; others are 404."""
        requests = apps.get_model("hotline", "Request").objects.visible_to(user)
        return self.filter(Exists(requests.filter(topic=OuterRef("pk"))))

    def current(self) -> "TopicQuerySet":
        return self.filter(dismissed_at=None)

    def counted(self, span: Span) -> "TopicQuerySet":
        """Add `now`, `earlier` and `growth`: requests of the period, of the one before, and their difference."""
        at = "requests__received_at"
        now = Count("requests", filter=Q(**{f"{at}__gte": span.since, f"{at}__lt": span.until}))
        earlier = Count("requests", filter=Q(**{f"{at}__gte": span.before, f"{at}__lt": span.since}))
        return self.annotate(now=now, earlier=earlier, growth=F("now") - F("earlier"))

    def ranked(self, span: Span, by: str = "now") -> "TopicQuerySet":
        """Return the topics asked at least `LEAST` times in the period, the most asked, or fastest growing, first."""
        first, second = ("-growth", "-now") if by == "growth" else ("-now", "-growth")
        told = self.current().select_related("community", "order").counted(span).filter(Q(now__gte=LEAST))
        return told.order_by(first, second, "-last_at", "-id")[:RANKED]
