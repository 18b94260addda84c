"""The initials of Chinese names (张建国: zjg), by which people are looked for on a keyboard.

The readings come from pypinyin (MIT). Surnames have readings of their own, and some characters of given names one
that is usual there; of both only those stand here whose first letter differs from the character's first reading.
"""

import os
import unicodedata
from functools import cache

from residents import surnames

_AS_SURNAME = dict(
    zip("单解仇曾查区翟种覃乐召祭秘繁乜隗句佴阚郇折", "sxqzzozcqyszbpnwgnkxs", strict=True),
)
_AS_DOUBLE_SURNAME = {"尉迟": "yc", "万俟": "mq", "澹台": "tt", "长孙": "zs", "子车": "zj", "乐正": "yz"}
_IN_GIVEN_NAME = {"晟": "s", "婼": "r", "藏": "z", "芎": "x", "重": "c", "长": "c"}


def initials(name: str) -> str:
    """Return the initials in small letters; of words in letters the first one, nothing for what has no reading."""
    name = name.strip()
    if not name:
        return ""
    if name[0].isascii():
        return "".join(word[0] for word in name.lower().split() if word[0].isalnum())
    surname, given = surnames.split(name)
    first = _AS_DOUBLE_SURNAME.get(surname) or "".join(map(_of_surname, surname))
    return first + "".join(map(_of_given_name, given))


def _of_surname(character: str) -> str:
    return _AS_SURNAME.get(character) or _initial(character)


def _of_given_name(character: str) -> str:
    return _IN_GIVEN_NAME.get(character) or _initial(character)


@cache
def _initial(character: str) -> str:
    """Return the first letter of the character's first reading; a register has some thousand characters."""
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    reading = _readings().get(ord(character), "")
    return unicodedata.normalize("NFD", reading)[:1]


@cache
def _readings() -> dict[int, str]:
    """Load the table of readings when the first name is read; the phrases, 45 MB of memory, are of no use here."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin.pinyin_dict import pinyin_dict

    return pinyin_dict
