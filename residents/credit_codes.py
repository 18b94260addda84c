"""Unified social credit codes (GB 32100; DOMAIN.md §2.5): department 1, kind 1, region 6, organisation 9, check 1."""

import re

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from residents.identity_numbers import SYNTHETIC_REGION
from residents.reading import Unreadable, is_mangled, plain

LENGTH = 18
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_SHAPE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{8}[0-9X][0-9A-HJ-NPQRTUWXY]")

_ASK_LICENCE = _("Compare it with the licence.")
_PROBLEMS = {
    "length": (_("A credit code has 18 characters."), _("Look for a character too many or too few.")),
    "characters": (_("The credit code has a character that none has."), _("I, O, S, V and Z never stand in one.")),
    "check": (_("The credit code's check characters do not fit."), _ASK_LICENCE),
    "mangled": (_("A spreadsheet has rounded the code."), _("Set the column to text and enter it again.")),
    "synthetic": (_("This is an invented code, for demonstrations only."), _("Enter the real code.")),
}


def problem(code: str) -> Unreadable:
    """Return the error of this code: length, characters, check, mangled or synthetic."""
    message, hint = _PROBLEMS[code]
    return Unreadable(f"credit_{code}", message, hint)


def read(text: str) -> str:
    """Check a code and return it in capitals without blanks; raises Unreadable."""
    clean = plain(text).replace("-", "").upper()
    if is_mangled(clean):
        raise problem("mangled")
    if len(clean) != LENGTH:
        raise problem("length")
    if not _SHAPE.fullmatch(clean):
        raise problem("characters")
    if organisation_check(clean[8:16]) != clean[16] or check_character(clean[:17]) != clean[17]:
        raise problem("check")
    if clean[2:8] == SYNTHETIC_REGION and not settings.ALLOW_SYNTHETIC_IDS:
        raise problem("synthetic")
    return clean


def check_character(first17: str) -> str:
    """Return the 18th character of the 17 before it."""
    total = sum(_VALUES[character] * weight for character, weight in zip(first17, _WEIGHTS, strict=True))
    return _ALPHABET[(31 - total % 31) % 31]


def organisation_check(first8: str) -> str:
    """Return the check character of an organisation code (GB 11714), which is the 17th of the credit code."""
    values = (int(character, 36) for character in first8)
    rest = 11 - sum(value * weight for value, weight in zip(values, _ORGANISATION_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))
