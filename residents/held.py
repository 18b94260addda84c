"""Everything that is held of one person, in words, for the copy that they may ask for (PIPL art. 45).

A higher app adds what it holds by `register` in its `AppConfig.ready()`.
"""

import datetime as dt
from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from residents import codes
from residents.models import Look, Membership, Resident

Line = tuple[str, str]
Part = Callable[[Resident], list[Line]]
KnowingPart = Callable[[Resident, User | None], list[Line]]
_parts: dict[str, tuple[Promise | str, KnowingPart]] = {}
CODED = {
    **{name: name for name in ("sex", "ethnicity", "marital", "education", "political", "certificate")},
    **{name: name for name in ("inflow_reason", "dwelling")},
    "guardian_relation": "kinship",
}
_SKIPPED = {"id", "resident", "district", "street", "version", "initials", "identity_hash", "phone_hash"} | {
    *("identity_last4", "phone_last4", "anonymised_at", "created_at", "updated_at"),
}
LOOKS_SHOWN = 200


def register(name: str, title: Promise | str, part: Part) -> None:
    """Add a part of the copy; `part` returns (what, value) lines, none where nothing is held."""
    _parts[name] = (title, lambda resident, _reader: part(resident))


def register_knowing(name: str, title: Promise | str, part: KnowingPart) -> None:
    """Add a part that is not for everybody who writes a copy out: `part` is told who does, None for nobody."""
    _parts[name] = (title, part)


def everything(resident: Resident, reader: User | None = None) -> list[tuple[str, list[Line]]]:
    """Return (title, lines) of each part that holds something, for whoever writes the copy out."""
    shown = [(str(title), part(resident, reader)) for title, part in _parts.values()]
    return [(title, lines) for title, lines in shown if lines]


def fields_of(row: object) -> list[Line]:
    """Return the filled columns of a row with their values in words."""
    lines = []
    for field in row._meta.concrete_fields:  # type: ignore[attr-defined]
        if field.name in _SKIPPED:
            continue
        value = getattr(row, field.name)
        if value in (None, ""):
            continue
        if field.name in CODED:
            value = codes.label(CODED[field.name], value)
        elif field.choices:
            value = getattr(row, f"get_{field.name}_display")()
        elif field.is_relation:
            value = getattr(value, "address", None) or getattr(value, "name", value)
        lines.append((str(field.verbose_name), str(value)))
    return lines


def span(first: dt.date | None, last: dt.date | None) -> str:
    """Say from when to when; open ends stay open."""
    return f"{first or ''} – {last or ''}"


def _facts(resident: Resident) -> list[Line]:
    found = [getattr(resident, name, None) for name in ("floating", "foreign", "left_behind")]
    return [line for facts in found if facts is not None for line in fields_of(facts)]


def _households(resident: Resident) -> list[Line]:
    rows = Membership.objects.filter(resident=resident).select_related("household__house").order_by("started_on", "pk")
    return [
        (
            span(row.started_on, row.ended_on),
            f"{row.household.house.address} · {codes.label('kinship', row.kinship)}",
        )
        for row in rows
    ]


def _looks(resident: Resident) -> list[Line]:
    rows = Look.objects.filter(resident=resident).order_by("-at")[:LOOKS_SHOWN]
    return [(f"{row.at:%Y-%m-%d}", f"{row.get_reason_display()}") for row in rows]


register("entry", gettext_lazy("Entry in the register"), fields_of)
register("facts", gettext_lazy("Further facts"), _facts)
register("households", pgettext_lazy("of a person", "Households"), _households)
register("looks", gettext_lazy("When numbers were looked at in full, and why"), _looks)


def title_of_copy() -> str:
    return _("What is held of you")
