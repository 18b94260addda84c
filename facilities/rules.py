"""Codes of facilities: district 6, kind 4, running number 6 (DOMAIN.md §2.8); what an entry may hold. No database."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from facilities.states import FacilityState

LENGTH = 16
HIGHEST = 999_999
"""The last running number of a kind in a district."""
FIELDS = ("name", "owner", "note", "unit", "installed_on", "lng", "lat")
"""What an edit may change; the kind stands in the code and stays."""
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks after which text is shown in another order than it is written; they outlive the end of a name."""
LIMITS = {"name": 80, "owner": 80, "note": 200}


def problem_of(code: str, district_code: str) -> str:
    """Say what is wrong with a code, "" where nothing is."""
    if len(code) != LENGTH or not (code.isascii() and code.isdigit()):
        return _("A code has sixteen digits: district, kind and number.")
    if not district_code.startswith(code[:6]):
        return _("The code begins with another district's number.")
    return ""


def kind_of(code: str) -> str:
    return code[6:10]


def made(district_code: str, kind: str, number: int) -> str:
    return f"{district_code[:6]}{kind}{number:06d}"


def check(values: Mapping[str, Any], today: dt.date) -> None:
    """Raise ValidationError by field where an entry holds what it cannot."""
    wrong: dict[str, str] = {}
    for name, most in LIMITS.items():
        text = values.get(name) or ""
        if len(text) > most:
            wrong[name] = _("At most %(count)d characters.") % {"count": most}
        elif TURNING.search(text):
            wrong[name] = _("It holds invisible marks that turn the direction of reading. Type it again.")
    if values.get("installed_on") and values["installed_on"] > today:
        wrong["installed_on"] = _("This day has not come yet.")
    if values.get("state") and values["state"] not in FacilityState.values:
        wrong["state"] = _("Choose a state from the list.")
    if wrong:
        raise ValidationError(wrong)


def said(value: Any) -> str:
    """Return a column's value as the history keeps it."""
    return "" if value is None else str(value)
