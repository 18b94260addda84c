"""Cells as text, and what is doubtful about them. Without Django: the reading process imports it."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from accounts.tables.limits import MAX_CELL, Fault

Faults = tuple[tuple[int, Fault], ...]
"""Pairs of a column, counted from 0, and what is doubtful about its cell."""

EXACT_BELOW = 1e15
"""A spreadsheet keeps 15 digits of a number; of a longer one the last are zeros, whatever was typed."""
_POWER_OF_TEN = re.compile(r"[-+]?\d(?:\.\d+)?[eE]\+?(?:1[5-9]|[2-9]\d)")
_HARMLESS = re.compile(r"[-+\d.,%\s()]*")
"""A number, a phone with its country, dashes for "nothing"."""
_FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_BAD_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd\ufffe\uffff\ud800-\udfff]")
_LOOK_CLOSER = re.compile("[eE=@＝＋－＠\x00-\x08\x0b\x0c\x0e-\x1f\ufffd\ufffe\uffff\ud800-\udfff]")
"""One class of characters: a search with alternatives takes seven times as long, and this runs on every line."""
_EPOCH = dt.date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 61, 2_958_465
"""1900-03-01 and 9999-12-31; before, spreadsheets count a day that never was (29 February 1900)."""


def clean(cells: Sequence[str], longest: int = MAX_CELL) -> tuple[list[str], Faults]:
    """Strip the cells of one line and say what is doubtful about them. Most lines are clean: one look at the whole."""
    stripped = [cell.strip() for cell in cells]
    whole = "\t" + "\t".join(stripped)
    if len(whole) <= longest and not _LOOK_CLOSER.search(whole) and "\t-" not in whole and "\t+" not in whole:
        return stripped, ()
    return stripped, tuple((at, fault) for at in range(len(stripped)) if (fault := _fault(stripped, at, longest)))


def _fault(cells: list[str], at: int, longest: int) -> Fault | None:
    """Say what is doubtful about one cell; what cannot be kept is cut out of it."""
    cell = cells[at]
    if len(cell) > longest:
        cells[at] = _BAD_CHARACTERS.sub("", cell[:longest])
        return Fault.TOO_LONG
    if _BAD_CHARACTERS.search(cell):
        cells[at] = _BAD_CHARACTERS.sub("", cell)
        return Fault.BAD_CHARACTER
    if _POWER_OF_TEN.fullmatch(cell):
        return Fault.LOST_DIGITS
    if cell.startswith(_FORMULA_SIGNS) and not _HARMLESS.fullmatch(cell):
        return Fault.LOOKS_LIKE_FORMULA
    return None


def text_of(value: Any) -> str:
    """Return a workbook's value as text: whole numbers without a point, dates as YYYY-MM-DD.

    A number too long to be exact comes as the spreadsheet shows it (3.70811E+17), so that `clean` finds it.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        if abs(value) >= EXACT_BELOW:
            return f"{value:.5E}"
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, dt.datetime):
        return str(value.date()) if value.time() == dt.time() else value.isoformat(" ", "seconds")
    return str(value)


def date_of_serial(text: str) -> dt.date | None:
    """Return the day that a spreadsheet means by a bare number (29221 is 1980-01-01), or None if it means none.

    Only for columns that hold dates; days before 1900-03-01 are not known (ECMA-376 part 1, §18.17.4.1).
    """
    if not text.isdecimal() or not _FIRST_SERIAL <= (serial := int(text)) <= _LAST_SERIAL:
        return None
    return _EPOCH + dt.timedelta(days=serial)


def letters(column: int) -> str:
    """Name a column as a spreadsheet does: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
