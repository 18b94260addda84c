"""House addresses as people write them, read into one form (DOMAIN.md §2.4).

颂运水庭4号楼2单元301室, 颂运水庭 四栋二单元三楼301, 颂运水庭4#-2-301 and 颂运水庭4-2-301 are one house. What reads an
address here never refuses one: what it does not understand stays, tidied, in the part where it stood.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from residents.reading import plain

_CHINESE = {character: place % 10 for place, character in enumerate("零一二三四五六七八九0123456789")} | {
    "〇": 0,
    "两": 2,
}
_NUM = r"(?:\d{1,5}|[零〇一二两三四五六七八九十百]{1,5})"
_MARK = (
    r"(?:号?住宅楼|号?公寓楼|号楼|号栋|号幢|号座|#楼|#|栋|幢|座|"
    rf"号(?=第?{_NUM}单元)|楼(?=-?第?{_NUM}(?:单元|门|-)))"
)
_BUILDING = re.compile(rf"第?((?:[A-Z甲乙丙丁]-?)?{_NUM}[A-Z甲乙丙丁]?|[A-Z]|[甲乙丙丁](?=[号栋幢座])){_MARK}")
_USUAL = re.compile(r"([\u4e00-\u9fff]+?)(?<!第)([1-9]\d{0,3})(?:号楼|栋|幢)([1-9]\d?)单元([1-9]\d?)(\d\d)(?:室|户)?")
"""How most rosters write a house; it is read at once, since they hold a million of them."""
_NOT_USUAL = frozenset("栋幢座楼号")
_TAIL = re.compile(
    rf"(?:-(?!{_NUM}(?:层|楼|F)))?(?:第?(?P<unit>{_NUM}|[A-Z]|[甲乙丙丁东西中])(?:单元-?|门洞?-?|-))?"
    rf"(?:第?(?P<floor>-?{_NUM}|负{_NUM}|B\d)(?:层|楼|F)-?)?"
    rf"(?P<room>[A-Z]?-?\d{{1,5}}[A-Z]?|{_NUM})?(?:号?房间?|号?室|号?户|号)?"
    r"(?P<side>[东西南北中]{1,2}(?:户|室|门)?)?"
)
_THREE = re.compile(r"(.*?)(\d{1,4}[A-Z]?|[A-Z]\d{0,4})-(\d{1,3})-(\d{1,5}[A-Z]?)(?:室|户|号)?")
_TWO = re.compile(r"(.*?)(\d{1,4}[A-Z]?|[A-Z]\d{0,4})-(\d{1,5}[A-Z]?)(?:室|户|号)?")
_YARD = re.compile(rf"(.*?)((?:\d[\dA-Z]*|{_NUM}(?=号)).*)")
_NUMBER = re.compile(r"[\d零〇一二两三四五六七八九十百]+")
_PARTS = re.compile(rf"{_NUM}(?=期|区(?!县)|组|队|巷|弄|号院|段)")
_REGION = re.compile(
    r"(?:[^\d]{2,3}?(?:省|自治区))?(?:[^\d]{2,4}?市(?!场))?"
    r"(?:[^\d]{2,5}?(?<!小)(?<!社)(?<!园)[区县](?=.{2,8}?(?:街道|镇|乡)))?"
    r"(?:[^\d]{2,6}?(?:街道办事处|街道|镇|乡))?"
)
_COMMUNITY = re.compile(r"[^\d]{2,10}?(?:社区居民委员会|社区居委会|社区|居委会|村委会)")
_ROAD = re.compile(rf".*(?:路|街|大道|巷){_NUM}号(?=[^院\d].)")
_SUFFIX = re.compile(r"(?:号?住宅楼|号?公寓楼|号楼|#楼|号[栋幢座]|单元|号?房间?|号?[室户]|[#栋幢座楼号门])$")
_PAIRS = str.maketrans("（【［〔）】］〕＃", "(((())))#")


class HouseAddress(NamedTuple):
    """The parts of an address; each may be empty. Numbers are in digits, without noughts in front."""

    estate: str
    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""

    @property
    def key(self) -> str:
        """Say which house this is; equal for every way of writing the same one."""
        return "|".join((estate_key(self.estate), self.building, self.unit, self.room))


def tidy(text: str) -> str:
    """Return an address without blanks and full-width characters, in capitals, with one kind of dash and #."""
    clean = plain(text.replace("～", "-").replace("~", "-")).upper().translate(_PAIRS)
    return clean.replace("№", "").replace("NO.", "").replace("/", "-").replace("_", "-").strip("-,，。.、;；")


def number(text: str) -> str:
    """Return a numeral, Chinese or Arabic, in digits without noughts in front; other text comes back unchanged."""
    if text.isdigit() and text.isascii():
        return text.lstrip("0") or text[:1]
    if not text or not set(text) <= set(_CHINESE) | {"十", "百"}:
        return text
    if not set(text) & {"十", "百"}:
        return "".join(str(_CHINESE[character]) for character in text).lstrip("0") or "0"
    total, pending = 0, 0
    for character in text:
        if character in "十百":
            total += (pending or 1) * (10 if character == "十" else 100)
            pending = 0
        else:
            pending = pending * 10 + _CHINESE[character]
    return str(total + pending)


@lru_cache(maxsize=4096)
def label(text: str) -> str:
    """Bring the number of a building, unit or room into form: 十二, 012 and １２号楼 are 12; 东户 is 东, -102 stays."""
    below = "-" if text.startswith("-") else ""
    clean = tidy(text).removeprefix("第")
    clean = _SUFFIX.sub("", clean) or clean
    clean = _NUMBER.sub(lambda found: number(found[0]), clean)
    if clean[:1].isalpha() and clean.isascii():
        clean = clean.replace("-", "")
    return below + clean if clean == tidy(text) else label(below + clean)


def place_key(estate: str, building: str, unit: str, room: str) -> str:
    """Build the key of a house from its four parts, whichever way they are written."""
    return "|".join((estate_key(estate), label(building), label(unit), label(room)))


@lru_cache(maxsize=4096)
def estate_key(text: str) -> str:
    """Return the name by which an estate is matched: without region, road number, 小区 and variants of numerals."""
    words = re.sub(r"[()·•.,，]", "", tidy(text))
    for leading in (_REGION, _COMMUNITY, _ROAD):
        if (found := leading.match(words)) and len(words) - found.end() >= 2:
            words = words[found.end() :]
    words = _PARTS.sub(lambda found: number(found[0]), words)
    words = words.removesuffix("小区") if len(words) > 3 else words
    return words if words == text else estate_key(words)


def cut(text: str) -> tuple[str, str] | None:
    """Part a tidied address behind its building; None where it names none."""
    words = tidy(text)
    if found := _building(words):
        return words[: found.end()].rstrip("-"), words[found.end() :]
    if found := _THREE.fullmatch(words):
        return found[1] + found[2], words[found.end(2) + 1 :]
    if found := _TWO.fullmatch(words):
        return found[1] + found[2], words[found.end(2) + 1 :]
    return None


def parse_house(text: str) -> HouseAddress:
    """Read one address; what is not understood stays in the estate's words or the room."""
    if (found := _USUAL.fullmatch(text)) and text.isprintable() and not _NOT_USUAL & set(found[1]):
        estate, building, unit, floor, door = found.groups()
        return HouseAddress(estate, building, unit, floor, floor + door)
    words = tidy(text)
    if found := _building(words):
        return _inside(words[: found.start()].rstrip("-第"), label(found[1]), words[found.end() :])
    if found := _THREE.fullmatch(words):
        estate, building, unit, room = found.groups()
        return HouseAddress(estate.rstrip("-"), label(building), number(unit), floor_of(label(room)), label(room))
    if found := _TWO.fullmatch(words):
        estate, building, room = found.groups()
        return HouseAddress(estate.rstrip("-"), label(building), "", floor_of(label(room)), label(room))
    if found := _YARD.fullmatch(words):
        estate, rest = found.groups()
        if estate:
            return HouseAddress(estate.rstrip("-第"), room=_numbers(rest))
    return HouseAddress(words)


def address_key(text: str) -> str:
    """Say which house an address means; equal for every customary way of writing it."""
    return parse_house(text).key


def _building(words: str) -> re.Match[str] | None:
    """Find where the building is named: behind the estate's words, so not at a road's number."""
    return _BUILDING.search(words)


def _inside(estate: str, building: str, rest: str) -> HouseAddress:
    """Read what follows the building."""
    found = _TAIL.fullmatch(rest)
    if found is None:
        return HouseAddress(estate, building, room=_numbers(rest))
    unit, floor = label(found["unit"] or ""), number((found["floor"] or "").replace("负", "-").replace("B", "-"))
    room, side = label(found["room"] or ""), (found["side"] or "").rstrip("户室门")
    if floor and room.isdigit() and len(room) <= 2:
        room = f"{floor}{int(room):02}"
    elif floor and side and not room:
        room = floor
    room += side
    return HouseAddress(estate, building, unit, floor or floor_of(room), room)


def _numbers(rest: str) -> str:
    """Keep what tells doors of one yard apart: its numbers in digits, else the words themselves."""
    with_digits = _NUMBER.sub(lambda found: number(found[0]), rest)
    found = re.findall(r"[A-Z]?\d+[A-Z]?", with_digits)
    return "-".join(found) if found else with_digits


def floor_of(room: str) -> str:
    """Read the floor from a room's number of three digits or more: 1205 lies on the 12th."""
    digits = re.sub(r"\D", "", room)
    return digits[:-2] if 3 <= len(digits) <= 5 else ""


def of_house(estate: str, building: str, unit: str, room: str) -> tuple[str, str]:
    """Write a house's address from its parts as it is shown, with its key; the parts are in form (`label`)."""
    if building:
        tall = "号楼" if building[-1].isdigit() else "座"
        shown = f"{estate}{building}{tall}{f'{unit}单元' if unit else ''}{room}{'室' if room[-1:].isdigit() else ''}"
    else:
        shown = f"{estate}{f'{unit}单元' if unit else ''}{room}{'号' if room[-1:].isdigit() else ''}"
    return shown, place_key(estate, building, unit, room)
