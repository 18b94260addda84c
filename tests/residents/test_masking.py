"""What is shown of a resident tells who knows them that it is they, and nobody else who they are (DOMAIN.md §4.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from residents import masking


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("李建国", "李**"),
        ("欧阳", "欧*"),
        ("欧阳修", "欧阳*"),
        ("欧阳建国", "欧阳**"),
        ("王", "王*"),
        ("阿依古丽·买买提", "阿***"),
        ("John Smith", "J***"),
        ("", ""),
    ],
)
def test_of_a_name_the_surname_is_shown(name, shown):
    assert masking.name(name) == shown


def test_of_an_identity_number_three_and_four_are_shown():
    assert masking.identity_number("370811198507120013") == "370***********0013"
    assert masking.identity_number("370811198507120013", head=6) == "370811********0013"
    assert masking.identity_number("E1234") == "**1234"
    assert masking.tail("0013") == "**0013"
    assert masking.tail("") == ""


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812345678", "138****5678"),
        ("0537-2345678", "0537-***5678"),
        ("0537-2345678-12", "0537-***5678"),
        ("400-123-4567", "400-***4567"),
        ("", ""),
        ("12345", "*****"),
    ],
)
def test_of_a_phone_the_ends_are_shown(phone, shown):
    assert masking.phone(phone) == shown


def test_of_a_credit_code_the_ends_are_shown():
    assert masking.credit_code("91110000600037341L") == "9111**********341L"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("颂运水庭4号楼2单元301室", "颂运水庭4号楼*单元***"),
        ("颂运水庭 4栋 301", "颂运水庭4栋***"),
        ("颂运水庭4-2-301", "颂运水庭4*单元***"),
        ("李庄村35号", "李庄村**号"),
        ("颂运水庭", "颂运水庭"),
    ],
)
def test_an_address_is_shown_down_to_its_building(address, shown):
    assert masking.address(address) == shown


def test_a_house_is_shown_down_to_its_building():
    assert masking.house("颂运水庭", "4", "2") == "颂运水庭 4号楼*单元***"
    assert masking.house("阳光城", "A", "") == "阳光城 A座***"
    assert masking.house("李庄村", "", "") == "李庄村 ***"


@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 33), st.integers(1, 9))
def test_no_way_of_writing_an_address_lets_the_door_through(building, unit, floor, door):
    room = f"{floor}{door:02}"
    ways = (f"{building}号楼{unit}单元{room}室", f"{building}#-{unit}-{room}", f"{building}栋{room}")
    for way in ways:
        rest = masking.address(f"颂运水庭{way}").removeprefix(f"颂运水庭{building}")
        assert not any(character.isdigit() for character in rest)
