"""Identity numbers are read whatever they went through, and each fault is named with its remedy (DOMAIN.md §2.5)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from residents import identity_numbers
from residents.reading import Unreadable

TODAY = dt.date(2026, 11, 21)


def made(region: str = "370811", born: str = "19850712", sequence: str = "001") -> str:
    first = f"{region}{born}{sequence}"
    return first + identity_numbers.check_character(first)


@pytest.mark.parametrize("text", ["360426199101010071", "370811198507120013"])
def test_the_vectors_pass(text):
    assert identity_numbers.read(text, today=TODAY).text == text


def test_a_number_says_when_its_holder_was_born_and_of_which_sex():
    man, woman = (identity_numbers.read(made(sequence=sequence)) for sequence in ("001", "002"))
    assert (man.born_on, man.sex, woman.sex) == (dt.date(1985, 7, 12), "1", "2")
    assert man.last4 == man.text[-4:]


def test_full_width_digits_blanks_and_a_small_x_are_brought_into_form():
    with_x = next(text for text in (made(sequence=f"{number:03}") for number in range(1000)) if text.endswith("X"))
    wide = with_x.translate({ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"})
    for written in (
        with_x.lower(),
        f" {with_x[:6]} {with_x[6:14]} {with_x[14:]}\u3000",
        wide,
        f"'{with_x}",
        with_x + "\ufeff",
    ):
        assert identity_numbers.read(written, today=TODAY).text == with_x


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("370811198507120014", "check"),
        ("360426199101010072", "check"),
        ("37081119850712001", "length"),
        ("3708111985071200133", "length"),
        ("", "characters"),
        ("37081119850712001Y", "characters"),
        ("3708I1198507120013", "characters"),
        ("张三", "characters"),
        ("370811850712001", "legacy"),
        ("3.70811E+17", "mangled"),
        ("3.70811198507E+17", "mangled"),
        ("370811198507120000", "mangled"),
        ("370811198507120013.0", "mangled"),
        (made(born="19850230"), "birth"),
        (made(born="17850212"), "birth"),
        (made(born="20261122"), "future"),
    ],
)
def test_each_fault_is_named_and_carries_its_remedy(text, code):
    with pytest.raises(Unreadable) as refusal:
        identity_numbers.read(text, today=TODAY)
    assert refusal.value.code == f"identity_{code}"
    assert str(refusal.value)
    assert str(refusal.value.hint)


def test_no_fault_repeats_the_number():
    for text in ("370811198507120014", "37081119850712001", "370811850712001", "370811198507120000"):
        with pytest.raises(Unreadable) as refusal:
            identity_numbers.read(text, today=TODAY)
        said = f"{refusal.value!r} {refusal.value} {refusal.value.hint} {refusal.value.args}"
        assert not any(text[start : start + 6] in said for start in range(len(text) - 5))


def test_a_number_of_fifteen_digits_is_converted_where_a_file_is_read():
    converted = identity_numbers.read("370811850712001", today=TODAY, convert_legacy=True)
    assert converted.text == made()
    assert identity_numbers.from_legacy("370811 850712 001", today=TODAY) == converted
    with pytest.raises(Unreadable, check=lambda refusal: refusal.code == "identity_birth"):
        identity_numbers.from_legacy("370811851312001", today=TODAY)


def test_someone_born_today_has_a_number():
    assert identity_numbers.read(made(born="20261121"), today=TODAY).born_on == TODAY


def test_invented_numbers_are_taken_only_where_that_is_allowed(settings):
    invented = made(region=identity_numbers.SYNTHETIC_REGION)
    settings.ALLOW_SYNTHETIC_IDS = True
    assert identity_numbers.read(invented, today=TODAY).is_synthetic
    settings.ALLOW_SYNTHETIC_IDS = False
    with pytest.raises(Unreadable, check=lambda refusal: refusal.code == "identity_synthetic"):
        identity_numbers.read(invented, today=TODAY)


@given(
    st.integers(110000, 659999).filter(lambda region: region != 370899),
    st.dates(dt.date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)
def test_every_made_number_is_read_and_no_single_slip_is(region, born_on, sequence):
    text = made(str(region), f"{born_on:%Y%m%d}", f"{sequence:03}")
    read = identity_numbers.read(text, today=TODAY)
    assert (read.text, read.born_on) == (text, born_on)
    for place in range(17):
        slipped = text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]
        with pytest.raises(Unreadable):
            identity_numbers.read(slipped, today=TODAY)


@given(st.text(max_size=24))
def test_whatever_else_is_typed_is_refused(text):
    with pytest.raises(Unreadable):
        identity_numbers.read(text, today=TODAY)
