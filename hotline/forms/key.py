"""Forms of key supervision and of the circular."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hotline.calling import BY_HAND, KeyReason
from workorders.forms.fields import Plain


class FlagForm(Plain):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label=_("Why"), choices=[(r.value, r.label) for r in KeyReason if r in BY_HAND], widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("What is demanded"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class CircularForm(Plain):
    version = forms.IntegerField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("Introduction"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    demands = forms.CharField(
        label=_("What is demanded"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
