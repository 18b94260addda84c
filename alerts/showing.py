"""What this app puts on pages of others: a tile on the workbench, a count in the navigation."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from alerts.models import EarlyWarning
from grids.roles import Permission
from grids.standing import Standing
from workorders import tiles


def register() -> None:
    tiles.register("warnings", bench_tiles)


def waiting(who: Standing) -> "QuerySet[Any] | None":
    """Return the warnings that wait for this person's decision, for the navigation; None for all others."""
    if not who.has(Permission.CONFIRM_WARNINGS):
        return None
    return EarlyWarning.objects.open().decided_by_posts_of(who)


def bench_tiles(user: User, who: Standing, now: dt.datetime) -> Iterator[tiles.Tile]:
    """Count the warnings that wait for this person's decision."""
    rows = waiting(who)
    if rows is not None:
        yield tiles.Tile(_("Warnings"), "alert-triangle", "yellow", reverse("alerts:list"), rows)
