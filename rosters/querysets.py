"""Reads on rosters: whose one sees, which wait for a job, and the rows of one."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from grids.backends import standing_for
from grids.roles import Permission
from rosters.states import ENDED, RUNNING, BatchKind, Decision, Outcome

if TYPE_CHECKING:
    from accounts.models import User
    from rosters.models import Batch, Row  # noqa: F401 - named in the bases below

ALONE_AFTER = dt.timedelta(minutes=2)
"""A running batch that has not stirred for so long may have lost its job; who picks it up takes its lock first."""
FORGOTTEN_AFTER = dt.timedelta(days=30)
"""A batch that nobody brought to an end is kept so much longer than one that ended, then given up."""


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, user: "User") -> "BatchQuerySet":
        """Return the rosters of areas below one's posts that may bring such rosters in; anything else is 404."""
        condition = Q(pk__in=[])
        for permission, kinds in (
            (Permission.IMPORT_ROSTERS, ~Q(kind=BatchKind.WORKERS)),
            (Permission.MANAGE_POSTS, Q(kind=BatchKind.WORKERS)),
        ):
            for post in standing_for(user).nodes(permission):
                if post.unit_id is None:
                    condition |= kinds & Q(node__tree_id=post.tree_id, node__lft__range=(post.lft, post.rght))
        return self.filter(condition)

    def left_alone(self, now: dt.datetime) -> "BatchQuerySet":
        """Return those with work to do that have not stirred for a while."""
        silent = Q(heartbeat_at=None) | Q(heartbeat_at__lt=now - ALONE_AFTER)
        return self.filter(silent, state__in=sorted(RUNNING))

    def to_purge(self, before: dt.datetime) -> "BatchQuerySet":
        """Return those that ended before this moment, and those that nobody brought to an end for as long again."""
        ended = Q(state__in=sorted(ENDED), ended_at__lt=before)
        forgotten = Q(created_at__lt=before - FORGOTTEN_AFTER)
        return self.filter(ended | forgotten, purged_at=None).exclude(state__in=sorted(RUNNING))


class RowQuerySet(models.QuerySet["Row"]):
    def of_outcome(self, outcome: str) -> "RowQuerySet":
        return self.filter(outcome=outcome)

    def undecided(self, batch: "Batch") -> "RowQuerySet":
        """Return rows that somebody has still to decide about: neither the row nor a rule says what becomes of it."""
        ruled = [outcome for outcome, decision in batch.rules.items() if decision]
        open_outcomes = {Outcome.NEW, Outcome.CHANGED, Outcome.MOVED_OUT, Outcome.CONFLICT} - set(ruled)
        return self.filter(batch=batch, outcome__in=sorted(open_outcomes), decision=Decision.UNDECIDED)
