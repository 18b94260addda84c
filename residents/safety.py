"""Safety checks of key sites: which of the three is overdue, on a day. No database.

The product's own interval, a year, holds until a district lays down another.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from residents.models import Organisation

EVERY = dt.timedelta(days=365)
SOON = dt.timedelta(days=30)
KINDS: dict[str, tuple[str, Promise | str, str]] = {
    "fire": ("fire_checked_on", _("Fire safety"), "flame"),
    "electricity": ("electricity_checked_on", _("Electricity"), "bolt"),
    "gas": ("gas_checked_on", _("Gas"), "gas-station"),
}
"""Kind → column, words, icon."""


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
    for kind, (column, words, icon) in KINDS.items():
        on = getattr(organisation, column)
        tone = _tone(on, day) if organisation.is_key_site and organisation.closed_on is None else "grey"
        found.append(Check(kind, words, icon, on, tone))
    return found


def _tone(on: dt.date | None, day: dt.date) -> str:
    if on is None or on + EVERY < day:
        return "red"
    return "yellow" if on + EVERY < day + SOON else "green"


def overdue(day: dt.date) -> Q:
    """Key sites of which a check is overdue on this day, or was never recorded."""
    late = Q()
    for column, _words, _icon in KINDS.values():
        late |= Q(**{f"{column}__lt": day - EVERY}) | Q(**{f"{column}__isnull": True})
    return Q(is_key_site=True) & late
