"""The decision on an application."""

from django import forms
from django.utils.translation import gettext_lazy as _

from admission.forms.terms import TermsForm


class DecisionForm(TermsForm):
    """The terms as applied for, to be changed where need be, and the opinion."""

    opinion = forms.CharField(
        label=_("Opinion"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed for a refusal. The applying unit reads it."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def weighed(self) -> list[forms.BoundField]:
        """The terms, to be sent along unseen: what is admitted is what was weighed."""
        return [*self.where, *self.which, self["settlement"], *self.when]
