"""What the call-back desk puts on the workbench."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.roles import Permission
from grids.standing import Standing
from hotline import call_lists
from hotline.call_lists import CallTab
from workorders import tiles


def register() -> None:
    tiles.register("hotline.calls", bench_tiles)


def bench_tiles(user: User, who: Standing, now: dt.datetime) -> Iterator[tiles.Tile]:
    """Count whom to call now, and whose dissatisfaction waits for a decision."""
    if not who.has(Permission.CALL_BACK):
        return
    for name, label, tone in (
        (CallTab.DUE, _("To call back now"), "brand"),
        (CallTab.UNHAPPY, _("Dissatisfied when called"), "red"),
    ):
        url = f"{reverse('hotline:call-backs')}?tab={name.value}"
        yield tiles.Tile(label, "phone-outgoing", tone, url, call_lists.tab(name, who, now))
