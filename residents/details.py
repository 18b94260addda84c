"""What may stand in a person's entry: pure rules that turn what was typed into columns, all mistakes at once.

An identity card's number decides the date of birth and the sex (GB 11643; DOMAIN.md §2.5). Names hold letters and the
marks that names have, so that no formula or markup gets into a list. Messages never repeat what was typed.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from residents import codes, fingerprints, identity_numbers, phones, pinyin
from residents.models import Resident, ResidentKind
from residents.reading import Unreadable, plain

IDENTITY_CARD = "111"
OLDEST = dt.date(1900, 1, 1)
TEXTS = {"occupation": 60, "employer": 100, "registered_address": 200, "note": 200}
CODED = {
    "ethnicity": "ethnicity",
    "marital": "marital",
    "education": "education",
    "political": "political",
    "certificate": "certificate",
    "sex": "sex",
}
DEFAULTS = {"certificate": IDENTITY_CARD, "sex": "0"}
FIELDS = ("kind", "name", *CODED, "identity_number", "born_on", "phone", *TEXTS, "since_on")
"""What people type of a person; houses and departures have actions of their own."""
_NAME_MARKS = frozenset("·.•'’ -()（）")
_OTHER_NUMBER = re.compile(r"[0-9A-Z]{3,30}")


class Wrong(dict[str, str]):
    """Collects what is wrong, by field."""

    def done(self) -> None:
        if self:
            raise ValidationError({name: [message] for name, message in self.items()})


def clean(given: Mapping[str, Any], *, today: dt.date, was: Resident | None = None) -> dict[str, Any]:
    """Return the columns for what was given; fields that are not given stay out of it.

    `was` is the entry that is changed. Raises ValidationError that names each field.
    """
    wrong = Wrong()
    columns: dict[str, Any] = {}
    if "name" in given or was is None:
        columns |= _name(given.get("name") or "", wrong)
    if "kind" in given:
        columns["kind"] = _one_of(given["kind"], ResidentKind.values, "kind", wrong)
    for field, code_set in CODED.items():
        if field in given:
            value = given[field] or DEFAULTS.get(field, "")
            columns[field] = _one_of(value, ["", *codes.rows(code_set)], field, wrong)
    for field, length in TEXTS.items():
        if field in given:
            columns[field] = text(given[field], length, field, wrong)
    for field in ("born_on", "since_on"):
        if field in given:
            columns[field] = _day(given[field], field, today, wrong)
    if "phone" in given:
        columns |= _phone(given["phone"] or "", wrong)
    columns |= _identity(given, columns, was, today, wrong)
    wrong.done()
    return columns


def _name(typed: str, wrong: Wrong) -> dict[str, Any]:
    name = person_name(typed, "name", wrong)
    if not name and "name" not in wrong:
        wrong["name"] = _("A name is needed.")
    return {"name": name, "initials": pinyin.initials(name)}


def person_name(typed: str, field: str, wrong: Wrong) -> str:
    """Return a name in one spelling: narrow letters, single blanks; empty stays empty."""
    name = " ".join(unicodedata.normalize("NFKC", typed).split()).replace("•", "·")
    if len(name) > 60:
        wrong[field] = _("A name has at most 60 characters.")
    elif name and not (_is_written(name) and any(character.isalpha() for character in name)):
        wrong[field] = _("A name has letters and no digits or signs.")
    return name


def _is_written(name: str) -> bool:
    return all(character.isalpha() or character in _NAME_MARKS for character in name)


def text(typed: Any, length: int, field: str, wrong: Wrong) -> str:
    """Return a line of words without control characters."""
    words = " ".join("".join(c for c in str(typed or "") if c.isprintable() or c.isspace()).split())
    if len(words) > length:
        wrong[field] = _("At most %(count)d characters fit here.") % {"count": length}
    return words


def phone_number(typed: str, field: str, wrong: Wrong) -> str:
    """Return a telephone number in its one form; empty stays empty."""
    if not typed.strip():
        return ""
    try:
        return phones.read(typed).text
    except Unreadable as problem:
        wrong[field] = f"{problem.message} {problem.hint}"
        return ""


def _phone(typed: str, wrong: Wrong) -> dict[str, Any]:
    number = phone_number(typed, "phone", wrong)
    return {
        "phone": number,
        "phone_hash": fingerprints.of_phone(number)[0] if number else None,
        "phone_last4": number[-4:],
    }


def _one_of(value: str, allowed: list[str], field: str, wrong: Wrong) -> str:
    if value not in allowed:
        wrong[field] = _("Choose one of the list.")
    return value


def _day(value: dt.date | None, field: str, today: dt.date, wrong: Wrong) -> dt.date | None:
    if value is not None and not OLDEST <= value <= today:
        wrong[field] = _("This day has not come yet.") if value > today else _("This day is too long ago.")
    return value


def _identity(
    given: Mapping[str, Any], columns: dict[str, Any], was: Resident | None, today: dt.date, wrong: Wrong
) -> dict[str, Any]:
    """Check the number under the certificate that holds from now on, whichever of the two was given."""
    if not {"identity_number", "certificate"} & given.keys():
        return _derived_stay(columns, was, wrong) if was is not None else {}
    certificate = columns.get("certificate") or (was.certificate if was is not None else IDENTITY_CARD)
    kept = was.identity_number if was is not None else ""
    typed = str(given["identity_number"] or "") if "identity_number" in given else kept
    if not typed.strip():
        return {"identity_number": "", "identity_hash": None, "identity_last4": ""}
    found: dict[str, Any] = {"certificate": certificate}
    if certificate == IDENTITY_CARD:
        try:
            number = identity_numbers.read(typed, today=today)
        except Unreadable as problem:
            wrong["identity_number"] = f"{problem.message} {problem.hint}"
            return {}
        found |= {"born_on": number.born_on, "sex": number.sex}
        _agree(columns, found, wrong)
        digits = number.text
    else:
        digits = plain(typed).upper()
        if not _OTHER_NUMBER.fullmatch(digits):
            wrong["identity_number"] = _("A certificate's number has 3 to 30 letters and digits.")
            return {}
    found |= {"identity_hash": fingerprints.of_identity(digits)[0], "identity_last4": digits[-4:]}
    return found | {"identity_number": digits}


def _derived_stay(columns: dict[str, Any], was: Resident, wrong: Wrong) -> dict[str, Any]:
    """Refuse a birth or a sex that the number in the entry contradicts."""
    if was.identity_number and was.certificate == IDENTITY_CARD:
        _agree(columns, {"born_on": was.born_on, "sex": was.sex}, wrong)
    return {}


def _agree(columns: dict[str, Any], found: dict[str, Any], wrong: Wrong) -> None:
    if columns.get("born_on") not in {None, found["born_on"]}:
        wrong["born_on"] = _("The identity number says another date of birth.")
    if columns.get("sex") not in {None, "", "0", "9", found["sex"]}:
        wrong["sex"] = _("The identity number says another sex.")
