"""Credit codes are checked by their own arithmetic (GB 32100; DOMAIN.md §2.5)."""

import pytest

from residents import credit_codes
from residents.reading import Unreadable


@pytest.mark.parametrize("text", ["91110000600037341L", "N2370811MA0ABCDE6Y"])
def test_the_vectors_pass(text):
    assert credit_codes.read(text) == text


def test_small_letters_blanks_and_full_width_digits_are_brought_into_form():
    assert credit_codes.read(" 9111 0000６00037341l") == "91110000600037341L"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("91110000600037341M", "check"),
        ("91110000600037351L", "check"),
        ("91110000600037341", "length"),
        ("9111000060003734IL", "characters"),
        ("91110000600037341O", "characters"),
        ("9.111E+17", "mangled"),
        ("", "length"),
    ],
)
def test_each_fault_is_named_and_carries_its_remedy(text, code):
    with pytest.raises(Unreadable) as refusal:
        credit_codes.read(text)
    assert refusal.value.code == f"credit_{code}"
    assert str(refusal.value)
    assert str(refusal.value.hint)


def test_invented_codes_are_taken_only_where_that_is_allowed(settings):
    first = "91370899MA0ABCDE" + credit_codes.organisation_check("MA0ABCDE")
    invented = first + credit_codes.check_character(first)
    settings.ALLOW_SYNTHETIC_IDS = True
    assert credit_codes.read(invented) == invented
    settings.ALLOW_SYNTHETIC_IDS = False
    with pytest.raises(Unreadable, check=lambda refusal: refusal.code == "credit_synthetic"):
        credit_codes.read(invented)


def test_the_organisation_s_own_check_may_be_x_or_nought():
    assert {credit_codes.organisation_check(f"{number:08}") for number in range(200)} == {*"0123456789X"}
