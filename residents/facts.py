"""What is kept of a person beside their entry because of their kind: floating, from abroad, left behind (§2.7).

Each kind has one row of its own facts; whoever changes kind loses the facts of the old one (they stay in the record).
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from residents import codes
from residents.details import Wrong, person_name, phone_number, text
from residents.models import FloatingFacts, ForeignFacts, LeftBehindFacts, Resident, ResidentKind

Cleaner = Callable[[Any, str, Wrong], Any]
_REGION = re.compile(r"\d{6}")
_COUNTRY = re.compile(r"[A-Z]{3}")


def _coded(code_set: str) -> Cleaner:
    def check(value: Any, field: str, wrong: Wrong) -> str:
        if value and value not in codes.rows(code_set):
            wrong[field] = _("Choose one of the list.")
        return value or ""

    return check


def _day(value: dt.date | None, _field: str, _wrong: Wrong) -> dt.date | None:
    return value


def _shaped(shape: re.Pattern[str]) -> Cleaner:
    def check(value: Any, field: str, wrong: Wrong) -> str:
        words = str(value or "").strip().upper()
        if words and not shape.fullmatch(words):
            wrong[field] = _region_or_country(shape)
        return words

    return check


def _region_or_country(shape: re.Pattern[str]) -> str:
    if shape is _REGION:
        return _("A region's code has six digits.")
    return _("A country's code has three letters, as CHN.")


def _group(value: Any, field: str, wrong: Wrong) -> str:
    if value not in LeftBehindFacts.Group.values:
        wrong[field] = _("Say whether it is a child, a woman or an elderly person.")
    return value or ""


def _name(value: Any, field: str, wrong: Wrong) -> str:
    return person_name(str(value or ""), field, wrong)


def _phone(value: Any, field: str, wrong: Wrong) -> str:
    return phone_number(str(value or ""), field, wrong)


def _line(length: int) -> Cleaner:
    return lambda value, field, wrong: text(value, length, field, wrong)


Facts = FloatingFacts | ForeignFacts | LeftBehindFacts
MODELS: dict[str, type[Facts]] = {
    ResidentKind.FLOATING: FloatingFacts,
    ResidentKind.FOREIGN: ForeignFacts,
    ResidentKind.LEFT_BEHIND: LeftBehindFacts,
}
CLEANERS: dict[str, dict[str, Cleaner]] = {
    ResidentKind.FLOATING: {
        "inflow_reason": _coded("inflow_reason"),
        "dwelling": _coded("dwelling"),
        "home_region": _shaped(_REGION),
        "permit_expires_on": _day,
    },
    ResidentKind.FOREIGN: {
        "country": _shaped(_COUNTRY),
        "latin_name": _name,
        "purpose": _coded("visit_purpose"),
        "arrived_on": _day,
        "certificate_expires_on": _day,
        "leaves_on": _day,
    },
    ResidentKind.LEFT_BEHIND: {
        "group": _group,
        "guardian_name": _name,
        "guardian_relation": _coded("kinship"),
        "guardian_phone": _phone,
    },
}
FIELDS = tuple(name for cleaners in CLEANERS.values() for name in cleaners)
"""The names of all kinds; none is that of a column of the entry or of another kind."""


def clean(kind: str, given: Mapping[str, Any], *, was: Facts | None = None) -> dict[str, Any]:
    """Return the columns of this kind's facts for what was given of them; raises ValidationError by field."""
    wrong = Wrong()
    cleaners = CLEANERS.get(kind, {})
    columns = {name: cleaners[name](given[name], name, wrong) for name in cleaners if name in given}
    if kind == ResidentKind.LEFT_BEHIND and was is None and "group" not in given:
        _group(None, "group", wrong)
    wrong.done()
    return columns


def of(resident: Resident) -> Facts | None:
    """Return the facts that this person's kind has, without a query where they were selected along."""
    model = MODELS.get(resident.kind)
    return None if model is None else getattr(resident, _RELATED[model], None)


def write(resident: Resident, columns: Mapping[str, Any], *, old_kind: str) -> dict[str, Any]:
    """Save the facts of the person's kind and drop those of a kind that they no longer have; returns old values."""
    before: dict[str, Any] = {}
    if old_kind != resident.kind and old_kind in MODELS:
        gone = MODELS[old_kind]._default_manager.filter(pk=resident.pk).first()
        if gone is not None:
            before |= {name: getattr(gone, name) for name in CLEANERS[old_kind] if getattr(gone, name)}
            gone.delete()
    model = MODELS.get(resident.kind)
    if model is None:
        return before
    row = model._default_manager.filter(pk=resident.pk).first()
    if row is None:
        model._default_manager.create(resident=resident, **columns)
        return before
    changed = {name: getattr(row, name) for name, value in columns.items() if getattr(row, name) != value}
    if changed:
        for name in changed:
            setattr(row, name, columns[name])
        row.save(update_fields=list(changed))
    return before | changed


_RELATED: dict[type[models.Model], str] = {
    FloatingFacts: "floating",
    ForeignFacts: "foreign",
    LeftBehindFacts: "left_behind",
}
