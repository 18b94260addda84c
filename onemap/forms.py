"""What the map is narrowed and coloured by; by GET, so that an address says it."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from grids.forms.fields import NodeField, PersonField, day_field
from grids.models import Grid, Kind
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


def _time() -> forms.TimeInput:
    return forms.TimeInput({"type": "time"}, format="%H:%M")


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


class DutyHoursForm(Plain):
    """Whose duty hours, on which days, from when to when."""

    node = NodeField(label=_("Node"))
    person = PersonField(label=_("Person"), required=False, help_text=_("Left empty, all who work in its grids."))
    days = forms.TypedMultipleChoiceField(
        label=_("Days of the week"),
        coerce=int,
        choices=[(number + 1, name) for number, name in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    begins = forms.TimeField(label=_("Begins at"), widget=_time())
    ends = forms.TimeField(
        label=_("Ends at"),
        widget=_time(),
        help_text=_("Before the beginning: next morning."),
    )
    starts_on = day_field(_("First day"), initial=timezone.localdate)
    ends_on = day_field(_("Last day"), required=False, help_text=_("Left empty, they hold until they are removed."))

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nodes = Grid.objects.visible_to(actor).in_force(timezone.localdate())
        self.fields["node"].queryset = nodes  # type: ignore[attr-defined]
        self.fields["person"].queryset = User.objects.filter(is_active=True)  # type: ignore[attr-defined]


class PositionForm(forms.Form):
    """Where a browser is; degrees in WGS-84, as browsers have them."""

    lng = forms.FloatField(min_value=-180, max_value=180)
    lat = forms.FloatField(min_value=-90, max_value=90)
    accuracy_m = forms.IntegerField(min_value=0, max_value=100_000, required=False)
