"""Forms of hand-overs: shape only."""

from django import forms
from django.utils.translation import gettext_lazy as _

from residents.forms.people import GoesForm
from residents.forms.privacy import Styled


class AcceptForm(GoesForm):
    """Since when the person lives there, and who heads the household that is left behind."""

    field_order = ("day", "new_head")


class RefuseForm(Styled):
    reason = forms.CharField(
        label=_("Why the registration stays"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )
