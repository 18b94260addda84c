"""Where an incident is: a point turned into its grid, or a node chosen by hand."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from grids import coordinates
from grids import locate as grids_locate
from grids.models import Grid, Kind

SIX_PLACES = Decimal("0.000001")


class OutsideEveryGrid(ValidationError):
    """The point lies in no grid of any district."""


@dataclass(frozen=True)
class Place:
    """A node of the tree and, where known, the point: WGS-84 degrees, with the raw reading beside it."""

    grid: Grid
    lng: Decimal | None = None
    lat: Decimal | None = None
    raw_lng: Decimal | None = None
    raw_lat: Decimal | None = None
    raw_crs: str = ""
    accuracy_m: int | None = None


def place_in(grid: Grid) -> Place:
    """Return a place known by its node alone; a micro-grid counts as its base grid."""
    return Place(grid.parent if grid.kind == Kind.MICRO else grid)


def place_at(lng: float, lat: float, crs: str = "wgs84", accuracy_m: int | None = None) -> Place:
    """Find the base or dedicated grid of a point; degrees in the given system; raises OutsideEveryGrid."""
    wgs_lng, wgs_lat = coordinates.to_wgs84(lng, lat, crs)
    grid = grids_locate.locate(wgs_lng, wgs_lat)
    if grid is None:
        raise OutsideEveryGrid(_("This point lies in no grid of the district; choose the place on the map."))
    return Place(
        grid,
        lng=_fixed(wgs_lng),
        lat=_fixed(wgs_lat),
        raw_lng=_fixed(lng),
        raw_lat=_fixed(lat),
        raw_crs=crs,
        accuracy_m=accuracy_m,
    )


def _fixed(degrees: float) -> Decimal:
    return Decimal(degrees).quantize(SIX_PLACES)
