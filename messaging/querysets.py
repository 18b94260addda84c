"""Reads on messages out."""

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from accounts.models import User
from grids.backends import standing_for
from grids.roles import Permission
from messaging.states import OPEN, MessageState

if TYPE_CHECKING:
    from messaging.models import Message  # noqa: F401 - named in the bases below


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> "MessageQuerySet":
        """Return the messages of the districts in which this person looks after the ways out."""
        trees = {post.tree_id for post in standing_for(user).nodes(Permission.MANAGE_RECEIVERS)}
        return self.filter(district__tree_id__in=trees)

    def open(self) -> "MessageQuerySet":
        return self.filter(state__in=OPEN)

    def due(self, way: str, now: dt.datetime) -> "MessageQuerySet":
        """Return what may leave by this way now and nobody is sending, the longest due first."""
        free = Q(leased_until=None) | Q(leased_until__lt=now)
        return self.open().filter(free, way=way, next_at__lte=now).order_by("next_at", "id")

    def about(self, purpose: str, references: Collection[int]) -> "MessageQuerySet":
        """Return the messages of one purpose that belong to these things, newest first."""
        return self.filter(purpose=purpose, reference__in=references).order_by("-id")

    def without_content(self) -> "MessageQuerySet":
        """Leave what is said where it is: only sending needs it."""
        return self.defer("subject", "body")

    def done_before(self, moment: dt.datetime) -> "MessageQuerySet":
        """Return the finished ones that were last tried before this moment."""
        return self.filter(state__in=[MessageState.SENT, MessageState.GIVEN_UP], tried_at__lt=moment)

    def counts(self) -> dict[tuple[str, str], int]:
        """Count them by way and state: one query."""
        rows = self.order_by().values_list("way", "state").annotate(count=models.Count("pk"))
        return {(way, state): count for way, state, count in rows}
