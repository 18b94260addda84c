"""Forms around personal data: shape only; what may be, the actions say."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from residents import looks
from residents.models import LookReason

EMPTY = [("", "—")]


class Styled(forms.Form):
    """Gives every widget the class of the house's style sheet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.RadioSelect | forms.HiddenInput):
                continue
            css = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            if isinstance(field.widget, forms.CheckboxInput):
                css = "form-check-input"
            field.widget.attrs.setdefault("class", css)


class LookForm(Styled):
    field = forms.ChoiceField(label=_("What you need to see"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(label=_("Reason"), choices=[*EMPTY, *LookReason.choices])
    reference = forms.CharField(
        label=_("Work order's number, or what it is about"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Any, *, row: looks.Subject, only: Collection[str] = (), **initial: str) -> None:
        super().__init__(data, auto_id="look_%s", initial=initial)
        choice = self.fields["field"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - declared above
        choice.choices = [(field.name, field.label) for field in looks.fields_of(row) if not only or field.name in only]
        if len(choice.choices) == 1:
            choice.initial = choice.choices[0][0]


class LooksFilter(Styled):
    """Narrows the record of looks; what does not read is left out."""

    person = forms.CharField(label=_("Person"), required=False, max_length=50)
    reason = forms.ChoiceField(label=_("Reason"), required=False, choices=[("", _("all")), *LookReason.choices])
    first = forms.DateField(label=_("from"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("to"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
