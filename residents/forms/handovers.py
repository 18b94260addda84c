"""Forms of hand-overs: shape only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from residents.forms.people import GoesForm
from residents.forms.privacy import Styled


class AcceptForm(GoesForm):
    """Since when the person lives there, whether the household goes along, and who heads it else."""

    field_order = ("with_household", "new_head", "day")
    household_moves = False

    def given(self) -> dict[str, Any]:
        """Return what the action is told, as far as it was said."""
        return {name: self.cleaned_data[name] for name in self.field_order if self.cleaned_data.get(name)}


class RefuseForm(Styled):
    reason = forms.CharField(
        label=_("Why the registration stays"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )

    def given(self) -> dict[str, Any]:
        return self.cleaned_data
