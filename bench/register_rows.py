"""Synthetic rows of the registers, as many as a district has: who lives in which house of which grid.

Nobody is real (DOMAIN.md §7.1): identity numbers begin with 370899, which is no region, telephone numbers with 12,
which nobody can dial. The shares are those of DOMAIN.md §7.2-7.3; the same cells and seed give the same rows. Pure: no
database; a million people take about fifteen seconds.
"""

import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from demo.shares import apportion

PEOPLE, FLOATING, HOUSES = 1_162_189, 99_664, 481_599
"""Of the whole district (DOMAIN.md §7.2)."""
TODAY = dt.date(2026, 11, 20)
VACANT, RENTED = 0.08, 0.09
REGION = "370899"
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
    numbers = _Numbers()
    houses = people = 0
    for cell in among:
        rng = random.Random(f"{seed} {cell.code}")
        sizes = _sizes(cell, rng)
        kinds = _kinds(cell, rng)
        for index, size in enumerate(sizes):
            houses += 1
            use = "vacant" if not size else "rented" if rng.random() < RENTED else "owned"
            house = House(houses, cell, *_room(cell, index), use)
            members = []
            for born_on, sex, kinship, surname in _family(size, rng):
                people += 1
                digits, phone = numbers.draw(born_on, sex, people)
                name = (surname or _surname(rng)) + _given(sex, rng)
                members.append(Person(people, houses, kinds.pop(), name, sex, born_on, digits, phone, kinship))
            yield Home(house, tuple(members))


def roster(home: Home) -> Iterator[tuple[str, ...]]:
    """Yield the home's people as lines of a roster, in the columns of `HEADERS`."""
    house = home.house
    place = (house.cell.code, house.cell.estate, house.building, house.unit, house.room)
    for person in home.people:
        sex = "男" if person.sex == "1" else "女"
        words = (KINDS[person.kind], KINSHIP[person.kinship])
        yield (person.name, sex, person.identity_number, person.phone, *words, *place)


def check_digit(digits: str) -> str:
    """Return the eighteenth character of an identity number from its first seventeen (GB 11643)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


class _Numbers:
    """Gives out identity and telephone numbers, none of them twice."""

    def __init__(self) -> None:
        self._begun: dict[dt.date, tuple[str, int]] = {}
        self._given: defaultdict[tuple[dt.date, str], int] = defaultdict(int)
        self._ends = [(f"{n:03d}", n // 100 * 8 + n // 10 % 10 * 4 + n % 10 * 2) for n in range(1000)]

    def draw(self, born_on: dt.date, sex: str, number: int) -> tuple[str, str]:
        begun = self._begun.get(born_on)
        if begun is None:
            front = f"{REGION}{born_on:%Y%m%d}"
            weight = sum(int(digit) * weight for digit, weight in zip(front, _WEIGHTS, strict=False))
            begun = self._begun[born_on] = front, weight
        nth = self._given[born_on, sex]
        self._given[born_on, sex] = nth + 1
        end, weight = self._ends[nth * 2 + (sex == "1")]
        digits = f"{begun[0]}{end}{_CHECKS[(begun[1] + weight) % 11]}"
        child = born_on.year > TODAY.year - 12
        return digits, "" if child or number % 13 == 0 else f"12{number * 618_033_989 % 1_000_000_007 % 10**9:09d}"


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


def _family(size: int, rng: random.Random) -> Iterator[tuple[dt.date, str, str, str]]:
    """Yield birth, sex, kinship and surname (empty: any) of a home's people: a couple, children, parents, lodgers."""
    if not size:
        return
    age = rng.choices((25, 35, 45, 55, 65, 75), (17, 21, 20, 20, 14, 8))[0] + rng.randrange(10)
    sex = "1" if rng.random() < 0.75 else "2"
    surname = _surname(rng)
    yield _born(age, rng), sex, "02", surname
    if size > 1:
        other = "2" if sex == "1" else "1"
        yield _born(max(22, age + rng.randrange(-4, 3)), rng), other, "12" if other == "2" else "11", ""
    for nth in range(size - 2):
        child = age - 25 - 3 * nth - rng.randrange(4)
        if child >= 0 and nth < 2:
            of_child = "1" if rng.random() < 0.52 else "2"
            yield _born(child, rng), of_child, "20" if of_child == "1" else "30", surname
        elif age < 65 and nth < 4:
            of_parent = "1" if nth % 2 else "2"
            parent = age + 24 + rng.randrange(5)
            yield _born(parent, rng), of_parent, "51" if of_parent == "1" else "52", surname if nth % 2 else ""
        else:
            yield _born(20 + rng.randrange(40), rng), "1" if rng.random() < 0.6 else "2", "99", ""


def _born(age: int, rng: random.Random) -> dt.date:
    return TODAY - dt.timedelta(days=int((age + rng.random()) * 365.2425) + 1)


def _surname(rng: random.Random) -> str:
    return rng.choices(_SURNAMES, cum_weights=_SURNAME_WEIGHTS)[0]


def _given(sex: str, rng: random.Random) -> str:
    pool = _MALE if sex == "1" else _FEMALE
    one = pool[int(rng.random() * len(pool))]
    return one if rng.random() < 0.12 else one + _SECOND[int(rng.random() * len(_SECOND))]


def _running(weights: Iterable[float]) -> list[float]:
    total, sums = 0.0, []
    for weight in weights:
        total += weight
        sums.append(total)
    return sums


_COMMON: dict[str, float] = {
    "王": 11, "张": 9.5, "李": 9, "刘": 7, "孙": 3.5, "陈": 3, "杨": 2.5, "赵": 2.5, "徐": 2, "孔": 1.5, "孟": 1,
}  # fmt: skip
_TAIL = (
    "周吴马朱胡高郭宋韩于董程曹袁许冯崔任田姜范潘石林何罗梁谢唐邓萧傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余杜戴夏钟汪谭邹熊金陆郝白"
    "毛邱秦江史顾侯邵龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅"
    "莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵"
)
_SURNAMES: list[str] = [*_COMMON, *_TAIL]
_SURNAME_WEIGHTS: list[float] = _running([*_COMMON.values(), *(0.3 for _ in _TAIL)])
_MALE = "伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯建国志新文立海金春庆永俊子天家正光德恩昭宪繁令维垂佑钦绍"
_FEMALE = "秀英敏静丽芳娟艳霞玲桂兰梅洁红燕雪琳晓婷慧倩颖欣雨梦子诗佳思淑凤爱月翠素巧彩春云美莲珍惠琴蕾璐瑶"
_SECOND = (
    "伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯国志新文海英敏静丽芳娟艳霞玲兰梅洁红燕雪琳婷慧倩颖欣涵轩怡然琪瑞泽博豪晨阳"
    "峰林生民义礼智信成才荣花云莲珍琴香萍青莹"
)
_QUARTERS = ("花园", "新村", "家园", "嘉苑", "小区", "名都", "公寓", "佳园", "华庭", "雅居")
