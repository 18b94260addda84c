"""What is asked of an address, and of a correction. No form saves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Grid, Kind
from grids.querysets import GridQuerySet
from locating.words import MAX_TEXT


class FindForm(forms.Form):
    """An address, and the district where one has posts in several."""

    address = forms.CharField(
        label=pgettext_lazy("of a place", "Address"),
        max_length=MAX_TEXT,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    district = forms.ModelChoiceField(
        label=_("District"),
        queryset=Grid.objects.none(),
        required=False,
        empty_label=None,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, districts: GridQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.districts = districts
        self.fields["district"].queryset = districts  # type: ignore[attr-defined]  # a choice of models
        if len(districts) < 2:
            self.fields["district"].widget = forms.HiddenInput()

    def clean_district(self) -> Grid:
        chosen: Grid = self.cleaned_data["district"] or self.districts[0]
        return chosen


class CorrectForm(forms.Form):
    """The words and the grid that they mean."""

    address = forms.CharField(max_length=MAX_TEXT)
    grid = forms.ModelChoiceField(queryset=Grid.objects.none(), required=False)
    code = forms.CharField(max_length=20, required=False)

    def __init__(self, *args: Any, grids: GridQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._grids = grids.filter(kind__in=[Kind.BASE, Kind.DEDICATED, Kind.MICRO])
        self.fields["grid"].queryset = self._grids  # type: ignore[attr-defined]  # a choice of models

    def clean(self) -> dict[str, Any]:
        """Take the grid that was chosen, else the one of the code that was typed."""
        data: dict[str, Any] = self.cleaned_data
        if data.get("grid") is None:
            code = data.get("code", "").strip()
            data["grid"] = self._grids.filter(code=code).first() if code else None
        if data["grid"] is None and "grid" not in self.errors:
            self.add_error("grid", _("There is no grid of this code."))
        return data


class RetireForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
