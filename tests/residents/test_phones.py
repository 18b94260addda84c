"""Telephone numbers come into one form whichever way they are written (DOMAIN.md §2.5)."""

import pytest

from residents import phones
from residents.phones import Kind
from residents.reading import Unreadable


@pytest.mark.parametrize(
    ("text", "read", "kind"),
    [
        ("13800001111", "13800001111", Kind.MOBILE),
        ("+86 138 0000 1111", "13800001111", Kind.MOBILE),
        ("0086-138-0000-1111", "13800001111", Kind.MOBILE),
        ("１３８００００１１１１", "13800001111", Kind.MOBILE),
        ("0537-2345678", "0537-2345678", Kind.LANDLINE),
        ("(0537) 2345678-12", "0537-2345678-12", Kind.LANDLINE),
        ("（0537）2345678转12", "0537-2345678-12", Kind.LANDLINE),
        ("05372345678", "0537-2345678", Kind.LANDLINE),
        ("01012345678", "010-12345678", Kind.LANDLINE),
        ("4001234567", "400-123-4567", Kind.SERVICE),
        ("800-1234-567", "800-123-4567", Kind.SERVICE),
    ],
)
def test_a_number_comes_into_its_one_form(text, read, kind):
    assert phones.read(text) == (read, kind)
    assert phones.read(read) == (read, kind)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2345678", "area"),
        ("12345", "form"),
        ("110", "form"),
        ("1380000111", "form"),
        ("", "form"),
        ("张三", "form"),
        ("1.38E+10", "mangled"),
    ],
)
def test_each_fault_is_named_and_carries_its_remedy(text, code):
    with pytest.raises(Unreadable) as refusal:
        phones.read(text)
    assert refusal.value.code == f"phone_{code}"
    assert str(refusal.value)
    assert str(refusal.value.hint)


def test_numbers_that_cannot_be_dialled_are_taken_only_where_that_is_allowed(settings):
    settings.ALLOW_SYNTHETIC_IDS = True
    assert phones.read("12800001111").kind == Kind.MOBILE
    settings.ALLOW_SYNTHETIC_IDS = False
    with pytest.raises(Unreadable, check=lambda refusal: refusal.code == "phone_synthetic"):
        phones.read("12800001111")


def test_several_numbers_in_one_cell_are_parted():
    assert phones.split("13800001111、0537-2345678 / 13900001111") == ["13800001111", "0537-2345678", "13900001111"]
    assert phones.split("13800001111 13900001111") == ["13800001111", "13900001111"]
    assert phones.split("138 0000 1111") == ["138 0000 1111"]
