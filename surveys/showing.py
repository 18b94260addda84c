"""What questionnaires put on the workbench: whom this person still has to ask."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.roles import Permission
from grids.standing import Standing
from surveys.models import Sampled
from workorders import tiles


def register() -> None:
    tiles.register("surveys", bench_tiles)


def bench_tiles(user: User, who: Standing, now: dt.datetime) -> Iterator[tiles.Tile]:
    """Count whom this person still has to ask, of what is asked today."""
    if who.has(Permission.ASK_SURVEYS):
        rows = Sampled.objects.askable_by(user).to_do_on(timezone.localdate(now))
        yield tiles.Tile(_("People to ask"), "message-question", "brand", reverse("surveys:to-ask"), rows)
