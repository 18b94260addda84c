"""Forms of joint reviews: shape and types only; what may be, the actions say."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.forms.whistles import MAX_TEXT, UnitsField, moment, words
from coordination.models import JointReview
from coordination.people import callable_units
from coordination.states import Decision, Part
from grids.models import Grid, Unit
from workorders.forms.fields import Plain
from workorders.models import WorkOrder
from workorders.states import ExplanationBasis


class ConveneForm(Plain):
    question = words(_("What is to be decided"))
    units = UnitsField(label=_("Attending units"))
    meets_at = moment(pgettext_lazy("of a meeting", "When"))
    place = forms.CharField(label=pgettext_lazy("of a meeting", "Where"), max_length=200)
    due_at = moment(_("Decide by"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, node: Grid, now: dt.datetime, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial, auto_id="review_%s")
        self.fields["meets_at"].required = self.fields["due_at"].required = True
        field = self.fields["units"]
        assert isinstance(field, UnitsField)  # noqa: S101 - declared above
        field.offer(node, now)


class MinutesForm(Plain):
    words = words(pgettext_lazy("of a meeting", "Minutes"), rows=6)


class CorrectionForm(Plain):
    words = words(pgettext_lazy("of a meeting", "Correction"))


class CancelReviewForm(Plain):
    reason = words(_("Reason"), rows=2)
    version = forms.IntegerField(widget=forms.HiddenInput)


class DecideForm(Plain):
    decision = forms.ChoiceField(
        label=pgettext_lazy("of a meeting", "Decision"), choices=Decision.choices, widget=forms.RadioSelect
    )
    words = words(_("The decision in words"))
    lead_unit = forms.ChoiceField(
        label=_("Lead unit"), required=False, help_text=_("Where it is solved here. It cannot return the order.")
    )
    assist_units = UnitsField(label=_("Assisting units"), required=False)
    reason = forms.ChoiceField(
        label=_("Why it is explained"), required=False, choices=[("", "—"), *ExplanationBasis.choices]
    )
    basis = forms.CharField(
        label=_("The law, the rule or the earlier answer it rests on"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    as_precedent = forms.BooleanField(
        label=_("Let it hold as precedent: later orders of this category here go to the same lead unit"),
        required=False,
        initial=True,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    order_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, review: JointReview, order: WorkOrder, now: dt.datetime) -> None:
        initial = {"version": review.version, "order_version": order.version, "decision": Decision.SOLVE}
        super().__init__(data, initial=initial, auto_id="decide_%s")
        units = {str(unit.pk): unit for unit in callable_units(review.node, now)}
        attending = [str(row.unit_id) for row in review.units.all() if row.part == Part.ATTEND]
        first = [(key, units[key].name) for key in attending if key in units]
        rest = [(key, unit.name) for key, unit in units.items() if key not in attending]
        self.units = units
        lead = self.fields["lead_unit"]
        assert isinstance(lead, forms.ChoiceField)  # noqa: S101 - declared above
        lead.choices = [("", "—"), (_("Attending units"), first), (_("Other units"), rest)]
        field = self.fields["assist_units"]
        assert isinstance(field, UnitsField)  # noqa: S101 - declared above
        field.offer(review.node, now)

    def clean_lead_unit(self) -> Unit | None:
        return self.units.get(self.cleaned_data["lead_unit"])
