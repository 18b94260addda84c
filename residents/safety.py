"""Safety checks of key sites: which of the three is overdue, on a day. No database.

The product's own interval, a year, holds until a district lays down another.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from residents.models import Organisation

EVERY = dt.timedelta(days=365)
SOON = dt.timedelta(days=30)


class CheckKind(TextChoices):
    FIRE = "fire", _("Fire safety")
    ELECTRICITY = "electricity", _("Electricity")
    GAS = "gas", _("Gas")


KINDS: dict[CheckKind, tuple[str, str]] = {
    CheckKind.FIRE: ("fire_checked_on", "flame"),
    CheckKind.ELECTRICITY: ("electricity_checked_on", "bolt"),
    CheckKind.GAS: ("gas_checked_on", "gas-station"),
}
"""The column of each kind, and its icon."""


@dataclass(frozen=True)
class Check:
    """The last check of one kind, and how it stands on the day: red overdue, yellow soon, green, grey not required."""

    kind: str
    words: Promise | str
    icon: str
    on: dt.date | None
    tone: str

    @property
    def is_overdue(self) -> bool:
        return self.tone == "red"


def checks_of(organisation: Organisation, day: dt.date) -> list[Check]:
    """Return the three checks as they stand; only a key site's are required."""
    found = []
    for kind, (column, icon) in KINDS.items():
        on = getattr(organisation, column)
        tone = _tone(on, day) if organisation.is_key_site and organisation.closed_on is None else "grey"
        found.append(Check(kind, kind.label, icon, on, tone))
    return found


def _tone(on: dt.date | None, day: dt.date) -> str:
    if on is None or on + EVERY < day:
        return "red"
    return "yellow" if on + EVERY < day + SOON else "green"


def overdue(day: dt.date) -> Q:
    """Key sites of which a check is overdue on this day, or was never recorded."""
    late = Q()
    for column, _icon in KINDS.values():
        late |= Q(**{f"{column}__lt": day - EVERY}) | Q(**{f"{column}__isnull": True})
    return Q(is_key_site=True) & late
