"""The registers of a demo district: exactly as many houses, people and organisations as the scale says.

The home community is well filled at every scale, since the demo's accounts work there; the rest shares what is left
by population.
"""

import datetime as dt
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import groupby
from operator import add

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from demo import crew
from demo.bulk import BulkLoad, Page, Table, Tables
from demo.businesses import Businesses
from demo.figures import BORN_A_DAY, Figures, Numbers
from demo.households import Households
from demo.neighbourhoods import Neighbourhoods, Point
from demo.plan import short
from demo.profiles import Profile
from demo.register_rows import Path
from demo.shares import apportion
from grids.models import Grid, Kind, Settlement
from residents import models

POPULATION, FLOATING, HOUSES, ORGANISATIONS = 1_162_189, 99_664, 481_599, 21_264
"""Of 任城区 (DOMAIN.md §1.1); another profile has the same shares of its own population."""
HOME_HOUSES = 480
"""At least so many in the home community, as far as a third of all reaches."""
BEGUN_DAYS = 200
"""How long ago the registers were begun."""
A_SHARE = 50_000
"""People whose registers are drawn together."""
ROWS: tuple[type[Model], ...] = (
    models.Estate,
    models.Building,
    models.House,
    models.Resident,
    models.Household,
    models.Membership,
    models.FloatingFacts,
    models.LeftBehindFacts,
    models.ForeignFacts,
    models.Organisation,
)
_TENANCY = {Settlement.URBAN.value: 6.0}
_MOST_TENANTS = 0.5
"""No grid has a larger share of floating people."""


@dataclass(frozen=True)
class Totals:
    residents: int
    floating: int
    houses: int
    organisations: int


def totals(profile: Profile, scale: float) -> Totals:
    """Return what a scale asks for; 1 for 任城区 gives the reported figures exactly."""
    share = profile.population / POPULATION * scale
    return Totals(*(round(count * share) for count in (POPULATION, FLOATING, HOUSES, ORGANISATIONS)))


@dataclass
class Plot:
    """A base grid and what it gets."""

    code: str
    place: str
    """What its community is called for short."""
    settlement: str
    weight: float
    paths: list[Path]
    """Its micro-grids, or itself."""
    houses: int = 0
    people: int = 0
    floating: int = 0
    organisations: int = 0

    @property
    def is_rural(self) -> bool:
        return self.settlement == Settlement.RURAL


@dataclass(frozen=True)
class Sums:
    """What some plots get."""

    plots: int = 0
    houses: int = 0
    people: int = 0
    organisations: int = 0

    @classmethod
    def of(cls, plots: Sequence[Plot]) -> "Sums":
        parts = [(1, plot.houses, plot.people, plot.organisations) for plot in plots]
        return cls(*map(sum, zip(*parts, strict=True)))

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*map(add, astuple(self), astuple(other)))


@dataclass
class Share:
    """Plots that one process draws at a time."""

    seed: int
    plots: list[Plot]
    before: Sums
    """What the shares before it get: their keys are taken."""
    numbers: Numbers

    @property
    def sums(self) -> Sums:
        return Sums.of(self.plots)


def fill(
    nodes: Mapping[str, Grid],
    points: Mapping[int, Sequence[Point]],
    profile: Profile,
    wanted: Totals,
    rng: random.Random,
    now: dt.datetime,
    progress: Callable[[int], None] = lambda more: None,
) -> None:
    """Write the registers of a freshly made tree; `points` are places within each grid by its key."""
    plots = plots_of(nodes)
    share_out(plots, profile.home, wanted)
    shares = shares_of(plots, rng)
    with BulkLoad(*ROWS) as load:
        for share, pages in zip(shares, crew.drawn(draw, (points, now), shares), strict=True):
            for page in pages:
                load.send(page)
            progress(share.sums.people)
    with connection.cursor() as cursor:
        cursor.execute(_HEADS)


def draw(given: tuple[Mapping[int, Sequence[Point]], dt.datetime], share: Share) -> list[Page]:
    """Draw a share; returns what is to be copied. `given` are places within each grid, and the moment."""
    points, now = given
    pages: list[Page] = []
    before, rng = share.before, random.Random(share.seed)
    first_ids = {
        models.Estate: before.plots,
        models.Building: before.houses,
        models.House: before.houses,
        models.Resident: before.people,
        models.Household: before.people,
        models.Membership: before.people,
        models.Organisation: before.organisations,
    }
    tables: Tables = {model: Table(model, pages.append, first_ids.get(model, 0) + 1) for model in ROWS}
    figures = Figures(rng, timezone.localdate(now), now - dt.timedelta(days=BEGUN_DAYS), share.numbers)
    builders, families = Neighbourhoods(tables, rng), Households(tables, figures)
    businesses = Businesses(tables, figures, before.organisations)
    for plot in share.plots:
        where = points[plot.paths[0].grid_id]
        houses = builders.settle(plot.place, plot.paths, plot.houses, where, is_rural=plot.is_rural)
        families.move_in(houses, plot.people, plot.floating, is_rural=plot.is_rural)
        businesses.open(plot.place, plot.paths, plot.organisations, where)
    for table in tables.values():
        table.flush()
    return pages


def shares_of(plots: Sequence[Plot], rng: random.Random) -> list[Share]:
    """Cut the plots into shares between communities: each has numbers and keys of its own, as many as it can need."""
    people = sum(plot.people for plot in plots)
    parts = max(1, round(people / A_SHARE))
    shares: list[Share] = []
    before = Sums()
    for _community, found in groupby(plots, key=lambda plot: plot.paths[0].community_id):
        at_home = list(found)
        if shares and (before.people < len(shares) * people / parts or len(shares) == parts):
            shares[-1].plots.extend(at_home)
        else:
            a_day = BORN_A_DAY // parts
            numbers = Numbers(len(shares) * a_day, a_day, 2 * (before.people + before.organisations))
            shares.append(Share(rng.getrandbits(64), at_home, before, numbers))
        before += Sums.of(at_home)
    return shares


def plots_of(nodes: Mapping[str, Grid]) -> list[Plot]:
    """Return the base grids of a freshly made tree, without their shares yet."""
    by_id = {node.pk: node for node in nodes.values()}
    plots: dict[int, Plot] = {}
    for grid in nodes.values():
        if grid.kind == Kind.BASE:
            community = by_id[grid.parent_id]
            street = by_id[community.parent_id]
            path = Path(street.parent_id, street.pk, community.pk, grid.pk, None)
            place, weight = short(community.name), float(grid.population or 1)
            plots[grid.pk] = Plot(grid.code, place, grid.settlement, weight, [path])
    micros: dict[int, list[Grid]] = {}
    for node in nodes.values():
        if node.kind == Kind.MICRO:
            micros.setdefault(node.parent_id, []).append(node)
    for grid_id, below in micros.items():
        at = plots[grid_id].paths[0]
        plots[grid_id].paths = [
            Path(at.district_id, at.street_id, at.community_id, at.grid_id, micro.pk)
            for micro in sorted(below, key=lambda micro: micro.code)
        ]
    return sorted(plots.values(), key=lambda plot: plot.code)


def share_out(plots: list[Plot], home: str, wanted: Totals) -> None:
    """Give every plot its houses, people, floating people and organisations; the sums are exact."""
    weights = [plot.weight for plot in plots]
    at_home = [plot.code.startswith(home) for plot in plots]
    natural = sum(weight for weight, here in zip(weights, at_home, strict=True) if here) / sum(weights)
    share = max(natural, min(HOME_HOUSES / max(1, wanted.houses), 1 / 3))
    lift = share * (1 - natural) / (natural * (1 - share))
    weights = [weight * (lift if here else 1.0) for weight, here in zip(weights, at_home, strict=True)]
    _give(plots, "houses", wanted.houses, weights)
    _give(plots, "people", wanted.residents, [float(plot.houses) for plot in plots])
    _give(plots, "organisations", wanted.organisations, weights)
    tenancy = [plot.people * _TENANCY.get(plot.settlement, 1.0) for plot in plots]
    _give(plots, "floating", wanted.floating, tenancy)
    _spread_tenants(plots)


def _give(plots: list[Plot], name: str, total: int, weights: list[float]) -> None:
    for plot, count in zip(plots, apportion(total, weights), strict=True):
        setattr(plot, name, count)


def _spread_tenants(plots: list[Plot]) -> None:
    """Move floating people from grids that would have too many to those with room."""
    over = 0
    for plot in plots:
        most = int(plot.people * _MOST_TENANTS)
        over += max(0, plot.floating - most)
        plot.floating = min(plot.floating, most)
    for plot in plots:
        more = min(over, int(plot.people * _MOST_TENANTS) - plot.floating)
        plot.floating += more
        over -= more


_HEADS = """
UPDATE residents_building b SET head_id = found.id
  FROM (SELECT DISTINCT ON (h.building_id) h.building_id, r.id
          FROM residents_house h
          JOIN residents_household k ON k.house_id = h.id
          JOIN residents_resident r ON r.id = k.head_id
         WHERE h.building_id IS NOT NULL AND r.kind = 'registered' AND r.born_on < CURRENT_DATE - 10950
         ORDER BY h.building_id, r.id) found
 WHERE found.building_id = b.id
"""
"""The building's lead is one of those who live there, not the youngest."""
