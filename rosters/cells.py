"""Read single cells of a roster into the form that the registers keep, or say what is wrong with them.

Each reader takes a cell's text, which is never empty, and returns what COPY takes for its column. It raises
`Unreadable`; words for each code are in rosters/words.py. A reader whose answers are few keeps them (see `Reader`).
"""

import datetime as dt
import re
from collections.abc import Callable

from accounts.tables.cells import date_of_serial
from residents import codes, credit_codes
from residents.reading import Unreadable, plain
from rosters.columns.column import Column, Reads
from rosters.words import wrong

Read = Callable[[str], str]
REMEMBERED = 20_000
"""Answers that a reader keeps at most: codes, days and places come again and again."""
_DAY = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_INCOMPLETE = re.compile(r"\d{4}(?:(?:-|/|\.|年)?\d{0,2}月?)?")
_CHINESE = re.compile("[\u3400-\u9fff]")
_YES = frozenset({"是", "y", "yes", "true", "1", "√", "有"})
_NO = frozenset({"否", "n", "no", "false", "0", "×", "x", "无"})
_BOUNDS = {"lng": (-180.0, 180.0), "lat": (-90.0, 90.0), "area": (0.0, 999_999.0)}


def escaped(text: str) -> str:
    """Return text as COPY takes it: in one line, a backslash doubled."""
    if not text.isprintable():
        text = " ".join(text.split())
        text = "".join(character for character in text if character.isprintable())
    return text.replace("\\", "\\\\") if "\\" in text else text


def day(text: str, today: dt.date | None = None) -> str:
    """Read a day as people and spreadsheets write it; `today` given: one that has not come yet is refused."""
    clean = plain(text.partition(" ")[0].partition("T")[0])
    found = _DAY.fullmatch(clean) or _COMPACT.fullmatch(clean)
    if found:
        try:
            value = dt.date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            raise wrong("day_unreal") from None
    else:
        serial = date_of_serial(clean) if len(clean) == 5 else None
        if serial is None:
            raise wrong("day_incomplete" if _INCOMPLETE.fullmatch(clean) else "day_form")
        value = serial
    if today is not None and value > today:
        raise wrong("day_future")
    if value.year < 1850:
        raise wrong("day_unreal")
    return value.isoformat()


def name(text: str, length: int) -> str:
    """Read a person's name: blanks within a Chinese one go, digits are refused."""
    if text.isalpha() and len(text) <= length:
        return text
    words = " ".join(text.split())
    if _CHINESE.search(words):
        words = words.replace(" ", "")
    if any(character.isdigit() for character in words) or not any(character.isalpha() for character in words):
        raise wrong("name_form")
    if len(words) > length:
        raise wrong("too_long")
    return escaped(words)


def reader(column: Column, today: dt.date) -> Read:
    """Return what reads a cell of this column; of those that only the whole row explains, see rosters/checking.py."""
    match column.reads:
        case Reads.NAME:
            return lambda text: name(text, column.length)
        case Reads.CODE:
            return lambda text: _code(column.codes, text)
        case Reads.CHOICE:
            words = {word.casefold(): value for value, words in column.choices for word in (value, *words)}
            return lambda text: _choice(words, text)
        case Reads.DAY:
            return day
        case Reads.PAST_DAY:
            return lambda text: day(text, today)
        case Reads.WHOLE:
            return _whole
        case Reads.DECIMAL:
            return lambda text: _decimal(column.name, text)
        case Reads.FLAG:
            return _flag
        case Reads.CREDIT_CODE:
            return credit_codes.read
        case Reads.PLAIN:
            return lambda text: _bounded(escaped(plain(text)), column.length)
        case _:
            return lambda text: _bounded(escaped(text), column.length)


def is_memorable(column: Column) -> bool:
    """Say whether the column's cells are few enough among many rows to keep the answers."""
    return column.reads in {Reads.CODE, Reads.CHOICE, Reads.DAY, Reads.PAST_DAY, Reads.WHOLE, Reads.FLAG}


def _bounded(text: str, length: int) -> str:
    if len(text) > length:
        raise wrong("too_long")
    return text


def _code(code_set: str, text: str) -> str:
    found = codes.code_of(code_set, text)
    if found is None:
        raise wrong("code_unknown")
    return found


def _choice(words: dict[str, str], text: str) -> str:
    found = words.get(plain(text).casefold())
    if found is None:
        raise wrong("code_unknown")
    return found


def _whole(text: str) -> str:
    clean = plain(text).removesuffix(".0").removesuffix("层").removesuffix("人")
    if not clean.removeprefix("-").isdecimal() or len(clean) > 5 or abs(int(clean)) > 30_000:
        raise wrong("number_form")
    return str(int(clean))


def _decimal(field: str, text: str) -> str:
    clean = plain(text).removesuffix("㎡").removesuffix("平方米").removesuffix("m2").removesuffix("平米")
    try:
        value = float(clean)
    except ValueError:
        raise wrong("number_form") from None
    low, high = _BOUNDS.get(field, (-1e6, 1e6))
    if not low <= value <= high:
        raise wrong("number_form")
    return f"{value:.2f}" if field == "area" else f"{value:.6f}"


def _flag(text: str) -> str:
    word = plain(text).casefold()
    if word in _YES:
        return "t"
    if word in _NO:
        return "f"
    raise wrong("flag_form")


__all__ = ["REMEMBERED", "Read", "Unreadable", "day", "escaped", "is_memorable", "name", "reader"]
