"""Forms of residents' own requests."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from residents.forms.privacy import EMPTY, Styled
from residents.models import RequestChannel, RequestDecision, RequestKind

LONGEST = 2000


class RegisterForm(Styled):
    kind = forms.ChoiceField(label=_("what is asked for"), choices=RequestKind.choices, widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("how it came"), choices=[*EMPTY, *RequestChannel.choices])
    received_on = forms.DateField(label=_("received on"), widget=forms.DateInput(attrs={"type": "date"}))
    words = forms.CharField(
        label=_("what the resident says"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )
    is_known = forms.BooleanField(label=_("I have made sure who is asking"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"received_on": timezone.localdate().isoformat()}, auto_id="own_%s")

    def arguments(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "is_known"}


class AnswerForm(Styled):
    decision = forms.ChoiceField(label=_("decision"), choices=RequestDecision.choices, widget=forms.RadioSelect)
    answer = forms.CharField(
        label=_("What the resident was told, with the reasons"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="answer_%s")
