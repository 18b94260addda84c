"""The layers of places: buildings, single houses, organisations, key sites. Who lives there is on none of them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from grids.models import Grid
from grids.roles import Permission
from onemap import layers
from onemap.layers import Cell, Layer, Sign
from residents.models import Building, House, Organisation, OrganisationKind

KINDS = list(OrganisationKind)
BUILDINGS_FROM, HOUSES_FROM = 14, 16
"""Zooms at which places of that size stand apart."""
SYMBOLS = {
    OrganisationKind.ENTERPRISE: "building-factory-2",
    OrganisationKind.TRADER: "building-store",
    OrganisationKind.SOCIAL: "users-group",
    OrganisationKind.SCHOOL: "school",
    OrganisationKind.CLINIC: "building-hospital",
    OrganisationKind.PUBLIC: "building-bank",
    OrganisationKind.OTHER: "building",
}


def register() -> None:
    """Add the layers; called once, when the app is ready."""
    for place, layer in enumerate((KEY_SITES, ORGANISATIONS, BUILDINGS, HOUSES)):
        layers.register(layer, place=40 + place)


def _with_grid(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("grid").defer("grid__boundary", "grid__duties")


def _buildings(user: User, district: Grid, now: dt.datetime) -> QuerySet[Any]:
    return Building.objects.visible_to(user).standing().filter(district=district, lat__isnull=False, lng__isnull=False)


def _houses(user: User, district: Grid, now: dt.datetime) -> QuerySet[Any]:
    standing = House.objects.visible_to(user).standing().filter(district=district)
    return standing.filter(building=None, lat__isnull=False, lng__isnull=False)


def _organisations(is_key_site: bool) -> Callable[[User, Grid, dt.datetime], QuerySet[Any]]:
    def rows(user: User, district: Grid, now: dt.datetime) -> QuerySet[Any]:
        seen = Organisation.objects.visible_to(user).open().filter(district=district, is_key_site=is_key_site)
        return seen.filter(lat__isnull=False, lng__isnull=False)

    return rows


def _kind(columns: tuple[Any, ...], now: dt.datetime) -> int:
    return KINDS.index(columns[0])


def _no_sign(columns: tuple[Any, ...], now: dt.datetime) -> int:
    return 0


def _nothing(row: Any, user: User, now: dt.datetime) -> dict[str, Any]:
    return {}


def _building_cells(row: Building, now: dt.datetime) -> list[Cell]:
    name = f"{row.estate.name} {row}"
    return [Cell(name, row.get_absolute_url()), Cell(row.grid.name), Cell(str(row.floors or "–"))]


def _house_cells(row: House, now: dt.datetime) -> list[Cell]:
    return [Cell(row.address, row.get_absolute_url()), Cell(row.grid.name), Cell(row.get_use_display())]


def _organisation_cells(row: Organisation, now: dt.datetime) -> list[Cell]:
    kind = Cell(row.get_kind_display(), symbol=SYMBOLS[OrganisationKind(row.kind)], tone="blue")
    return [Cell(row.name, row.get_absolute_url()), kind, Cell(row.grid.name), Cell(row.address or "–")]


BUILDINGS = Layer(
    key="buildings",
    label=_("Buildings"),
    symbol="building-community",
    rows=_buildings,
    within=lambda rows, node: rows.within(node),  # type: ignore[attr-defined]
    signs=(Sign(_("Building"), "building-community", "grey"),),
    columns=(),
    sign_of=_no_sign,
    card="onemap/card_building.html",
    card_of=_nothing,
    heads=(_("Building"), _("Grid"), _("Floors")),
    cells=_building_cells,
    order_by=("id",),
    list_rows=lambda rows: _with_grid(rows).select_related("estate"),
    needs=Permission.VIEW_REGISTERS,
    min_zoom=BUILDINGS_FROM,
    is_by_grid=True,
)
HOUSES = Layer(
    key="houses",
    label=_("Houses"),
    symbol="home",
    rows=_houses,
    within=lambda rows, node: rows.within(node),  # type: ignore[attr-defined]
    signs=(Sign(_("House"), "home", "grey"),),
    columns=(),
    sign_of=_no_sign,
    card="onemap/card_house.html",
    card_of=_nothing,
    heads=(_("Address"), _("Grid"), pgettext_lazy("of a house", "Use")),
    cells=_house_cells,
    order_by=("id",),
    list_rows=_with_grid,
    needs=Permission.VIEW_REGISTERS,
    min_zoom=HOUSES_FROM,
    is_by_grid=True,
)


def _of_organisations(key: str, label: Any, symbol: str, *, is_key_site: bool) -> Layer:
    shape = "diamond" if is_key_site else "round"
    tone = "orange" if is_key_site else "blue"
    return Layer(
        key=key,
        label=label,
        symbol=symbol,
        rows=_organisations(is_key_site),
        within=lambda rows, node: rows.within(node),  # type: ignore[attr-defined]
        signs=tuple(Sign(kind.label, SYMBOLS[kind], tone, shape) for kind in KINDS),
        columns=("kind",),
        sign_of=_kind,
        card="onemap/card_organisation.html",
        card_of=_nothing,
        heads=(_("Name"), _("Kind"), _("Grid"), _("Address")),
        cells=_organisation_cells,
        order_by=("name", "id"),
        list_rows=_with_grid,
        needs=Permission.VIEW_REGISTERS,
        is_by_grid=True,
    )


ORGANISATIONS = _of_organisations("organisations", _("Organisations"), "building-store", is_key_site=False)
KEY_SITES = _of_organisations("key-sites", _("Key sites"), "shield-check", is_key_site=True)
