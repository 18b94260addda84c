"""Where a visitor is: known by the code of a poster, else found from a position or an address (locating/)."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from grids import locate
from grids.models import Grid, Kind
from locating import finding
from public.models import PlaceCode
from residents.models import Building

NOTICED = (Kind.BASE, Kind.DEDICATED)
"""Kinds of grids that have a public notice."""


@dataclass(frozen=True)
class Place:
    """A place as a report keeps it; `grid` is the lowest node, `is_sure` whether anybody need look at it again."""

    grid: Grid | None = None
    building: Building | None = None
    address: str = ""
    is_sure: bool = False
    lng: Decimal | None = None
    lat: Decimal | None = None

    @property
    def name(self) -> str:
        return self.address or (self.grid.name if self.grid is not None else "")


def district() -> Grid | None:
    """Return the district whose pages these are: the setting's, else the first by code."""
    rows = Grid.objects.filter(kind=Kind.DISTRICT).in_force(timezone.localdate()).order_by("code")
    if settings.PUBLIC_DISTRICT:
        rows = rows.filter(code=settings.PUBLIC_DISTRICT)
    found: Grid | None = rows.defer("boundary").first()
    return found


def district_of(place: Place) -> Grid | None:
    """Return the district of a place; for one that nobody knows, that of these pages."""
    if place.grid is None:
        return district()
    root: Grid = Grid.objects.defer("boundary").get(tree_id=place.grid.tree_id, kind=Kind.DISTRICT)
    return root


def by_code(code: str) -> Place | None:
    """Return the building or the grid whose poster shows this code, while it is there."""
    today = timezone.localdate()
    row = PlaceCode.objects.select_related("building__estate", "building__grid", "building__micro").filter(code=code)
    found = row.filter(building__retired_on=None).first()
    if found is not None:
        return of_building(found.building)
    node = Grid.objects.in_force(today).filter(public_code=code, kind__in=NOTICED).first()
    return Place(node, is_sure=True) if node is not None else None


def of_building(building: Building) -> Place:
    """Return a building as a place."""
    address = f"{building.estate.name}{building}" if building.estate_id else str(building)
    node = building.micro or building.grid
    return Place(node, building, address, is_sure=True, lng=building.lng, lat=building.lat)


def find(address: str, point: tuple[float, float] | None, *, most: int = 5) -> finding.Found:
    """Find the grids that an address or a position may mean, in the district of the position, else of these pages."""
    at = locate.locate(*point) if point is not None else None
    area = district_of(Place(at))
    return finding.find(address, district=area, point=point, most=most) if area is not None else finding.NOTHING


def found_at(address: str, point: tuple[float, float] | None) -> Place:
    """Return the place of a report: its grid where one is found, sure or not."""
    best, is_sure = None, False
    if address.strip() or point is not None:
        found = find(address, point)
        best, is_sure = found.best, found.is_sure
    node = Grid.objects.defer("boundary").filter(pk=best.grid_id).first() if best is not None else None
    lng, lat = (round(Decimal(str(value)), 6) for value in point) if point is not None else (None, None)
    return Place(node, None, address.strip(), is_sure, lng, lat)


def notice_of(place: Place) -> Grid | None:
    """Return the grid whose notice says who helps at a place: a micro-grid's is that of the grid it lies in."""
    node = place.grid
    while node is not None and node.kind not in NOTICED:
        node = node.parent
    return node
