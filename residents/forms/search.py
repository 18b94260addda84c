"""The one box of the registers."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("Name, number, phone or address"),
        max_length=100,
        strip=True,
        widget=forms.TextInput(
            attrs={"type": "search", "class": "form-control", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
