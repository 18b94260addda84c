"""Why a task ends early."""

from django import forms
from django.utils.translation import gettext_lazy as _

from workorders.forms.fields import Plain


class EndForm(Plain):
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
