"""Telephone numbers of people and organisations (DOMAIN.md §2.5): mobile, landline with its area code, 400 and 800."""

import re
from enum import StrEnum
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from residents.reading import Unreadable, is_mangled, plain

_COUNTRY = re.compile(r"(?:\+|00)?86-?(?=1(?:-?\d){10}$|0?\d{2,3}-?\d{7,8})")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_SYNTHETIC = re.compile(r"12\d{9}")
_LANDLINE = re.compile(r"\(?(0(?:10|2\d|[3-9]\d{2}))\)?-?(\d{7,8})(?:(?:-|转|EXT\.?)(\d{1,6}))?")
_SERVICE = re.compile(r"([48]00)-?(\d)-?(\d)-?(\d)-?(\d)-?(\d)-?(\d)-?(\d)")
_LOCAL = re.compile(r"[2-8]\d{6,7}")
_BETWEEN = re.compile(r"[,，、;；/|\n]+|\s{2,}| (?=1\d{10}\b)")

_PROBLEMS = {
    "form": (_("This is no telephone number."), _("A mobile has 11 digits; a landline needs its area code.")),
    "area": (_("The landline's area code is missing."), _("Write it as 0537-2345678.")),
    "mangled": (_("A spreadsheet has rounded the number."), _("Set the column to text and enter it again.")),
    "synthetic": (_("This is an invented number, for demonstrations only."), _("Enter the real number.")),
}


class Kind(StrEnum):
    MOBILE = "mobile"
    LANDLINE = "landline"
    SERVICE = "service"


class Phone(NamedTuple):
    """A number in its one form: 13800000000, 0537-2345678-12, 400-123-4567."""

    text: str
    kind: Kind


def problem(code: str) -> Unreadable:
    """Return the error of this code: form, area, mangled or synthetic."""
    message, hint = _PROBLEMS[code]
    return Unreadable(f"phone_{code}", message, hint)


def read(text: str) -> Phone:
    """Check a number and return it in its one form; raises Unreadable. Numbers beginning with 12 are synthetic."""
    if len(text) == 11 and _MOBILE.fullmatch(text) and text.isascii():
        return Phone(text, Kind.MOBILE)
    clean = _COUNTRY.sub("", plain(text).upper(), count=1)
    digits = clean.replace("-", "")
    if is_mangled(clean):
        raise problem("mangled")
    if digits.isascii() and _MOBILE.fullmatch(digits):
        return Phone(digits, Kind.MOBILE)
    if digits.isascii() and _SYNTHETIC.fullmatch(digits):
        if not settings.ALLOW_SYNTHETIC_IDS:
            raise problem("synthetic")
        return Phone(digits, Kind.MOBILE)
    if found := _SERVICE.fullmatch(clean):
        head, *rest = found.groups()
        return Phone(f"{head}-{''.join(rest[:3])}-{''.join(rest[3:])}", Kind.SERVICE)
    if found := _LANDLINE.fullmatch(clean):
        return Phone("-".join(part for part in found.groups() if part), Kind.LANDLINE)
    raise problem("area" if _LOCAL.fullmatch(digits) else "form")


def split(text: str) -> list[str]:
    """Part several numbers written into one cell."""
    return [part.strip() for part in _BETWEEN.split(text) if part.strip()]
