"""What people fill in for the exchange with the city platform: a file, a row to mend, a partner."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hotline.exchange.columns import BY_NAME

ACCEPTED = ".xlsx,.xls,.csv"
_LONG = frozenset({"text", "reply", "opinion", "remarks"})


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput({"accept": ACCEPTED}),
        help_text=_("The platform's export as it is (.xlsx, .xls, .csv); columns are found by their headings."),
    )
    sheet = forms.CharField(
        label=_("Sheet"),
        max_length=100,
        required=False,
        help_text=_("Of a workbook. Empty: the first one with anything in it."),
    )
    is_history = forms.BooleanField(
        label=_("Closed requests of the past: nothing is dispatched, sent or called back"), required=False
    )


class RowForm(forms.Form):
    """The cells of a refused row, those that it has and those that every request needs."""

    def __init__(self, *args: Any, cells: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = {"platform_no", "text", "kind", "received_at", *cells}
        for name in (name for name in BY_NAME if name in wanted):
            widget = forms.Textarea({"rows": 6}) if name in _LONG else forms.TextInput()
            self.fields[name] = forms.CharField(
                label=str(BY_NAME[name].label).capitalize(),
                initial=cells.get(name, ""),
                required=False,
                max_length=40_000,
                widget=widget,
            )


class PartnerForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
