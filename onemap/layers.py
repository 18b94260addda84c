"""The layers of points: one shape for orders, people, places; the map, the list and the API all read them here.

A higher app adds its own by `register` in `AppConfig.ready()`. A layer's rows are what this person may see of it; the
points carry a key, a place and the number of a sign, and nothing that says who or what it is: that is on the card.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.functional import Promise

from accounts.models import User
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from onemap import extents

MOST = 10_000
"""Points of one answer; where there are more the map asks to zoom in."""
SCALE = 100_000
"""Points and outlines are sent in whole hundred-thousandths of a degree: about a metre."""
UNPLACED = Q(lng=None) | Q(lat=None)
Words = Promise | str
Box = tuple[float, float, float, float]
"""West, south, east, north; degrees in WGS-84."""


@dataclass(frozen=True)
class Sign:
    """How a point looks: a word, an icon and a tone of static/css/app.css, a shape of static/css/onemap.css."""

    label: Words
    symbol: str
    tone: str = "brand"
    shape: str = "round"


@dataclass(frozen=True)
class Cell:
    """A cell of the list."""

    text: str
    url: str = ""
    tone: str = ""
    symbol: str = ""


@dataclass(frozen=True)
class Layer:
    """Points of one kind. `rows` gives what a person may see of it in a district now, with a place or without one; the
    list holds all of them, the map those with a place."""

    key: str
    label: Words
    symbol: str
    rows: Callable[[User, Grid, dt.datetime], QuerySet[Any]]
    within: Callable[[QuerySet[Any], Grid], QuerySet[Any]]
    signs: Sequence[Sign]
    columns: tuple[str, ...]
    """What `sign_of` needs of a row besides its key and place."""
    sign_of: Callable[[tuple[Any, ...], dt.datetime], int]
    card: str
    """The template of a point's card."""
    card_of: Callable[[Any, User, dt.datetime], dict[str, Any]]
    heads: tuple[Words, ...]
    """Heads of the list's columns; the first column names the row."""
    cells: Callable[[Any, dt.datetime], list[Cell]]
    order_by: tuple[str, ...]
    list_rows: Callable[[QuerySet[Any]], QuerySet[Any]] = field(default=lambda rows: rows)
    """Joins what the list and the card show."""
    needs: Permission | None = None
    min_zoom: int = 0
    """Below this zoom the map asks to come nearer instead of asking for points."""
    refresh_s: int = 0
    """How often the map asks again."""
    is_ranked: bool = False
    """Whether a cluster takes the sign of its gravest point, which has the highest number."""
    may_lack_place: bool = False
    """Whether some of its rows have no place: the list then says so, and which."""
    is_by_grid: bool = False
    """Whether a box is narrowed to the grids in it first: the table has an index on the grid, none on the place."""
    starts_on: bool = False

    def open_to(self, user: User) -> bool:
        return self.needs is None or standing_for(user).has(self.needs)


_layers: dict[str, tuple[int, Layer]] = {}


def register(layer: Layer, place: int = 100) -> None:
    """Add a layer; `place` orders the switches, smallest first; the same key again replaces it."""
    _layers[layer.key] = (place, layer)


def open_to(user: User) -> list[Layer]:
    """Return the layers that this person may switch on."""
    ordered = sorted(_layers.values(), key=lambda pair: (pair[0], pair[1].key))
    return [layer for _place, layer in ordered if layer.open_to(user)]


def named(key: str, user: User) -> Layer:
    """Return one layer; raises Http404 for one that there is not, or not for this person."""
    found = next((layer for layer in open_to(user) if layer.key == key), None)
    if found is None:
        raise Http404
    return found


def in_box(layer: Layer, rows: QuerySet[Any], district: Grid, box: Box | None) -> QuerySet[Any]:
    """Narrow a layer's rows to a box."""
    if box is None:
        return rows
    west, south, east, north = box
    if layer.is_by_grid:
        rows = rows.filter(grid__in=extents.grids_in(district, box))
    return rows.filter(Q(lng__range=(west, east)), lat__range=(south, north))


def points(
    layer: Layer, user: User, district: Grid, box: Box | None, now: dt.datetime, most: int = MOST
) -> dict[str, Any]:
    """Return `{"o": [lng, lat], "s": scale, "p": [key, x, y, sign, …], "more": bool}`; x and y count from the origin.

    At most `most` points; `more` says that there were others, and then none is sent: half a picture misleads.
    """
    rows = in_box(layer, layer.rows(user, district, now), district, box).exclude(UNPLACED)
    found = list(rows.order_by().values_list("pk", "lng", "lat", *layer.columns)[: most + 1])
    if len(found) > most:
        return {"o": [0, 0], "s": SCALE, "p": [], "more": True}
    west = min((int(row[1] * SCALE) for row in found), default=0)
    south = min((int(row[2] * SCALE) for row in found), default=0)
    flat: list[int] = []
    for row in found:
        sign = layer.sign_of(row[3:], now)
        flat += (row[0], round(row[1] * SCALE) - west, round(row[2] * SCALE) - south, sign)
    return {"o": [west, south], "s": SCALE, "p": flat, "more": False}
