"""Reads on briefings and subscriptions: who sees which."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from bulletins.states import Mail, State
from grids.backends import standing_for
from grids.roles import Permission
from grids.standing import Standing

if TYPE_CHECKING:
    from bulletins.models import Bulletin, Delivery, Subscription  # noqa: F401 - named in the bases below


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    def visible_to(self, user: User) -> "BulletinQuerySet":
        """Return what this person may see: published ones of their area or sent to them, drafts where they write."""
        from bulletins.models import Delivery

        who = standing_for(user)
        named = Exists(Delivery.objects.filter(bulletin=OuterRef("pk"), user=user).exclude(state=Mail.NAMED))
        reads = over(who, Permission.VIEW_INSIGHTS) | named
        works = over(who, Permission.WRITE_BULLETINS) | over(who, Permission.PUBLISH_BULLETINS)
        return self.filter((reads & ~Q(state=State.DRAFT)) | works)

    def with_parties(self) -> "BulletinQuerySet":
        """Return them with node and people, without what is large."""
        found = self.select_related("node", "author", "published_by", "withdrawn_by")
        return found.defer("node__boundary", "node__duties")


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def running(self) -> "SubscriptionQuerySet":
        return self.filter(ended_at=None)

    def visible_to(self, user: User) -> "SubscriptionQuerySet":
        """Return one's own."""
        return self.filter(user=user)


class SendingQuerySet(models.QuerySet["Delivery"]):
    def mail_due(self, now: dt.datetime) -> "SendingQuerySet":
        """Return what is to be sent by e-mail by now, the longest waiting first."""
        return self.filter(due_at__lte=now).order_by("due_at", "id")


def over(who: Standing, permission: Permission, prefix: str = "node__") -> Q:
    """Rows whose node lies under a post that gives the permission; one in a unit opens nothing."""
    condition = Q(pk__in=[])
    for post in who.nodes(permission):
        if post.unit_id is None:
            condition |= Q(
                **{f"{prefix}tree_id": post.tree_id, f"{prefix}lft__gte": post.lft, f"{prefix}rght__lte": post.rght}
            )
    return condition
