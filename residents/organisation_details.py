"""What may stand in an organisation's entry: pure rules that turn what was typed into columns, all mistakes at once."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from residents import credit_codes
from residents.details import Wrong, person_name, phone_number, text
from residents.models import Organisation, OrganisationKind
from residents.reading import Unreadable

TEXTS = {"name": 100, "address": 200, "trade": 60}
PEOPLE = ("manager_name", "safety_name")
PHONES = ("manager_phone", "safety_phone")
CHECKS = ("fire_checked_on", "electricity_checked_on", "gas_checked_on")
FIELDS = ("kind", *TEXTS, "credit_code", "is_key_site", "employees", *PEOPLE, *PHONES, *CHECKS, "lng", "lat")
MOST_EMPLOYEES = 1_000_000
_FORMULA = ("=", "+", "-", "@")


def clean(given: Mapping[str, Any], *, today: dt.date, was: Organisation | None = None) -> dict[str, Any]:
    """Return the columns for what was given; raises ValidationError that names each field."""
    wrong = Wrong()
    columns: dict[str, Any] = {}
    for field, length in TEXTS.items():
        if field in given or (field == "name" and was is None):
            columns[field] = text(given.get(field), length, field, wrong)
            if columns[field].startswith(_FORMULA):
                wrong[field] = _("These words begin with a sign that a spreadsheet takes for a formula.")
    if columns.get("name") == "" and "name" not in wrong:
        wrong["name"] = _("A name is needed.")
    if "kind" in given or was is None:
        columns["kind"] = given.get("kind", "")
        if columns["kind"] not in OrganisationKind.values:
            wrong["kind"] = _("Choose one of the list.")
    if "credit_code" in given:
        columns["credit_code"] = _code(str(given["credit_code"] or ""), wrong)
    if "is_key_site" in given:
        columns["is_key_site"] = bool(given["is_key_site"])
    if "employees" in given:
        columns["employees"] = _count(given["employees"], wrong)
    columns |= {f: person_name(str(given[f] or ""), f, wrong) for f in PEOPLE if f in given}
    columns |= {f: phone_number(str(given[f] or ""), f, wrong) for f in PHONES if f in given}
    for field in CHECKS:
        if field in given:
            columns[field] = given[field]
            if given[field] is not None and given[field] > today:
                wrong[field] = _("This day has not come yet.")
    columns |= _point(given, wrong)
    wrong.done()
    return columns


def _code(typed: str, wrong: Wrong) -> str:
    if not typed.strip():
        return ""
    try:
        return credit_codes.read(typed)
    except Unreadable as problem:
        wrong["credit_code"] = f"{problem.message} {problem.hint}"
        return ""


def _count(value: int | None, wrong: Wrong) -> int | None:
    if value is not None and not 0 <= value <= MOST_EMPLOYEES:
        wrong["employees"] = _("This number cannot be right.")
    return value


def _point(given: Mapping[str, Any], wrong: Wrong) -> dict[str, Decimal | None]:
    """Take longitude and latitude together (WGS-84, degrees) or neither."""
    if "lng" not in given and "lat" not in given:
        return {}
    lng, lat = given.get("lng"), given.get("lat")
    if (lng is None) != (lat is None):
        wrong["lng"] = _("Give longitude and latitude together.")
    elif lng is not None and lat is not None and not (-180 <= lng <= 180 and -90 <= lat <= 90):
        wrong["lng"] = _("This is no place on earth.")
    return {"lng": lng, "lat": lat}
