"""Tiles that apps above this one put on the workbench, without this app knowing them.

A higher app calls `register` in its `AppConfig.ready()`. A tile is a link to the list that it counts; one whose list
is empty is left out. All are counted in the workbench's one query.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from accounts.models import User
from grids.standing import Standing


@dataclass(frozen=True)
class Tile:
    """`rows` is what stands at `url`; `tone` is a colour of components/tile.html."""

    label: Promise | str
    symbol: str
    tone: str
    url: str
    rows: QuerySet[Any]


Maker = Callable[[User, Standing, dt.datetime], Iterable[Tile]]
_makers: dict[str, Maker] = {}


def register(name: str, make: Maker) -> None:
    """Let an app offer tiles to each person; the same name again replaces it."""
    _makers[name] = make


def offered(user: User, who: Standing, now: dt.datetime) -> list[Tile]:
    """Return the tiles of every app for this person, uncounted."""
    return [tile for name in sorted(_makers) for tile in _makers[name](user, who, now)]
