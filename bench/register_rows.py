"""Synthetic rows of the registers, as many as a district has: who lives in which house of which grid.

Nobody is real (DOMAIN.md §7.1): identity numbers begin with 370899, which is no region, telephone numbers with 12,
which nobody can dial. The shares are those of DOMAIN.md §7.2-7.3; names and numbers are drawn as the demo draws them;
the same cells and seed give the same rows. No database.
"""

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from demo import names
from demo.figures import Figure, Figures
from demo.shares import apportion

PEOPLE, FLOATING, HOUSES = 1_162_189, 99_664, 481_599
"""Of the whole district (DOMAIN.md §7.2)."""
TODAY = dt.date(2026, 11, 20)
VACANT, RENTED = 0.08, 0.09
HEADERS = (
    *("姓名", "性别", "公民身份号码", "联系电话", "人员类型", "与户主关系"),
    *("网格编码", "小区", "楼栋", "单元", "房号"),
)
"""The columns of `roster`."""
KINDS = {"registered": "户籍", "floating": "流动", "left_behind": "留守"}
KINSHIP = {"02": "户主", "11": "夫", "12": "妻", "20": "子", "30": "女", "51": "父", "52": "母", "99": "非亲属"}


class Cell(NamedTuple):
    """A base grid, and how many people and houses it is to hold."""

    code: str
    estate: str
    """Its residential quarter or village; no two cells of a community share one."""
    is_urban: bool
    people: int
    floating: int
    houses: int


class House(NamedTuple):
    number: int
    """Counted through the district from 1."""
    cell: Cell
    building: str
    """Empty in a village, as are unit and floor (0)."""
    unit: str
    floor: int
    room: str
    use: str

    @property
    def address(self) -> str:
        if not self.building:
            return f"{self.cell.estate}{self.room}号"
        return f"{self.cell.estate}{self.building}号楼{self.unit}单元{self.room}"


class Person(NamedTuple):
    number: int
    """Counted through the district from 1."""
    house: int
    kind: str
    name: str
    sex: str
    """GB/T 2261.1: 1 male, 2 female."""
    born_on: dt.date
    identity_number: str
    phone: str
    kinship: str
    """To the head of the home (GB/T 4761); the head comes first."""


class Home(NamedTuple):
    """A house and who lives in it: nobody where it is vacant."""

    house: House
    people: tuple[Person, ...]


def cells(grids: Iterable[tuple[str, str, bool, int]], scale: float = 1.0) -> list[Cell]:
    """Share people and houses out among base grids: their code, name, whether they are urban, and how many live there.

    At scale 1 the sums are the district's totals, at others the rounded part of them.
    """
    nodes = list(grids)
    population = [float(people) for _code, _name, _is_urban, people in nodes]
    people = apportion(round(PEOPLE * scale), population, 1)
    moving = [
        n * (0.2 if is_urban else 0.02) for n, (_code, _name, is_urban, _people) in zip(people, nodes, strict=True)
    ]
    floating = apportion(round(FLOATING * scale), moving)
    houses = apportion(round(HOUSES * scale), [float(n) for n in people], 1)
    stems = [name.partition("第")[0].removesuffix("社区").removesuffix("村") for _code, name, *_ in nodes]
    nth: Counter[str] = Counter()
    made = []
    for (code, _name, is_urban, _people), stem, *counts in zip(nodes, stems, people, floating, houses, strict=True):
        made.append(Cell(code, _estate(stem, is_urban, nth[stem]), is_urban, *counts))
        nth[stem] += 1
    return made


def homes(among: Sequence[Cell], seed: int = 42) -> Iterator[Home]:
    """Draw every house of these cells with its people, cell by cell."""
    rng = random.Random(seed)
    figures = Figures(rng, TODAY, dt.datetime.combine(TODAY, dt.time(), dt.UTC))
    houses = people = 0
    for cell in among:
        kinds = _kinds(cell, rng)
        for index, size in enumerate(_sizes(cell, rng)):
            houses += 1
            use = "vacant" if not size else "rented" if rng.random() < RENTED else "owned"
            house = House(houses, cell, *_room(cell, index), use)
            members = []
            for one in _family(size, figures):
                people += 1
                phone = "" if one.age < 12 or people % 13 == 0 else figures.phone()
                sex, number = "1" if one.is_male else "2", figures.identity_number(one)
                members.append(
                    Person(people, houses, kinds.pop(), one.name, sex, one.born_on, number, phone, one.kinship)
                )
            yield Home(house, tuple(members))


def roster(home: Home) -> Iterator[tuple[str, ...]]:
    """Yield the home's people as lines of a roster, in the columns of `HEADERS`."""
    house = home.house
    place = (house.cell.code, house.cell.estate, house.building, house.unit, house.room)
    for person in home.people:
        sex = "男" if person.sex == "1" else "女"
        words = (KINDS[person.kind], KINSHIP[person.kinship])
        yield (person.name, sex, person.identity_number, person.phone, *words, *place)


def _estate(stem: str, is_urban: bool, nth: int) -> str:
    """Name the quarter or the village group of a community's n-th grid."""
    if not is_urban:
        return f"{stem}村{nth + 1}组"
    again, which = divmod(nth, len(_QUARTERS))
    return f"{stem}{_QUARTERS[which]}" + (f"{again + 1}区" if again else "")


def _sizes(cell: Cell, rng: random.Random) -> list[int]:
    """Return how many people live in each house of the cell, in all as many as it has."""
    vacant = min(round(cell.houses * VACANT), cell.houses - 1)
    occupied = cell.houses - vacant
    sizes = rng.choices((1, 2, 3, 4, 5), (18, 32, 27, 15, 8), k=occupied)
    excess = sum(sizes) - cell.people
    while excess:
        index = rng.randrange(occupied)
        if excess > 0 and sizes[index] > 1:
            sizes[index] -= 1
            excess -= 1
        elif excess < 0:
            sizes[index] += 1
            excess += 1
        elif max(sizes) <= 1:  # fewer people than houses: some more stand empty
            sizes[next(i for i, size in enumerate(sizes) if size)] = 0
            excess -= 1
    sizes += [0] * vacant
    rng.shuffle(sizes)
    return sizes


def _kinds(cell: Cell, rng: random.Random) -> list[str]:
    left_behind = round((cell.people - cell.floating) * (0.001 if cell.is_urban else 0.006))
    kinds = ["floating"] * cell.floating + ["left_behind"] * left_behind
    kinds += ["registered"] * (cell.people - len(kinds))
    rng.shuffle(kinds)
    return kinds


def _room(cell: Cell, index: int) -> tuple[str, str, int, str]:
    """Return building, unit, floor and room of the cell's n-th house: 3 units, 6 floors, 2 doors to a floor."""
    if not cell.is_urban:
        return "", "", 0, str(index + 1)
    building, inside = divmod(index, 36)
    unit, inside = divmod(inside, 12)
    floor, door = divmod(inside, 2)
    return str(building + 1), str(unit + 1), floor + 1, f"{floor + 1}{door + 1:02d}"


def _family(size: int, figures: Figures) -> Iterator[Figure]:
    """Draw a home's people: a couple, children, parents, lodgers; the children bear the head's name."""
    if not size:
        return
    rng = figures.rng
    age = rng.choices((25, 35, 45, 55, 65, 75), (17, 21, 20, 20, 14, 8))[0] + rng.randrange(10)
    surname, is_male = names.family(rng), rng.random() < 0.75
    yield figures.draw(surname, age, is_male=is_male, kinship="02")
    if size > 1:
        with_age = max(22, age + rng.randrange(-4, 3))
        yield figures.draw(names.family(rng), with_age, is_male=not is_male, kinship="12" if is_male else "11")
    for nth in range(size - 2):
        child = age - 25 - 3 * nth - rng.randrange(4)
        if child >= 0 and nth < 2:
            is_son = rng.random() < 0.52
            yield figures.draw(surname, child, is_male=is_son, kinship="20" if is_son else "30")
        elif age < 65 and nth < 4:
            is_father, parent = bool(nth % 2), age + 24 + rng.randrange(5)
            family = surname if is_father else names.family(rng)
            yield figures.draw(family, parent, is_male=is_father, kinship="51" if is_father else "52")
        else:
            lodger = 20 + rng.randrange(40)
            yield figures.draw(names.family(rng), lodger, is_male=rng.random() < 0.6, kinship="99")


_QUARTERS = ("花园", "新村", "家园", "嘉苑", "小区", "名都", "公寓", "佳园", "华庭", "雅居")
