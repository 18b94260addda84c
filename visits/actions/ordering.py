"""Put a stop of one's day plan earlier or later, or go by the shortest way again."""

import datetime as dt

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid
from residents.errors import NotPossible
from visits import dayplan
from visits.models import PlanOrder


class Way(models.TextChoices):
    FIRST = "first", pgettext_lazy("a stop", "First")
    EARLIER = "earlier", pgettext_lazy("a stop", "Earlier")
    LATER = "later", pgettext_lazy("a stop", "Later")


@transaction.atomic
def move_stop(grid: Grid, *, actor: User, stop: int, way: str, now: dt.datetime | None = None) -> None:
    """Move a stop (`dayplan.Stop.key`) of the actor's plan of today in this grid; the order is theirs alone and ends
    with the day. The grid is one in which they visit. Raises NotPossible where the stop is not on the plan any more."""
    today = timezone.localdate(now or timezone.now())
    User.objects.select_for_update(no_key=True).only("pk").get(pk=actor.pk)
    stops = [one.key for one in dayplan.make(grid, standing_for(actor), today).stops]
    if stop not in stops:
        raise NotPossible(_("This home is not on the plan any more."))
    at = stops.index(stop)
    to = {Way.FIRST: 0, Way.EARLIER: max(0, at - 1), Way.LATER: at + 1}[Way(way)]
    stops.insert(to, stops.pop(at))
    PlanOrder.objects.update_or_create(user=actor, grid=grid, defaults={"day": today, "stops": stops})


def forget_order(grid: Grid, *, actor: User) -> None:
    """Go by the shortest way again."""
    PlanOrder.objects.filter(user=actor, grid=grid).delete()
