"""The code sets are whole, and a roster's words are found in them (DOMAIN.md §2.6)."""

import pytest
from django.utils import translation

from residents import codes


@pytest.mark.parametrize("name", sorted(codes.SETS))
def test_every_code_has_its_words_in_both_languages_and_says_where_it_comes_from(name):
    rows = codes.rows(name)
    assert rows
    assert all(row.label and row.label_en and row.source for row in rows.values())


@pytest.mark.parametrize("name", sorted(codes.SETS))
def test_every_code_and_every_word_for_it_is_found_again(name):
    for row in codes.rows(name).values():
        assert codes.code_of(name, row.code) == row.code
        assert codes.code_of(name, row.label) == row.code
        assert all(codes.code_of(name, alias) is not None for alias in row.aliases)


def test_no_alias_stands_for_two_codes():
    for name in codes.SETS:
        words = [alias for row in codes.rows(name).values() for alias in row.aliases]
        assert sorted(words) == sorted(set(words)), name


def test_the_fifty_six_peoples_are_all_there():
    assert sum(1 for code in codes.rows("ethnicity") if code <= "56") == 56


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("ethnicity", "汉族", "01"),
        ("ethnicity", "汉", "01"),
        ("ethnicity", "01", "01"),
        ("ethnicity", "1", "01"),
        ("ethnicity", " 回 族 ", "03"),
        ("sex", "男", "1"),
        ("sex", "female", "2"),
        ("political", "党员", "01"),
        ("kinship", "儿子", "20"),
        ("kinship", "妻子", "12"),
        ("marital", "离异", "40"),
        ("education", "本科", "20"),
        ("sex", "", ""),
        ("sex", "雄", None),
    ],
)
def test_a_roster_s_words_are_understood(name, text, code):
    assert codes.code_of(name, text) == code


def test_labels_come_in_the_reader_s_language():
    with translation.override("zh-hans"):
        assert codes.label("sex", "1") == "男"
        assert ("1", "男") in codes.choices("sex")
    with translation.override("en"):
        assert codes.label("sex", "1") == "Male"
    assert codes.label("sex", "7") == "7"


def test_there_is_no_set_for_religion_or_diagnoses():
    assert not codes.SETS & {"religion", "health", "faith", "diagnosis"}
    with pytest.raises(KeyError):
        codes.rows("religion")
