"""A district of many communities, drawn from a seed, and addresses in its registers as people write them, with the
grid that each means."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from demo import divisions, tree
from demo.plan import Place, numeral, settlement_of, short
from grids.models import Grid, Kind, Settlement
from residents.addresses import of_house
from residents.models import Building, Estate, House
from tests.factories import LONG_AGO

STREETS = ("370811008", "370811012", "370811013", "370811102")
FIRST = ("颂运", "锦绣", "阳光", "金色", "翠湖", "古槐", "运河", "荷香", "龙湖")
LAST = ("花园", "小区", "家园", "公馆", "雅苑", "新城", "华庭", "佳苑")
PARTS = ("", "", "", "东区", "西区", "二期")
ROADS = ("建设路", "太白楼路", "红星路", "共青团路", "济安桥路", "金宇路", "洸河路", "解放路", "任城大道", "浣笔泉街")
WRONG = "圆兴化龙花阳运金水书山海"


@dataclass(frozen=True)
class Home:
    """A flat or a village house, with all words for it."""

    grid: int
    street: str
    community: str
    estate: str
    road: str
    building: int
    unit: int
    room: int
    is_alone: bool
    """No other estate of the district has the name."""


@dataclass(frozen=True)
class Written:
    way: str
    text: str
    grid: int | None
    """None: no grid of the district is meant."""
    is_enough: bool = True
    """The words tell the grid; without that, nothing may be sure."""


class Labelled:
    """The district and its homes; about 90 communities, 250 grids, 140 estates."""

    def __init__(self, seed: int = 7) -> None:
        self.rng = random.Random(seed)
        self.district = self._tree()
        self.homes: list[Home] = []
        self._names: dict[str, int] = {}
        self._settle()

    def _tree(self) -> Grid:
        district = Place(Kind.DISTRICT, "370811", "任城区", "")
        rows = {name: list(divisions.rows(name)) for name in ("streets", "villages")}
        for row in [row for row in rows["streets"] if row["code"] in STREETS]:
            street = Place(Kind.STREET, row["code"], row["name"], district.code)
            street.children = [
                self._community(each["code"], each["name"], street.code)
                for each in rows["villages"]
                if each["streetCode"] == street.code
            ]
            district.children.append(street)
        self.nodes = list(tree.store(district, LONG_AGO).values())
        return self.nodes[0]

    def _community(self, code: str, name: str, street: str) -> Place:
        settlement = settlement_of(code)
        community = Place(Kind.COMMUNITY, code, name, street, settlement)
        community.children = [
            Place(Kind.BASE, f"{code}{n:03d}", f"{short(name)}第{numeral(n)}网格", code, settlement)
            for n in range(1, self.rng.choice((2, 3, 4)) + 1)
        ]
        return community

    def _settle(self) -> None:
        grids: dict[int, list[Grid]] = {}
        for node in self.nodes:
            if node.kind == Kind.BASE:
                grids.setdefault(node.parent_id, []).append(node)
        for community in [node for node in self.nodes if node.kind == Kind.COMMUNITY]:
            if community.settlement == Settlement.RURAL:
                self._village(community, grids[community.pk])
            else:
                self._quarters(community, grids[community.pk])
        self.homes = [self._checked(home) for home in self.homes]

    def _checked(self, home: Home) -> Home:
        return Home(**{**vars(home), "is_alone": self._names[home.estate] == 1})

    def _estate(self, community: Grid, name: str, road: str = "") -> Estate:
        self._names[name] = self._names.get(name, 0) + 1
        return Estate.objects.create(
            district=self.district, street_id=community.parent_id, community=community, name=name, road=road
        )

    def _village(self, community: Grid, grids: list[Grid]) -> None:
        estate = self._estate(community, short(community.name))
        houses = []
        for number in range(1, 41):
            grid = grids[(number - 1) * len(grids) // 40]
            address, key = of_house(estate.name, "", "", f"{number}号")
            houses.append(House(estate=estate, room_no=f"{number}号", address=address, address_key=key, **_path(grid)))
            if number % 7 == 0:
                self._home(grid, community, estate, 0, 0, number)
        House.objects.bulk_create(houses)

    def _quarters(self, community: Grid, grids: list[Grid]) -> None:
        taken: set[str] = set()
        for grid in grids:
            name = self._name(taken)
            road = f"{self.rng.choice(ROADS)}{self.rng.randint(1, 99)}号"
            estate = self._estate(community, name, road)
            second = grids[(grids.index(grid) + 1) % len(grids)] if self.rng.random() < 0.25 else grid
            buildings = []
            for number in range(1, 13):
                where = grid if number <= 8 else second
                buildings.append(Building(estate=estate, number=str(number), **_path(where)))
                if number % 4 == 0:
                    self._home(where, community, estate, number, self.rng.randint(1, 4), self.rng.randint(101, 1804))
            Building.objects.bulk_create(buildings)

    def _name(self, taken: set[str]) -> str:
        while True:
            name = self.rng.choice(FIRST) + self.rng.choice(LAST) + self.rng.choice(PARTS)
            if name not in taken:
                taken.add(name)
                return name

    def _home(self, grid: Grid, community: Grid, estate: Estate, building: int, unit: int, room: int) -> None:
        street = community.parent.name
        self.homes.append(
            Home(grid.pk, street, community.name, estate.name, estate.road, building, unit, room, is_alone=True)
        )

    def written(self) -> Iterator[Written]:
        """Write every home in each customary way, and some places that are not in the registers."""
        for home in self.homes:
            yield from _of_flat(home, self.rng) if home.building else _of_house(home)
        yield from _strangers(self.rng, set(self._names))


def _path(grid: Grid) -> dict[str, int]:
    community = grid.parent
    street = community.parent
    return {
        "district_id": street.parent_id,
        "street_id": street.pk,
        "community_id": community.pk,
        "grid_id": grid.pk,
    }


def _of_flat(home: Home, rng: random.Random) -> Iterator[Written]:
    name, b, u, room, alone = home.estate, home.building, home.unit, home.room, home.is_alone
    full = f"{home.street}{home.community}"
    yield Written("official", f"山东省济宁市任城区{full}{name}{b}号楼{u}单元{room}室", home.grid)
    yield Written("plain", f"{name}{b}号楼{u}单元{room}", home.grid, alone)
    yield Written("dashes", f"{short(home.community)}{name}{b}-{u}-{room}", home.grid)
    yield Written("hash", f"{name}{b}#{u}单元{room}户", home.grid, alone)
    yield Written("numerals", f"{name}{numeral(b)}栋{numeral(u)}单元", home.grid, alone)
    wide = str(b).translate({ord("0") + n: ord("0") + n for n in range(10)})
    yield Written("full width", f"{home.street} {short(home.community)} {name} {wide} 幢", home.grid)
    yield Written("with 小区", f"{name.removesuffix('小区')}小区{b}号楼", home.grid, alone and name.endswith("小区"))
    yield Written("road", f"{home.road}{name}{b}号楼", home.grid, alone)
    yield Written("sentence", f"市民反映任城区{home.community}{name}{b}号楼楼下堆放杂物，影响通行", home.grid)
    yield Written("near", f"{short(home.community)}{name}{b}号楼北侧", home.grid)
    yield Written("no building", f"{short(home.community)}{name}", home.grid, is_enough=False)
    at = rng.randrange(len(name))
    wrong = name[:at] + rng.choice([c for c in WRONG if c != name[at]]) + name[at + 1 :]
    yield Written("mistyped", f"{short(home.community)}{wrong}{b}号楼", home.grid)


def _of_house(home: Home) -> Iterator[Written]:
    name, n, alone = home.estate, home.room, home.is_alone
    bare = name.removesuffix("村")
    yield Written("official", f"山东省济宁市任城区{home.street}{home.community}{n}号", home.grid)
    yield Written("plain", f"{name}{n}号", home.grid, alone)
    yield Written("numerals", f"{name}{numeral(n)}号", home.grid, alone)
    yield Written("committee", f"{home.street}{name}委会{n}号", home.grid)
    yield Written("bare", f"{home.street.removesuffix('街道').removesuffix('镇')}{bare}{n}号", home.grid)
    yield Written("full width", f"{home.street} {name} {n} 号", home.grid)
    yield Written("yard", f"{home.street}{name}{n}号院", home.grid)
    yield Written("sentence", f"我家住在{home.street}{name}{n}号，门前路灯不亮", home.grid)
    yield Written("near", f"{home.street}{name}{n}号对面", home.grid)
    yield Written("no number", f"{home.street}{name}", home.grid, is_enough=False)


def _strangers(rng: random.Random, names: set[str]) -> Iterator[Written]:
    """Places that the registers do not have, some with names like theirs."""
    for _ in range(60):
        name = rng.choice(FIRST) + rng.choice(LAST) + rng.choice(PARTS)
        if name not in names:
            yield Written("unknown part", f"{name}{rng.randint(1, 9)}号楼", None, is_enough=False)
    for first in FIRST:
        yield Written("like name", f"{first}大厦{rng.randint(1, 9)}楼", None, is_enough=False)
        yield Written("like name", f"{first}路{rng.randint(1, 9)}号", None, is_enough=False)
        yield Written("like name", f"{first}幼儿园", None, is_enough=False)
    for name in sorted(names)[:20]:
        yield Written("another district", f"济宁市兖州区{name}1号楼", None, is_enough=False)
        yield Written("longer name", f"新世纪{name}1号楼", None, is_enough=False)
