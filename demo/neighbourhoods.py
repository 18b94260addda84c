"""Estates, buildings and houses of each grid: blocks of flats in towns, house numbers in villages."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from demo.bulk import Tables
from demo.register_rows import BuildingRow, EstateRow, HouseRow, Path
from residents.addresses import place_key
from residents.codes import code_of
from residents.models import Building, Estate

_FIRST = "颂运锦绣阳光金色翠湖古槐运河荷香龙湖水岸太白吉祥盛世书香御景东方名仕滨河"
_LAST = ("花园", "小区", "家园", "公馆", "雅苑", "新城", "华庭", "佳苑")
_BLOCKS = ((6, 3, 2), (6, 4, 2), (6, 2, 2), (11, 2, 2), (18, 2, 4), (33, 1, 4))
"""Floors, units, doors to a landing."""

Point = tuple[float, float]
"""Longitude and latitude in degrees."""


class Neighbourhoods:
    """Draws the places of one district."""

    def __init__(self, tables: Tables, rng: random.Random) -> None:
        self._tables = tables
        self._rng = rng
        self._estates: dict[tuple[int, str], EstateRow] = {}
        self._last_number: Counter[int] = Counter()

    def settle(
        self, place: str, paths: Sequence[Path], houses: int, points: Sequence[Point], *, is_rural: bool
    ) -> list[HouseRow]:
        """Build so many houses in a grid and return them, not yet on their way; `place` is what its community is
        called for short, `paths` are those of its micro-grids, or its own, `points` places within it in degrees."""
        if is_rural:
            return list(self._village(place, paths, houses, points))
        return list(self._flats(paths, houses, points))

    def _village(self, name: str, paths: Sequence[Path], houses: int, points: Sequence[Point]) -> Iterator[HouseRow]:
        """Number the houses through the whole village, whatever grid they lie in."""
        estate = self._estates.get((paths[0].community_id, name)) or self._estate(paths[0], name)
        for n in range(houses):
            self._last_number[paths[0].community_id] += 1
            number = f"{self._last_number[paths[0].community_id]}号"
            path = paths[n * len(paths) // houses]
            yield _house(path, estate, None, ("", None, number), points[n % len(points)], "平房")

    def _flats(self, paths: Sequence[Path], houses: int, points: Sequence[Point]) -> Iterator[HouseRow]:
        """Fill one block of flats after the other; each lies in one micro-grid."""
        estate = self._estate(paths[0], self._name(paths[0].community_id)) if houses else None
        left, number = houses, 0
        while left > 0 and estate is not None:
            number += 1
            floors, units, doors = self._rng.choice(_BLOCKS)
            path, point = paths[(houses - left) * len(paths) // houses], points[number % len(points)]
            building = self._building(path, estate, str(number), units, floors, point)
            rooms = [(u, f, d) for u in range(1, units + 1) for f in range(1, floors + 1) for d in range(1, doors + 1)]
            for unit, floor, door in rooms[:left]:
                yield _house(path, estate, building, (str(unit), floor, f"{floor}{door:02d}"), point, "商品房")
            left -= len(rooms)

    def _name(self, community_id: int) -> str:
        """Draw a name that no estate of the community has."""
        while True:
            at = self._rng.randrange(0, len(_FIRST), 2)
            name = _FIRST[at : at + 2] + self._rng.choice(_LAST) + self._rng.choice(("", "", "东区", "西区", "二期"))
            if (community_id, name) not in self._estates:
                return name

    def _estate(self, path: Path, name: str) -> EstateRow:
        estate = EstateRow(path.district_id, path.street_id, path.community_id, name)
        self._estates[path.community_id, name] = estate
        self._tables[Estate].add([estate])
        return estate

    def _building(
        self, path: Path, estate: EstateRow, number: str, units: int, floors: int, point: Point
    ) -> BuildingRow:
        building = BuildingRow(*columns(path), _key(estate), number, units, floors, *degrees(point))
        self._tables[Building].add([building])
        return building


def columns(path: Path) -> tuple[int, int, int, int, int | None]:
    """Return the columns of a path in the order of every row that has them."""
    return path.district_id, path.street_id, path.community_id, path.grid_id, path.micro_id


def degrees(point: Point) -> tuple[Decimal, Decimal]:
    """Return longitude and latitude as the columns hold them."""
    return Decimal(f"{point[0]:.6f}"), Decimal(f"{point[1]:.6f}")


def _key(row: EstateRow | BuildingRow) -> int:
    if row.id is None:
        message = "The row has not been sent yet."
        raise ValueError(message)
    return row.id


def _house(
    path: Path,
    estate: EstateRow,
    building: BuildingRow | None,
    door: tuple[str, int | None, str],
    point: Point,
    nature: str,
) -> HouseRow:
    unit, floor, room = door
    number = building.number if building else ""
    address = f"{estate.name}{number}号楼{unit}单元{room}" if building else f"{estate.name}{room}"
    return HouseRow(
        *columns(path),
        estate_id=_key(estate),
        building_id=_key(building) if building else None,
        unit_no=unit,
        floor=floor,
        room_no=room,
        address=address,
        address_key=place_key(estate.name, number, unit, room),
        nature=code_of("building_nature", nature) or "",
        lng=degrees(point)[0],
        lat=degrees(point)[1],
    )
