"""The layers of facilities: what stands in the street, and cameras apart, of which there is a position and no more."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from facilities.models import Facility
from facilities.states import FacilityState
from grids.models import Grid
from grids.roles import Permission
from onemap import layers
from onemap.layers import Cell, Layer, Sign

FROM = 13
"""The zoom at which facilities stand apart."""


def register() -> None:
    """Add the layers; called once, when the app is ready."""
    layers.register(FACILITIES, place=50)
    layers.register(CAMERAS, place=51)


def _rows(is_camera: bool) -> Callable[[User, Grid, dt.datetime], QuerySet[Any]]:
    def rows(user: User, district: Grid, now: dt.datetime) -> QuerySet[Any]:
        return Facility.objects.visible_to(user).standing().filter(district=district, kind__is_camera=is_camera)

    return rows


def _sign(columns: tuple[Any, ...], now: dt.datetime) -> int:
    return int(columns[0] == FacilityState.DAMAGED)


def _cells(row: Facility, now: dt.datetime) -> list[Cell]:
    is_damaged = row.state == FacilityState.DAMAGED
    state = Cell(row.get_state_display(), tone="red" if is_damaged else "green")
    return [Cell(row.name or str(row.kind), row.get_absolute_url()), Cell(row.code), state, Cell(row.grid.name)]


def _layer(key: str, label: Any, symbol: str, sign: Any, *, is_camera: bool) -> Layer:
    return Layer(
        key=key,
        label=label,
        symbol=symbol,
        rows=_rows(is_camera),
        within=lambda rows, node: rows.within(node),  # type: ignore[attr-defined]
        signs=(Sign(sign, symbol, "grey", "diamond"), Sign(_("Damaged facility"), symbol, "red", "diamond")),
        columns=("state",),
        sign_of=_sign,
        card="onemap/card_facility.html",
        card_of=lambda row, user, now: {},
        heads=(_("Name"), _("Code"), _("State"), _("Grid")),
        cells=_cells,
        order_by=("code",),
        list_rows=lambda rows: rows.select_related("kind", "grid").defer("grid__boundary", "grid__duties"),
        needs=Permission.REPORT,
        min_zoom=FROM,
        is_ranked=True,
    )


FACILITIES = _layer("facilities", _("Facilities"), "traffic-cone", _("Facility"), is_camera=False)
CAMERAS = _layer("cameras", _("Cameras"), "device-cctv", _("Camera"), is_camera=True)
