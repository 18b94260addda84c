"""The form of a saved filter."""

from django import forms
from django.utils.translation import gettext_lazy as _

from workorders.forms.fields import Plain


class SavedFilterForm(Plain):
    name = forms.CharField(label=_("Name"), max_length=40)
    is_default = forms.BooleanField(label=_("Open the list with it"), required=False)
