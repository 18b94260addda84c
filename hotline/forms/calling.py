"""Forms of the call-back desk and of its rules: shape and types only; what may be, the actions say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.actions import Said
from hotline.calling import CallTrait, Grade, LowReason, Outcome
from hotline.rules import WHOLE, Cell, Span
from hotline.states import RequestKind, RequestSource, Solved
from workorders.forms.fields import Plain
from workorders.states import LimitUnit, Profile, Urgency

OUTCOMES = [(outcome.value, outcome.label) for outcome in Outcome if outcome != Outcome.RATED]
GRADES = [(grade.value, grade.label) for grade in reversed(Grade)]
ANY = [("", pgettext_lazy("call-back rule", "any"))]


class CallForm(Plain):
    """How a call ended and what was said."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("How did the call end?"), choices=OUTCOMES, widget=forms.RadioSelect, initial=Outcome.REACHED
    )
    was_contacted = forms.TypedChoiceField(
        label=_("1. Did the person who handled it get in touch?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=forms.RadioSelect,
        required=False,
        coerce=lambda text: text == "yes",
        empty_value=None,
    )
    solved = forms.ChoiceField(
        label=_("2. Is the matter solved?"), choices=Solved.choices, widget=forms.RadioSelect, required=False
    )
    satisfaction = forms.TypedChoiceField(
        label=_("3. How satisfied are you with how it was handled?"),
        choices=GRADES,
        widget=forms.RadioSelect,
        required=False,
        coerce=int,
        empty_value=None,
    )
    reason = forms.ChoiceField(
        label=_("4. What was not good?"), choices=[("", "—"), *LowReason.choices], required=False
    )
    note = forms.CharField(
        label=_("What was said"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def said(self) -> Said:
        given = self.cleaned_data
        return Said(**{name: given[name] for name in ("was_contacted", "solved", "satisfaction", "reason", "note")})


class WordsForm(Plain):
    """Why a request is closed although its requester is dissatisfied, or worked on again."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class ShareForm(Plain):
    """The share of a cell; blank takes the district's own row away."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[*ANY, *RequestKind.choices], required=False)
    source = forms.ChoiceField(label=_("Source"), choices=[*ANY, *RequestSource.choices], required=False)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=[*ANY, *Urgency.choices], required=False)
    profile = forms.ChoiceField(label=_("Rule"), choices=[*ANY, *Profile.choices], required=False)
    trait = forms.ChoiceField(label=_("Holds for"), choices=[*ANY, *CallTrait.choices], required=False)
    share = forms.IntegerField(
        label=_("Share called back (%)"),
        min_value=0,
        max_value=WHOLE,
        required=False,
        help_text=_("Leave it empty to take the district's own rule away again."),
    )

    def cell(self) -> Cell:
        given = self.cleaned_data
        return Cell(**{name: given[name] for name in ("kind", "source", "urgency", "profile", "trait")})


class MeasureForm(Plain):
    value = forms.IntegerField(label=_("Value"), min_value=0, max_value=3650)
    unit = forms.ChoiceField(label=_("Unit"), choices=LimitUnit.choices, required=False)

    def __init__(self, data: Any, *, span: Span) -> None:
        super().__init__(data, initial={"value": span.value, "unit": span.unit})
        if not span.unit:
            del self.fields["unit"]
