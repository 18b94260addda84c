"""The demo's tree as a plan: which nodes, how many people, what shape. Pure: the same seed, the same plan."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from demo import divisions, geometry
from demo.profiles import Profile
from demo.shares import apportion
from grids.models import Kind, Settlement

HOUSEHOLD = 2.6
"""Persons to a household (DOMAIN.md §7.3)."""

URBAN_WEIGHT = 5.0
"""How many times as many people live in an urban community as in a village."""

MICRO_HOUSEHOLDS = 50
"""Households to a micro-grid (DOMAIN.md §1.1)."""

CITY_CENTRE = (116.585, 35.41)

_DIGITS = "零一二三四五六七八九"
_SUFFIX = re.compile(r"(居民委员会|居委会|村民委员会|村委会)$")
_SIDES = ("东", "南", "西", "北")
_ROADS = (
    "建设", "太白楼", "红星", "共青团", "济安桥", "金宇", "洸河", "琵琶山", "供销",
    "解放", "古槐", "任城", "车站", "吴泰闸", "常青", "科苑", "荷花", "王母阁",
    "新世纪", "健康",
)  # fmt: skip


@dataclass
class Place:
    """A node to be."""

    kind: Kind
    code: str
    name: str
    parent: str
    settlement: Settlement | None = None
    statistical_code: str = ""
    area: BaseGeometry | None = None
    population: int = 0
    co_managed_by: str = ""
    four_sides: str = ""
    children: list["Place"] = field(default_factory=list)

    @property
    def households(self) -> int:
        return round(self.population / HOUSEHOLD)

    def walk(self) -> Iterable["Place"]:
        yield self
        for child in self.children:
            yield from child.walk()


def numeral(number: int) -> str:
    """Write 1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def short(name: str) -> str:
    """Return a community's name without the words for its committee."""
    return _SUFFIX.sub("", name)


def settlement_of(code: str) -> Settlement:
    """Say from the last three digits whether a community is urban or rural (DOMAIN.md §2.3)."""
    number = int(code[9:12])
    return Settlement.RURAL if number in range(200, 400) or number >= 500 else Settlement.URBAN


def make(profile: Profile, seed: int) -> Place:
    """Draw the whole tree of a profile."""
    rng = np.random.default_rng(seed)
    district = Place(Kind.DISTRICT, profile.code, profile.title, "", statistical_code="")
    district.children = [
        Place(Kind.STREET, row["code"], row["name"], profile.code, statistical_code=row["code"] + "000")
        for row in divisions.rows("streets")
        if row["code"] in profile.streets
    ]
    for street in district.children:
        street.children = _communities(profile, street)
    _settle(profile, district, rng)
    _draw(profile, district, rng)
    _overlay(district, rng)
    return district


def _communities(profile: Profile, street: Place) -> list[Place]:
    published = [(row["code"], row["name"]) for row in divisions.rows("villages") if row["streetCode"] == street.code]
    invented = [(code, name) for code, name in profile.invented if code.startswith(street.code)]
    return [
        Place(
            Kind.COMMUNITY,
            code,
            name,
            street.code,
            settlement_of(code),
            statistical_code=code if (code, name) in published else "",
        )
        for code, name in sorted(published + invented)
    ]


def _settle(profile: Profile, district: Place, rng: np.random.Generator) -> None:
    """Give every community its people and its base grids; all sums come out as the profile says."""
    communities = [community for street in district.children for community in street.children]
    urban = [community.settlement == Settlement.URBAN for community in communities]
    weights = np.exp(np.clip(rng.normal(0, 0.6, len(communities)), -1.3, 1.3)) * np.where(urban, URBAN_WEIGHT, 1.0)
    for community, people in zip(communities, apportion(profile.population, list(weights), 300), strict=True):
        community.population = people
    if isinstance(profile.grids, int):
        _divide(communities, profile.grids, rng)
    else:
        for side, count in zip((True, False), profile.grids, strict=True):
            _divide([c for c, is_urban in zip(communities, urban, strict=True) if is_urban == side], count, rng)
    for node in (*district.children, district):
        node.population = sum(child.population for child in node.children)


def _divide(communities: Sequence[Place], count: int, rng: np.random.Generator) -> None:
    shares = apportion(count, [community.population for community in communities], 1)
    for community, number in zip(communities, shares, strict=True):
        people = apportion(community.population, list(rng.uniform(0.8, 1.2, number)))
        community.children = [
            Place(
                Kind.BASE,
                f"{community.code}{n:03d}",
                f"{short(community.name)}第{numeral(n)}网格",
                community.code,
                community.settlement,
                population=people[n - 1],
                four_sides="，".join(f"{side}至{rng.choice(_ROADS)}路" for side in _SIDES),
            )
            for n in range(1, number + 1)
        ]


def _draw(profile: Profile, district: Place, rng: np.random.Generator) -> None:
    """Cut the outline into the cells of every node."""
    cells: dict[str, BaseGeometry] = {}
    for street, cell in zip(district.children, _street_cells(profile, district), strict=True):
        parts = geometry.scatter(cell, len(street.children), rng)
        parts.sort(key=lambda part: part.centroid.distance(shapely.Point(CITY_CENTRE)))
        urban_first = sorted(street.children, key=lambda community: community.settlement == Settlement.RURAL)
        for community, part in zip(urban_first, parts, strict=True):
            grids = sorted(geometry.scatter(part, len(community.children), rng), key=_reading_order)
            cells.update(zip((grid.code for grid in community.children), grids, strict=True))
    fitted = geometry.fit(cells)
    for street in district.children:
        for community in street.children:
            for grid in community.children:
                grid.area = fitted[grid.code]
            community.area = geometry.union([fitted[grid.code] for grid in community.children])
        street.area = geometry.union([c.area for c in street.children if c.area is not None])
    district.area = geometry.union([s.area for s in district.children if s.area is not None])


def _street_cells(profile: Profile, district: Place) -> list[BaseGeometry]:
    centres = divisions.centres()
    codes = [street.code for street in district.children]
    if not profile.is_whole_outline:
        every = geometry.voronoi(divisions.outline(), list(centres.values()))
        return [every[list(centres).index(code)] for code in codes]
    return geometry.voronoi(divisions.outline(), [centres[code] for code in codes])


def _reading_order(cell: BaseGeometry) -> tuple[int, float]:
    """Grids are numbered from west to east and north to south (DOMAIN.md §2.2)."""
    return -round(cell.centroid.y / 0.002), cell.centroid.x


def _overlay(district: Place, rng: np.random.Generator) -> None:
    """Lay a dedicated grid over the largest community of each street, and micro-grids below its first base grid."""
    names = ("中心医院", "商业广场", "职业学校", "农贸市场", "物流园区")
    for index, street in enumerate(district.children):
        largest = max(street.children, key=lambda community: community.population)
        second = next(c for c in _by_distance(street, largest) if c is not largest)
        host = largest.children[0]
        assert host.area is not None  # noqa: S101 - _draw gave it one
        middle = host.area.point_on_surface()
        radius = 0.4 * middle.distance(host.area.boundary)
        largest.children.append(
            Place(
                Kind.DEDICATED,
                f"{largest.code}901",
                f"{short(largest.name)}{names[index % len(names)]}专属网格",
                largest.code,
                largest.settlement,
                area=shapely.set_precision(middle.buffer(radius, quad_segs=3), geometry.PRECISION),
                co_managed_by=second.code,
            )
        )
        people = apportion(host.population, list(rng.uniform(0.8, 1.2, max(1, host.households // MICRO_HOUSEHOLDS))))
        host.children = [
            Place(Kind.MICRO, f"{host.code}{n:02d}", f"{host.name}{n}号微网格", host.code, population=count)
            for n, count in enumerate(people[:99], 1)
        ]


def _by_distance(street: Place, near: Place) -> list[Place]:
    assert near.area is not None  # noqa: S101 - _draw gave it one
    middle = near.area.centroid
    return sorted(street.children, key=lambda c: c.area.centroid.distance(middle) if c.area is not None else 0.0)
