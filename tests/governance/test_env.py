"""A bad value in the environment stops the start and names its variable."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from governance import env


@pytest.mark.parametrize(
    ("value", "expected"), [("1", True), ("yes", True), (" On ", True), ("0", False), ("", False), ("FALSE", False)]
)
def test_a_flag_reads_the_usual_words(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    monkeypatch.setenv("WANGGE_HTTPS", value)
    assert env.flag("WANGGE_HTTPS") is expected


def test_a_flag_that_says_neither_yes_nor_no_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANGGE_HTTPS", "maybe")
    with pytest.raises(ImproperlyConfigured, match=r"WANGGE_HTTPS must be one of 1, 0, .* it is 'maybe'"):
        env.flag("WANGGE_HTTPS")


@pytest.mark.parametrize(("value", "fault"), [("ten", "a whole number; it is 'ten'"), ("0", "at least 1; it is 0")])
def test_a_number_that_cannot_be_is_named(monkeypatch: pytest.MonkeyPatch, value: str, fault: str) -> None:
    monkeypatch.setenv("PHOTO_MAX_MB", value)
    with pytest.raises(ImproperlyConfigured, match=f"PHOTO_MAX_MB must be {fault}"):
        env.integer("PHOTO_MAX_MB", 15, minimum=1)


def test_an_empty_number_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHOTO_MAX_MB", " ")
    assert env.integer("PHOTO_MAX_MB", 15) == 15


@pytest.mark.parametrize("value", ["0", "1.5", "-1", "much", "nan"])
def test_a_part_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("WANGGE_DEMO_SCALE", value)
    with pytest.raises(
        ImproperlyConfigured, match=f"WANGGE_DEMO_SCALE must be a number above 0 and up to 1; .*{value}"
    ):
        env.fraction("WANGGE_DEMO_SCALE", 0.01)


def test_words_lose_their_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", " a.example, ,b.example ")
    assert env.words("ALLOWED_HOSTS") == ["a.example", "b.example"]


def test_a_choice_outside_the_list_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIPHER", "rot13")
    with pytest.raises(ImproperlyConfigured, match="CIPHER must be one of aes, sm4; it is 'rot13'"):
        env.choice("CIPHER", "aes", ["aes", "sm4"])
