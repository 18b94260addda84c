"""Reads on hotline requests: who sees which, and the lists that people work from."""

import datetime as dt
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from grids.standing import Standing
from hotline.states import CallState, RequestState
from residents import sight
from workorders import sight as orders
from workorders.states import Scheme

if TYPE_CHECKING:
    from hotline.models import Request, Snippet  # noqa: F401 - named in the bases below


SOON = dt.timedelta(days=1)
"""A deadline is near within this time."""


class RequestQuerySet(models.QuerySet["Request"]):
    def visible_to(self, user: User) -> "RequestQuerySet":
        """Return the requests of the area of posts that open them, and those whose order one may see; others are 404.

        Seeing a request is not seeing who asks: `hotline.identity.may_see` decides that.
        """
        return self.seen_by(standing_for(user))

    def seen_by(self, who: Standing) -> "RequestQuerySet":
        """Return what `visible_to` does, for somebody whose posts are at hand."""
        return self.filter(in_area(who) | of_visible_orders(who))

    def at_the_desk(self) -> "RequestQuerySet":
        """Return what waits for an operator."""
        return self.filter(state=RequestState.RECEIVED)

    def to_be_called(self) -> "RequestQuerySet":
        return self.filter(call_state=CallState.QUEUED)

    def open(self) -> "RequestQuerySet":
        return self.filter(closed_at=None)

    def overdue(self, now: dt.datetime) -> "RequestQuerySet":
        """Return those whose legal limit passed without an answer."""
        return self.filter(closed_at=None, answered_at=None, due_at__lt=now)

    def due_soon(self, now: dt.datetime) -> "RequestQuerySet":
        """Return those not answered yet whose legal limit is near."""
        return self.filter(closed_at=None, answered_at=None, due_at__range=(now, now + SOON))

    def to_learn_from(self, district: Grid) -> "RequestQuerySet":
        """Return the closed requests of a district that people gave a category: what suggesting one is trained on."""
        closed = self.filter(district=district, state=RequestState.CLOSED, category__scheme=Scheme.HOTLINE)
        return closed.order_by("-received_at", "-id")

    def newest_first(self) -> "RequestQuerySet":
        return self.order_by("-received_at", "-id")

    def without_private(self) -> "RequestQuerySet":
        """Leave out what a list never shows, so that nothing is deciphered for it."""
        return self.defer("requester_name", "requester_phone", "reply_address", "platform_row", "text", "answer")


class SnippetQuerySet(models.QuerySet["Snippet"]):
    def visible_to(self, user: User) -> "SnippetQuerySet":
        """Return those of the districts at whose desk a post works."""
        posts = standing_for(user).nodes(Permission.INTAKE)
        return self.filter(district__tree_id__in={post.tree_id for post in posts})

    def in_force(self, day: dt.date) -> "SnippetQuerySet":
        """Return those that may be offered on this day."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day))


def in_area(who: Standing, permission: Permission = Permission.VIEW_REQUESTS) -> Q:
    """Requests located under a post that gives the permission; those not located yet only under the district."""
    return sight.area(who, permission)


def of_visible_orders(who: Standing) -> Q:
    """Requests whose order one may see: handlers of a unit see what their unit was handed."""
    if not who.has(Permission.HANDLE):
        return Q(pk__in=[])
    seen = apps.get_model("workorders", "WorkOrder").objects.filter(orders.part(who))
    return Q(order__isnull=False) & Q(Exists(seen.filter(pk=OuterRef("order"))))
