"""Resident identity numbers (GB 11643; DOMAIN.md §2.5): region 6, birth 8, sequence 3 (odd: male), check digit.

The region may be one that no longer exists, so it is not compared with today's list. A roster holds a million of
them: a number is summed in four look-ups, because every third and every birth date returns again and again.
"""

import datetime as dt
from itertools import starmap
from operator import mul
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from residents.reading import Unreadable, is_mangled, plain

SYNTHETIC_REGION = "370899"
"""No place has this code, so that a number of it can belong to nobody (DOMAIN.md §7.1)."""
LENGTH = 18
LEGACY_LENGTH = 15
MALE, FEMALE = "1", "2"
"""GB/T 2261.1"""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_OLDEST_YEAR = 1850

_ASK_CARD = _("Compare it with the identity card.")
_PROBLEMS = {
    "length": (_("An identity number has 18 characters."), _("Look for a digit too many or too few.")),
    "characters": (_("An identity number has 17 digits and then a digit or X."), _("Take other characters out.")),
    "check": (_("The last character does not fit the other 17."), _ASK_CARD),
    "birth": (_("Characters 7 to 14 are no date of birth."), _ASK_CARD),
    "future": (_("The date of birth in the number has not come yet."), _ASK_CARD),
    "mangled": (
        _("A spreadsheet has rounded the number, its last digits are lost."),
        _("Set the column to text in the spreadsheet and enter the numbers again; they cannot be brought back."),
    ),
    "legacy": (_("This is an old number of 15 digits."), _("Enter the one of 18 on the present card.")),
    "synthetic": (_("This is an invented number, for demonstrations only."), _("Enter the real number.")),
}


class IdentityNumber(NamedTuple):
    """A number that has been checked, and what it says of its holder."""

    text: str
    born_on: dt.date
    sex: str

    @property
    def last4(self) -> str:
        return self.text[-4:]

    @property
    def is_synthetic(self) -> bool:
        return self.text.startswith(SYNTHETIC_REGION)


def problem(code: str) -> Unreadable:
    """Return the error of this code: length, characters, check, birth, future, mangled, legacy or synthetic."""
    message, hint = _PROBLEMS[code]
    return Unreadable(f"identity_{code}", message, hint)


def _sums(weights: tuple[int, int, int]) -> dict[str, int]:
    """Sum every group of three digits under its weights."""
    first, second, third = weights
    return {
        f"{number:03}": number // 100 * first + number // 10 % 10 * second + number % 10 * third
        for number in range(1000)
    }


_REGION_HEAD = _sums((7, 9, 10))
_REGION_TAIL = _sums((5, 8, 4))
_SEQUENCE = {group: (total, MALE if int(group) % 2 else FEMALE) for group, total in _sums((8, 4, 2)).items()}
_births: dict[str, tuple[int, dt.date]] = {}


def _birth(text: str) -> tuple[int, dt.date]:
    """Return the sum and the day of eight digits; only days that exist are remembered, so that this stays small."""
    try:
        day = dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise problem("birth") from None
    if day.year < _OLDEST_YEAR:
        raise problem("birth")
    total = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS[6:14], strict=True))
    _births[text] = total, day
    return total, day


def read(text: str, *, today: dt.date | None = None, convert_legacy: bool = False) -> IdentityNumber:
    """Check a number and return it in its official form; raises Unreadable.

    `today` (default the local date) is given by who reads many. Numbers of 15 digits are refused where people type
    and converted where a file is read (`convert_legacy`). Invented ones need ALLOW_SYNTHETIC_IDS.
    """
    try:
        region = _REGION_HEAD[text[:3]] + _REGION_TAIL[text[3:6]]
        total, sex = _SEQUENCE[text[14:17]]
        last = text[17:]
        birth = text[6:14]
        if birth in _births:
            days, born_on = _births[birth]
        elif birth.isascii() and birth.isdigit():
            days, born_on = _birth(birth)
        else:
            return _read_slowly(text, today, convert_legacy=convert_legacy)
    except KeyError:
        return _read_slowly(text, today, convert_legacy=convert_legacy)
    if _CHECKS[(region + days + total) % 11] != last:
        return _read_slowly(text, today, convert_legacy=convert_legacy)
    if born_on > (today or timezone.localdate()):
        raise problem("future")
    if text.startswith(SYNTHETIC_REGION) and not settings.ALLOW_SYNTHETIC_IDS:
        raise problem("synthetic")
    return IdentityNumber(text, born_on, sex)


def _read_slowly(text: str, today: dt.date | None, *, convert_legacy: bool) -> IdentityNumber:
    """Bring the text into form and read it again, or say what is wrong with it."""
    clean = plain(text).replace("-", "").replace("'", "").upper()
    if is_mangled(clean) or clean.endswith(".0"):
        raise problem("mangled")
    if len(clean) == LEGACY_LENGTH and clean.isdigit():
        if convert_legacy:
            return from_legacy(clean, today=today)
        raise problem("legacy")
    if not (clean.isascii() and clean[:17].isdigit() and (clean[17:].isdigit() or clean[17:] == "X" or not clean[17:])):
        raise problem("characters")
    if len(clean) != LENGTH:
        raise problem("length")
    if clean != text:
        return read(clean, today=today)
    # Numbers keep 15 digits in a spreadsheet's cell: the rest becomes noughts.
    raise problem("mangled" if clean.endswith("000") else "check")


def from_legacy(text: str, *, today: dt.date | None = None) -> IdentityNumber:
    """Convert a number of 15 digits (region 6, birth YYMMDD, sequence 3; issued until 1999); raises Unreadable."""
    clean = plain(text)
    if not (clean.isascii() and clean.isdigit()):
        raise problem("characters")
    if len(clean) != LEGACY_LENGTH:
        raise problem("length")
    longer = f"{clean[:6]}19{clean[6:]}"
    return read(longer + check_character(longer), today=today)


def check_character(first17: str) -> str:
    """Return the 18th character of the 17 digits before it (ISO 7064 MOD 11-2)."""
    return _CHECKS[sum(starmap(mul, zip(map(int, first17), _WEIGHTS, strict=True))) % 11]
