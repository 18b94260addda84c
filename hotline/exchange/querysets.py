"""Reads on exchanges: whose they are, and which a dead job left."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from accounts.models import User
from grids.backends import standing_for
from grids.roles import Permission

if TYPE_CHECKING:
    from hotline.models import ExchangePartner, ExchangeRun  # noqa: F401 - named in the bases below

LEFT_AFTER = dt.timedelta(minutes=2)


def trees(user: User) -> set[int]:
    """Return the trees in whose district this person exchanges requests with the platform."""
    posts = standing_for(user).nodes(Permission.EXCHANGE)
    return {post.tree_id for post in posts if post.unit_id is None}


class ExchangeRunQuerySet(models.QuerySet["ExchangeRun"]):
    def visible_to(self, user: User) -> "ExchangeRunQuerySet":
        """Return the exchanges of the districts in which this person keeps them; others are 404."""
        return self.filter(district__tree_id__in=trees(user))

    def left_alone(self, now: dt.datetime) -> "ExchangeRunQuerySet":
        """Return the running ones that nobody has worked on for a while."""
        quiet = Q(heartbeat_at=None, began_at__lt=now - LEFT_AFTER) | Q(heartbeat_at__lt=now - LEFT_AFTER)
        return self.filter(quiet, state="running", direction="in")

    def to_purge(self, before: dt.datetime) -> "ExchangeRunQuerySet":
        return self.filter(purged_at=None, began_at__lt=before).exclude(state="running")


class ExchangePartnerQuerySet(models.QuerySet["ExchangePartner"]):
    def visible_to(self, user: User) -> "ExchangePartnerQuerySet":
        return self.filter(district__tree_id__in=trees(user))

    def without_keys(self) -> "ExchangePartnerQuerySet":
        """Leave the keys where they are: only a signature needs them."""
        return self.defer("key", "former_key")
