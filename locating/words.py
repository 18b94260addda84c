"""How places are written: one spelling of a text, the ends that names of places have, and words that blur a place.

Everything here is pure. Houses are read by `residents.addresses`; this adds what stands around them (DOMAIN.md §2.4).
"""

import re

from residents import addresses

MAX_TEXT = 300
"""Characters of an address that are read; what stands behind them is a story, not a place."""
MAX_KEY = 40
_NUM = r"(?:\d{1,5}|[零〇一二两三四五六七八九十百]{1,5})"
_COUNTED = re.compile(rf"{_NUM}(?=期|区(?!县)|组|队|号院|段|号?微?网格)")
_COMMITTEE = re.compile(
    r"(?:社区|村|新村)?(?:居民委员会|居委会|村民委员会|村委会|村委|党群服务中心|警务室)|社区|村(?!镇)"
)
_VILLAGE = re.compile(r"(?:村?委会|村?民委员会)")
_STREET_END = re.compile(r"街道办事处|街道办|街道|街办|镇人民政府|镇政府|镇|乡(?!村)")
_ESTATE_END = re.compile(r"(?:住宅)?小区|家属院|生活区|院内|[内里](?=\d|$)")
_PART = re.compile(r"(?:[东西南北中新老]|\d{1,2}|[A-Z])(?:区|期|院|苑|村|里|段)")
_ROAD = re.compile(r"路|街(?!道|坊|办)|大街|大道|巷|胡同|桥(?!头)")
_KIND = re.compile(
    r"(?:小区|花园|家园|公馆|雅苑|新城|华庭|佳苑|公寓|新村|小镇|名苑|嘉园|佳园|花苑|名城|社区|家属院|生活区|苑|园|府|城)$"
)
_PHASE = re.compile(r"(?:[东西南北中新老]区|\d{1,2}[期区])$")
_NEAR = re.compile(
    r"附近|周边|周围|一带|对面|对过|斜对|旁边|旁|隔壁|之间|交叉口|交汇处|路口|十字|后面|前面|背后|往[东西南北]|以[东西南北]|"
    r"[东西南北]{1,2}(?:侧|面|边|头|角)|\d+米"
)
_GATE = re.compile(r"门口|大门|[东西南北]门|门前|门外|门岗|出入口")
_SITE = re.compile(
    r"[\u4e00-\u9fff]{0,4}?(?:酒店|宾馆|饭店|大厦|商场|广场|超市|市场|银行|医院|诊所|药店|学校|中学|小学|幼儿园|公司|厂|工地|"
    r"售楼处|营销中心|车站|公园)"
)
"""What is called after a place and may lie beside it: 颂运花园幼儿园."""
_BOUND = re.compile(
    rf"$|[^\u4e00-\u9fff]|第|{_NUM}[号栋幢座#]|门|内|里(?!村|庄)|院|的|有|业主|居民|村民|附近|周边|对面|旁|"
    r"[东西南北](?:侧|边|面|头|门)"
)
_LEFT = re.compile(
    r"(?:省|市|区|县|镇|乡|街道|办事处|街|路|道|巷|村|社区|委会|号|院|[旁侧边面]|位于|地址|在|住|到|至|从|于|和|与|及|的|是|反映|"
    r"投诉|称|来电|发现|家|我|我们|本|靠近|临近|紧邻)$"
)
_OTHER_DISTRICT = re.compile(
    r"(?:[^\d]{2,3}?(?:省|自治区))?(?:[^\d]{2,4}?市(?!场))?"
    r"([^\d市省]{2,6}?(?<![小社园城辖片景厂校院属活宅舍新老东西南北中期])[区县])"
)
_REGION = re.compile(r"(?:[^\d]{2,3}?(?:省|自治区))?(?:[^\d]{2,4}?市(?!场))?")
_ROAD_NUMBER = re.compile(rf"(?:第|-)?({_NUM})(?:-\d+)?号(?!楼|栋|幢|座|院?第?{_NUM}单元|住宅楼|公寓)|(\d{{1,4}})$")
_GRID = re.compile(r"第?(\d{1,3})号?网格(?:第?(\d{1,3})号?微网格)?")
_CODE = re.compile(r"(?<!\d)\d{12,17}(?!\d)")
_IS_ROAD = re.compile(r"(?:路|街|大道|巷|胡同)$")
_UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\ud800-\udfff]")
"""What no database takes."""
_NO_PLACE = re.compile(r"\d{5,}|@|HTTP")

_PROVINCES = (
    "11北京 12天津 13河北 14山西 15内蒙古 21辽宁 22吉林 23黑龙江 31上海 32江苏 33浙江 34安徽 35福建 36江西 37山东 "
    "41河南 42湖北 43湖南 44广东 45广西 46海南 50重庆 51四川 52贵州 53云南 54西藏 61陕西 62甘肃 63青海 64宁夏 65新疆"
)
PROVINCES = {each[:2]: each[2:] for each in _PROVINCES.split()}
"""By the first two digits of the codes of their divisions (GB/T 2260)."""


def clean(text: str) -> str:
    """Return a text in the one spelling that names are compared in: tidied, with counted parts in digits."""
    readable = _UNREADABLE.sub("", text[:MAX_TEXT])
    return _COUNTED.sub(lambda found: addresses.number(found[0]), addresses.tidy(readable))


def core(name: str) -> str:
    """Return what is left of the name of a community, village or street without what every such name ends in."""
    for ending in (*("街道办事处", "街道", "镇", "乡", "居民委员会", "居委会", "村民委员会", "村委会", "社区", "村"),):
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            name = name.removesuffix(ending)
    return name


def stem(name: str) -> str:
    """Return an estate's name without 小区, 花园 … and its part (东区, 2期); the name itself where none is left."""
    bare = _PHASE.sub("", name)
    bare = _KIND.sub("", bare)
    return bare if len(bare) >= 2 else name


def after_committee(rest: str, word: str = "") -> int:
    """Return how many characters of the rest still belong to a community's name after this word of it; 0 for none."""
    found = (_VILLAGE.match(rest) if word.endswith("村") else None) or _COMMITTEE.match(rest)
    return found.end() if found else 0


def after_street(rest: str) -> int:
    found = _STREET_END.match(rest)
    return found.end() if found else 0


def after_estate(rest: str) -> int:
    found = _ESTATE_END.match(rest)
    return found.end() if found else 0


def another_part(rest: str) -> int:
    """Return how many characters of the rest make another place of a name: 颂运花园 and 颂运花园东区 may be two."""
    found = _PART.match(rest)
    return found.end() if found else 0


def is_road(rest: str) -> bool:
    """Say whether the name before this rest is a road's: 运河 in 运河路."""
    return _ROAD.match(rest) is not None


def ends_there(rest: str) -> bool:
    """Say whether a short name ends before this rest, so that it is not the beginning of a longer one."""
    return _BOUND.match(rest) is not None


def begins_there(before: str) -> bool:
    """Say whether a name may begin behind this, so that it is not the end of a longer one."""
    return not before or not "\u4e00" <= before[-1] <= "\u9fff" or _LEFT.search(before) is not None


def nearness(rest: str, *, is_named: bool) -> float:
    """Return how exactly the words around a place name it: 1 the place itself, less at its gate, little beside it."""
    if _NEAR.search(rest) or (is_named and _SITE.match(rest)):
        return 0.75
    return 0.9 if _GATE.search(rest) else 1.0


def road_number(rest: str) -> str:
    """Return the number that follows a road's name, in digits; empty where a building follows or nothing."""
    found = _ROAD_NUMBER.match(rest)
    return addresses.number(found[1] or found[2]) if found else ""


def grid_numbers(text: str) -> tuple[int, str, str] | None:
    """Return where the words of a grid begin, its number, and that of its micro-grid (or empty)."""
    found = _GRID.search(text) if "网格" in text else None
    return (found.start(), addresses.number(found[1]), addresses.number(found[2] or "")) if found else None


def codes(text: str) -> list[str]:
    """Return what may be codes of grids."""
    return _CODE.findall(text)


def names_another_district(before: str, ours: str, code: str) -> bool:
    """Say whether the words before the first known name are those of a province or district that is not ours.

    The code's first two digits are the province's (GB/T 2260).
    """
    province = next((number for number, name in PROVINCES.items() if before.startswith(name)), code[:2])
    if province != code[:2] and code[:2] in PROVINCES:
        return True
    found = _OTHER_DISTRICT.match(before)
    return (
        found is not None and found[1] not in ours and ours not in found[1] and core_of_district(ours) not in found[1]
    )


def core_of_district(name: str) -> str:
    return name.removesuffix("新区").removesuffix("区").removesuffix("县")


def key_of(text: str, district: str = "") -> str:
    """Return the words by which a correction is kept and found again; empty where none may be kept.

    They hold no number of a dwelling: unit and room are left out, and where a number stands behind anything but a road
    (a village's house) nothing is kept at all. Telephone numbers and whole sentences are no places.
    """
    words = clean(text)
    words = words[_REGION.match(words).end() :] if _REGION.match(words) else words  # type: ignore[union-attr]
    if district and words.startswith(district) and len(words) - len(district) >= 2:
        words = words[len(district) :]
    house = addresses.parse_house(words)
    name = _NEAR.split(house.estate)[0] if not house.building else house.estate
    name = re.sub(r"\W|的$", "", name)
    number = house.room.split("-")[0]
    if _NO_PLACE.search(name) or not 2 <= len(name) <= MAX_KEY:
        return ""
    if house.building:
        return f"{name}|{house.building}"
    if number:
        return f"{name}|{number}" if _IS_ROAD.search(name) and len(number) < 5 else ""
    return f"{name}|"


def shown(key: str) -> str:
    """Return the words of a key as people write them."""
    name, _bar, number = key.partition("|")
    if not number:
        return name
    return f"{name}{number}号" if _IS_ROAD.search(name) else f"{name}{number}{'号楼' if number[-1].isdigit() else '座'}"
