"""What the map is narrowed and coloured by; by GET, so that an address says it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Kind
from hotline.periods import Length
from onemap import choosing, colouring
from onemap.outlines import LEVELS
from workorders.forms.fields import Plain

LENGTHS = [choice for choice in Length.choices if choice[0] != Length.CUSTOM]


def _measures() -> list[tuple[str, Any]]:
    return [
        *((choice.key, choice.label) for choice in colouring.choices().values()),
        (choosing.NO_COLOUR, _("No colours")),
    ]


class MapForm(Plain):
    """Level, measure, period; `within` stays as it is."""

    within = forms.IntegerField(required=False, widget=forms.HiddenInput)
    level = forms.ChoiceField(
        label=_("Boundaries of"), required=False, choices=[(level, Kind(level).label) for level in LEVELS]
    )
    measure = forms.ChoiceField(label=_("Coloured by"), required=False, choices=_measures)
    length = forms.ChoiceField(label=pgettext_lazy("of time", "Period"), required=False, choices=LENGTHS)
    on = forms.DateField(
        label=_("With the day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    @classmethod
    def of(cls, chosen: "choosing.Chosen") -> "MapForm":
        """Return the form as it stands for what is shown."""
        given = chosen.query
        on = given.get("on") or given.get("first", "")
        return cls({**given, "on": on, "length": given["length"] if given["length"] != Length.CUSTOM else Length.MONTH})


class PositionForm(forms.Form):
    """Where a browser is; degrees in WGS-84, as browsers have them."""

    lng = forms.FloatField(min_value=-180, max_value=180)
    lat = forms.FloatField(min_value=-90, max_value=90)
    accuracy_m = forms.IntegerField(min_value=0, max_value=100_000, required=False)
