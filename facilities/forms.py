"""What is asked of a facility, of its list, and of a file that brings many. No form saves."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from facilities import kinds
from facilities.kind_actions import FIELDS as KIND_FIELDS
from facilities.models import Facility, FacilityKind
from facilities.states import FacilityState
from grids.coordinates import CRS
from grids.forms.fields import Guarded, NodeField, day_field
from grids.models import Grid, Kind, Unit

MOST_BYTES = 5 * 1024 * 1024
"""Of a list brought in through the page; a longer one comes by the command."""
SUFFIXES = (".csv", ".xlsx", ".geojson", ".json")
SYSTEMS = {"wgs84": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}


class KindField(forms.ChoiceField):
    """A kind in use; the value is its row."""

    offered: dict[str, FacilityKind]

    def offer(self, empty: str) -> None:
        """Offer the kinds in use under their big classes: one query."""
        self.offered = kinds.in_use()
        groups: dict[str, list[tuple[str, str]]] = {}
        for kind in self.offered.values():
            groups.setdefault(kind.big_class, []).append((kind.code, str(kind)))
        self.choices = [("", empty), *groups.items()]

    def clean(self, value: Any) -> FacilityKind | None:
        return self.offered.get(super().clean(value))


class FacilityFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Code or name"), required=False, max_length=80, strip=True)
    node = NodeField(label=gettext_lazy("At or below"), required=False, help_text="")
    kind = KindField(label=gettext_lazy("kind"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", pgettext_lazy("of facilities", "All states")), *FacilityState.choices],
        required=False,
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.fields["node"].queryset = Grid.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["kind"].offer(_("All kinds"))  # type: ignore[attr-defined]


class FacilityForm(Guarded):
    """A new facility, or a changed one, whose kind and code stay."""

    kind = KindField(label=gettext_lazy("kind"))
    code = forms.CharField(
        label=gettext_lazy("code"),
        max_length=16,
        required=False,
        help_text=gettext_lazy("Sixteen digits, where it has one already; else it gets the next number of its kind."),
    )
    lng = forms.DecimalField(label=gettext_lazy("Longitude"), max_digits=9, decimal_places=6)
    lat = forms.DecimalField(label=gettext_lazy("Latitude"), max_digits=9, decimal_places=6)
    name = forms.CharField(label=gettext_lazy("name"), max_length=80, required=False)
    unit = forms.ModelChoiceField(label=gettext_lazy("unit in charge"), queryset=Unit.objects.none(), required=False)
    owner = forms.CharField(
        label=pgettext_lazy("of a facility", "owner"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Whose property it is, where that is no unit of the district."),
    )
    installed_on = day_field(gettext_lazy("installed on"), required=False)
    note = forms.CharField(label=gettext_lazy("note"), max_length=200, required=False)

    PLACE = ("lng", "lat")

    def __init__(self, data: Any = None, *, user: User, facility: Facility | None = None) -> None:
        super().__init__(data)
        self.fields["kind"].offer("—")  # type: ignore[attr-defined]
        units = Unit.objects.visible_to(user).active().filter(node__kind=Kind.DISTRICT).order_by("name")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if facility is not None:
            del self.fields["kind"], self.fields["code"]
            shown = {name: getattr(facility, name) for name in self.fields if name != "seen"}
            self.initial.update(shown)
            self.guard(shown)

    @property
    def general(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name not in self.PLACE]

    def details(self) -> dict[str, Any]:
        """Return what the actions take as `details`."""
        return {name: self.cleaned_data[name] for name in ("name", "unit", "owner", "installed_on", "note")}


class StateForm(Guarded):
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=FacilityState.choices)
    note = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Needed where it was removed."),
    )

    def __init__(self, data: Any = None, *, facility: Facility) -> None:
        super().__init__(data, initial={"state": facility.state})
        self.guard(facility.state)


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"), help_text=gettext_lazy(".csv, .xlsx or .geojson, of 5 MB at most.")
    )
    crs = forms.ChoiceField(
        label=gettext_lazy("System of the degrees"), choices=[(crs, SYSTEMS[crs]) for crs in CRS], initial="wgs84"
    )

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(_("The file is larger than that. Divide it, or ask the operator to bring it in."))
        if not (file.name or "").lower().endswith(SUFFIXES):
            raise ValidationError(_("Only .csv, .xlsx and .geojson are read."))
        return file


class KindForm(Guarded):
    """The words of a kind, and which incidents its things may have beside those of its own class."""

    name = forms.CharField(label=gettext_lazy("name"), max_length=40)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=60, required=False)
    related = forms.CharField(
        label=gettext_lazy("Incidents of other categories"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Codes of categories with spaces between, as E0401 H0201."),
    )
    is_active = forms.BooleanField(label=gettext_lazy("in use"), required=False, initial=True)

    def __init__(self, data: Any = None, *, kind: FacilityKind | None = None) -> None:
        shown = {name: getattr(kind, name) for name in KIND_FIELDS} if kind is not None else {}
        super().__init__(data, initial=dict(shown))
        if shown:
            self.guard(shown)


class NewKindForm(KindForm):
    code = forms.CharField(
        label=gettext_lazy("code"),
        max_length=4,
        help_text=gettext_lazy("Four digits: the big class, 01 to 05, and the number in it, from 01."),
    )
    is_camera = forms.BooleanField(
        label=gettext_lazy("camera"),
        required=False,
        help_text=gettext_lazy("Only where it stands is kept; there is no picture from it."),
    )
    field_order = ("code", "name", "name_en", "related", "is_camera", "is_active")
