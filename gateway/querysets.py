"""Reads on receivers and deliveries."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from gateway.states import OPEN, DeliveryState
from grids.backends import standing_for
from grids.roles import Permission

if TYPE_CHECKING:
    from gateway.models import Delivery, Receiver  # noqa: F401 - named in the bases below


class ReceiverQuerySet(models.QuerySet["Receiver"]):
    def visible_to(self, user: User) -> "ReceiverQuerySet":
        """Return the receivers of the districts in which this person keeps receivers."""
        trees = {post.tree_id for post in standing_for(user).nodes(Permission.MANAGE_RECEIVERS)}
        return self.filter(district__tree_id__in=trees)

    def without_secrets(self) -> "ReceiverQuerySet":
        """Leave the secrets where they are: only signing needs them."""
        return self.defer("secret", "former_secret")

    def with_open_count(self) -> "ReceiverQuerySet":
        """Add `open_count`: how many deliveries of each wait or are to be tried again."""
        waiting = models.Q(deliveries__state__in=OPEN)
        return self.annotate(open_count=models.Count("deliveries", filter=waiting))

    def running(self) -> "ReceiverQuerySet":
        return self.filter(paused_at=None)

    def due(self, moment: dt.datetime) -> "ReceiverQuerySet":
        """Return those whose turn had come by this moment and whom nobody is serving now."""
        free = Q(leased_until=None) | Q(leased_until__lt=timezone.now())
        return self.running().filter(free, next_at__lte=moment)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def open(self) -> "DeliveryQuerySet":
        return self.filter(state__in=OPEN)

    def to_send(self, now: dt.datetime) -> "DeliveryQuerySet":
        """Return what may go out now, in the order of the moves; what waits behind an earlier move of the same order
        that is put off is left out."""
        earlier = type(self)(self.model).filter(
            receiver=OuterRef("receiver"), order=OuterRef("order"), event__lt=OuterRef("event"), state__in=OPEN
        )
        held = Exists(earlier.filter(next_at__gt=now))
        return self.open().filter(~held, next_at__lte=now).order_by("event_id")

    def with_facts(self) -> "DeliveryQuerySet":
        """Read along what the log shows of the move and the order, and no more."""
        shown = ["event__at", "event__move", "event__to_state", "order__number"]
        own = [field.name for field in self.model._meta.concrete_fields if not field.is_relation]
        return self.select_related("event", "order").only("receiver_id", *own, *shown)

    def read_past(self) -> "DeliveryQuerySet":
        """Leave those out that the receiver's mark has not passed: without their row they would be made again."""
        return self.filter(event_id__lte=models.F("receiver__read_upto"))

    def done_before(self, moment: dt.datetime) -> "DeliveryQuerySet":
        """Return the finished ones that were last tried before this moment."""
        finished = [DeliveryState.SENT, DeliveryState.DEAD, DeliveryState.WITHHELD]
        return self.filter(state__in=finished, tried_at__lt=moment)
