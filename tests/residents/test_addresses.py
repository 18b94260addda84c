"""One house is found again whichever way its address is written (DOMAIN.md §2.4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from residents import addresses
from residents.addresses import address_key, parse_house

ESTATES = ["颂运水庭", "三里河小区", "富华一期", "张三楼村", "新城区花园", "京杭佳苑北社区家属院", "阳光城", "市中花园"]
DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """Write a number below 100 as it is spoken."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("十" if tens == 1 else DIGITS[tens] + "十")
    return head + (DIGITS[ones] if ones or not tens else "")


def wide(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character for character in text)


def customary(estate: str, building: int, unit: int, floor: int, door: int) -> list[str]:
    """Write one house as rosters do."""
    room = f"{floor}{door:02}"
    return [
        f"{estate}{building}号楼{unit}单元{room}室",
        f"{estate}{building}栋{unit}单元{room}",
        f"{estate}{building}幢{unit}单元{room}户",
        f"{estate}{building}#-{unit}-{room}",
        f"{estate}{building}#楼{unit}单元{floor}楼{room}",
        f"{estate} {building}-{unit}-{room}",
        f"{estate}{building}号楼-{unit}-{room}",
        f"{estate}第{chinese(building)}号楼第{chinese(unit)}单元{chinese(floor)}层{room}室",
        f"{estate}{chinese(building)}号楼{chinese(unit)}单元{''.join(DIGITS[int(digit)] for digit in room)}",
        f"{estate}{building:02}号楼{unit:02}单元{floor}层{door}户",
        f"{estate} {building} 号楼 {unit} 单元 0{room}",
        wide(f"{estate}{building}号楼{unit}单元{room}室"),
        f"济宁市任城区许庄街道{estate}{building}号楼{unit}门{room}号",
        f"山东省济宁市任城区许庄街道办事处太白社区居委会{estate}{building}号{unit}单元{room}",
    ]


HOUSES = st.tuples(
    st.sampled_from(ESTATES), st.integers(1, 60), st.integers(1, 12), st.integers(1, 33), st.integers(1, 20)
)


@given(HOUSES)
def test_the_customary_ways_of_writing_a_house_have_one_key(house):
    keys = {address_key(written) for written in customary(*house)}
    assert len(keys) == 1


@given(HOUSES)
def test_its_parts_are_the_same_whichever_way_it_is_written(house):
    _estate, building, unit, floor, door = house
    for written in customary(*house):
        assert parse_house(written)[1:] == (str(building), str(unit), str(floor), f"{floor}{door:02}")


@given(HOUSES, HOUSES)
def test_two_houses_have_two_keys(one, other):
    same = address_key(customary(*one)[0]) == address_key(customary(*other)[0])
    assert same == (one == other)


@given(HOUSES)
def test_the_key_of_its_parts_is_the_key_of_its_address(house):
    estate, building, unit, floor, door = house
    parts = addresses.place_key(estate, f"{building}号楼", f"{chinese(unit)}单元", f"{floor}{door:02}室")
    assert parts == address_key(customary(*house)[0])


@given(st.text(alphabet="颂运水庭三十二0123456789号楼栋单元层室户#-－ A座村街", max_size=24))
def test_reading_what_was_read_changes_nothing(text):
    assert addresses.tidy(addresses.tidy(text)) == addresses.tidy(text)
    assert addresses.label(addresses.label(text)) == addresses.label(text)
    assert addresses.estate_key(addresses.estate_key(text)) == addresses.estate_key(text)
    assert parse_house(addresses.tidy(text)) == parse_house(text)


@given(st.text(max_size=60))
def test_no_text_is_refused(text):
    assert isinstance(address_key(text), str)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("颂运水庭4号楼301", ("颂运水庭", "4", "", "3", "301")),
        ("颂运水庭4号楼2单元3层东户", ("颂运水庭", "4", "2", "3", "3东")),
        ("颂运水庭4号楼2单元东户", ("颂运水庭", "4", "2", "", "东")),
        ("阳光城A座1205", ("阳光城", "A", "", "12", "1205")),
        ("阳光城A3号楼-1层2室", ("阳光城", "A3", "", "-1", "-102")),
        ("阳光城A3号楼1层2室", ("阳光城", "A3", "", "1", "102")),
        ("李庄村35号", ("李庄村", "", "", "", "35")),
        ("李庄村三十五号", ("李庄村", "", "", "", "35")),
        ("张三楼村35号", ("张三楼村", "", "", "", "35")),
        ("中心街12号院3户", ("中心街", "", "", "", "12-3")),
        ("颂运水庭", ("颂运水庭", "", "", "", "")),
        ("4-2-301", ("", "4", "2", "3", "301")),
        ("", ("", "", "", "", "")),
    ],
)
def test_other_houses_are_read_too(text, parts):
    assert tuple(parse_house(text)) == parts


def test_a_basement_s_door_is_not_the_one_above_it():
    assert address_key("阳光城3号楼-1层2室") != address_key("阳光城3号楼1层2室")
    assert addresses.place_key("阳光城", "3", "", "-102") == address_key("阳光城3号楼负1层2室")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("颂运水庭小区", "颂运水庭"),
        ("济宁市任城区许庄街道颂运水庭", "颂运水庭"),
        ("建设路12号颂运水庭", "颂运水庭"),
        ("富华小区二期", "富华小区2期"),
        ("富华小区2期", "富华小区2期"),
        ("新城区小区", "新城区"),
        ("许庄街道李庄社区", "李庄社区"),
        ("三里河", "三里河"),
    ],
)
def test_an_estate_is_known_without_what_stands_around_its_name(text, key):
    assert addresses.estate_key(text) == key
