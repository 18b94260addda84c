"""Forms of whistles: shape and types only; what may be, the actions say."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.people import MOST, callable_units
from grids.models import Grid, Unit
from workorders.forms.fields import Plain

MAX_TEXT = 2000


def moment(label: Any, help_text: Any = "") -> forms.DateTimeField:
    """Return an optional field for a local date and time."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=False, help_text=help_text, widget=widget)


def words(label: Any, *, rows: int = 3, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=MAX_TEXT,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class UnitsField(forms.MultipleChoiceField):
    """Several units, listed by the node that they stand at; the value is a list of Unit."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.CheckboxSelectMultiple, **kwargs)
        self.units: dict[str, Unit] = {}

    def offer(self, node: Grid, now: dt.datetime) -> None:
        self.units = {str(unit.pk): unit for unit in callable_units(node, now)[:MOST]}
        self.choices = [(key, unit.name) for key, unit in self.units.items()]

    @property
    def groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the choices as the page lists them: node, and keys with names."""
        found: dict[int, tuple[str, list[tuple[str, str]]]] = {}
        for key, unit in self.units.items():
            found.setdefault(unit.node_id, (unit.node.name, []))[1].append((key, unit.name))
        return list(found.values())

    def clean(self, value: Any) -> list[Unit]:
        return [self.units[key] for key in super().clean(value)]


class BlowForm(Plain):
    subject = forms.CharField(label=_("Subject"), max_length=100)
    words = words(_("What is to be done"), required=False)
    units = UnitsField(label=_("Units to call"))
    place = forms.CharField(label=_("Place to come to"), max_length=200)
    lng = forms.DecimalField(label=_("Longitude"), required=False, max_digits=9, decimal_places=6)
    lat = forms.DecimalField(label=_("Latitude"), required=False, max_digits=9, decimal_places=6)
    meets_at = moment(_("When to be there"), _("Empty means at once."))
    due_at = moment(_("Check in by"), _("Empty means by the district's limit, and not before the time to be there."))
    client_uuid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, node: Grid, now: dt.datetime, initial: dict[str, Any]) -> None:
        super().__init__(data, initial={"client_uuid": uuid.uuid4()} | initial, auto_id="whistle_%s")
        field = self.fields["units"]
        assert isinstance(field, UnitsField)  # noqa: S101 - declared above
        field.offer(node, now)

    def arguments(self) -> dict[str, Any]:
        """Return what the action takes."""
        given = dict(self.cleaned_data)
        lng, lat = given.pop("lng"), given.pop("lat")
        return given | {"point": (lng, lat) if lng is not None and lat is not None else None}


class ReportForm(Plain):
    words = words(_("What was done"))


class RateForm(Plain):
    rating = forms.TypedChoiceField(
        label=_("Rating"),
        coerce=int,
        choices=[
            (5, _("5 · very satisfied")),
            (4, _("4 · satisfied")),
            (3, _("3 · acceptable")),
            (2, _("2 · dissatisfied")),
            (1, _("1 · very dissatisfied")),
        ],
    )
    note = forms.CharField(label=_("Remark"), max_length=500, required=False)


class CloseForm(Plain):
    outcome = words(_("What came of it"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class CancelForm(Plain):
    reason = words(_("Reason"), rows=2)
    version = forms.IntegerField(widget=forms.HiddenInput)
