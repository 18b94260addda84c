"""Reads on whistles and joint reviews: who sees which, and the lists that people work from."""

import datetime as dt
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from coordination.states import Attendance
from coordination.workflow import WHISTLE
from grids.backends import standing_for
from grids.roles import Permission
from grids.standing import Standing

if TYPE_CHECKING:
    from coordination.models import JointReview, Whistle  # noqa: F401 - named in the bases below


class WhistleTab(models.TextChoices):
    """The lists of whistles."""

    CALLED = "called", _("Called to me")
    BLOWN = "blown", _("Blown by us")
    AREA = "area", _("In my area")
    PAST = "past", _("Past whistles")


def under(who: Standing, permission: Permission, node: str = "node") -> Q:
    """Select the rows whose node lies under a post that gives the permission."""
    condition = Q(pk__in=[])
    for post in who.nodes(permission):
        inside = {f"{node}__tree_id": post.tree_id, f"{node}__lft__gte": post.lft, f"{node}__lft__lte": post.rght}
        condition |= Q(**inside)
    return condition


class WhistleQuerySet(models.QuerySet["Whistle"]):
    def open(self) -> "WhistleQuerySet":
        return self.filter(finished_at=None)

    def visible_to(self, user: User) -> "WhistleQuerySet":
        """Return the whistles of the parties and of the posts over the node that called; others are 404."""
        return self.seen_by(standing_for(user))

    def seen_by(self, who: Standing) -> "WhistleQuerySet":
        """Return what `visible_to` does, for somebody whose posts are at hand."""
        return self.filter(Q(blown_by=who.user_id) | under(who, Permission.VIEW_ORDERS) | self._calling(who))

    def tab(self, tab: "WhistleTab | str", user: User) -> "WhistleQuerySet":
        who = standing_for(user)
        if tab == WhistleTab.CALLED:
            return self.open().filter(self._calling(who))
        if tab == WhistleTab.BLOWN:
            nodes = [post.node_id for post in who.nodes(WHISTLE)]
            return self.open().filter(Q(blown_by=user.pk) | Q(node__in=nodes))
        if tab == WhistleTab.AREA:
            return self.open().filter(under(who, Permission.VIEW_ORDERS))
        return self.visible_to(user).filter(finished_at__isnull=False)

    def awaiting(self, who: Standing) -> "WhistleQuerySet":
        """Return the open whistles to which a unit of this person is still to come."""
        return self.open().filter(self._calling(who, attendance__in=[Attendance.AWAITED, Attendance.ABSENT]))

    def due(self, now: dt.datetime) -> "WhistleQuerySet":
        """Return the whistles that the sweep has to look at by now, the longest waiting first."""
        return self.open().filter(next_at__lte=now).order_by("next_at", "id")

    def with_parties(self) -> "WhistleQuerySet":
        """Read with each whistle who called and who is called: two queries."""
        read = self.select_related("node", "blown_by").defer("node__boundary", "node__duties")
        return read.prefetch_related("summons__unit", "summons__checked_in_by", "summons__reported_by")

    def _calling(self, who: Standing, **more: object) -> Q:
        if not who.unit_ids:
            return Q(pk__in=[])
        summons = apps.get_model("coordination", "Summons").objects
        return Q(Exists(summons.filter(whistle=OuterRef("pk"), unit__in=who.unit_ids, **more)))


class ReviewTab(models.TextChoices):
    """The lists of joint reviews."""

    WAITING = "waiting", _("Waiting for the decision")
    DONE = "done", pgettext_lazy("of a meeting", "Decided")


class ReviewQuerySet(models.QuerySet["JointReview"]):
    def open(self) -> "ReviewQuerySet":
        return self.filter(finished_at=None)

    def visible_to(self, user: User) -> "ReviewQuerySet":
        """Return the reviews of the orders that a person may see: attending units see the order, as its path does."""
        orders = apps.get_model("workorders", "WorkOrder").objects.visible_to(user)
        return self.filter(Exists(orders.filter(pk=OuterRef("order"))))

    def tab(self, tab: "ReviewTab | str", user: User) -> "ReviewQuerySet":
        seen = self.visible_to(user)
        return seen.filter(finished_at__isnull=False) if tab == ReviewTab.DONE else seen.open()

    def due(self, now: dt.datetime) -> "ReviewQuerySet":
        """Return the reviews that the sweep has to look at by now, the longest waiting first."""
        return self.open().filter(next_at__lte=now).order_by("next_at", "id")

    def with_parties(self) -> "ReviewQuerySet":
        """Read with each review its order, its level and its units."""
        read = self.select_related("node", "order__category__parent", "lead_unit", "convened_by", "finished_by")
        heavy = ("node__boundary", "node__duties", "order__contact_name", "order__contact_phone", "order__result")
        return read.defer(*heavy).prefetch_related("units__unit")
