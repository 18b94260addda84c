"""The history of an entry in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from facilities.models import FacilityEvent
from facilities.states import FacilityState

LABELS = {
    "name": _("name"),
    "owner": pgettext_lazy("of a facility", "owner"),
    "note": _("note"),
    "installed_on": _("installed on"),
    "state": _("State"),
    "unit": _("unit in charge"),
    "point": _("place on the map"),
    "grid": _("grid"),
}
KEYS = frozenset({"unit", "grid"})
"""Kept as keys, which say nothing to a reader: only that they changed is shown."""


def changes_of(event: FacilityEvent) -> list[tuple[Any, str, str]]:
    """Return (what, before, after) of each column that an event changed."""
    return [
        (LABELS[name], _shown(name, old), _shown(name, new))
        for name, (old, new) in event.changes.items()
        if name in LABELS
    ]


def _shown(name: str, text: str) -> str:
    if name in KEYS:
        return ""
    return str(FacilityState(text).label) if name == "state" and text in FacilityState.values else text
