"""The form that a worker fills in for a grid: one control for each question of the task, and the minutes it took."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admission.actions.filling import MAX_TEXT, MAX_TOOK, Filled
from admission.models import TaskField
from admission.states import FieldKind
from workorders.forms.fields import PhotosField, Plain

QUICK = (5, 10, 15, 20, 30, 45, 60)
YES, NO = "yes", "no"


class FillForm(Plain):
    """Built from the task's rows; `filled()` gives what the action takes."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    took = forms.TypedChoiceField(
        label=gettext_lazy("Minutes it took you"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[(minutes, str(minutes)) for minutes in QUICK],
        widget=forms.RadioSelect,
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("or another number"), min_value=1, max_value=MAX_TOOK, required=False
    )

    def __init__(self, data: Any = None, files: Any = None, *, questions: Sequence[TaskField], version: int) -> None:
        self.questions = list(questions)
        super().__init__(data, files, initial={"version": version}, auto_id="fill_%s")
        for question in self.questions:
            field = self.fields[f"field-{question.pk}"] = control_of(question)
            field.label, field.required = question.label, question.is_required
            if isinstance(field.widget, forms.RadioSelect):
                field.widget.is_required = question.is_required
            else:
                field.widget.attrs.setdefault("class", "form-control")

    def clean(self) -> dict[str, Any]:
        good: dict[str, Any] = super().clean() or {}
        if good.get("minutes") is None and good.get("took") is None and "minutes" not in self.errors:
            self.add_error("minutes", _("Say how long it took; the load of all is reckoned with it."))
        return good

    def filled(self) -> Filled:
        """Return what a valid form holds."""
        good = self.cleaned_data
        values = {question.pk: _value(question, good.get(f"field-{question.pk}")) for question in self.questions}
        return Filled(values, good["minutes"] if good["minutes"] is not None else good["took"])

    @property
    def asked(self) -> list[forms.BoundField]:
        return [self[f"field-{question.pk}"] for question in self.questions]


def control_of(question: TaskField) -> forms.Field:
    """Return the control of a question, fit for a thumb."""
    if question.kind == FieldKind.YES_NO:
        return forms.ChoiceField(choices=[(YES, _("Yes")), (NO, _("No"))], widget=forms.RadioSelect)
    if question.kind == FieldKind.CHOICE:
        return forms.ChoiceField(choices=[(choice, choice) for choice in question.choices], widget=forms.RadioSelect)
    if question.kind == FieldKind.NUMBER:
        return forms.DecimalField(
            min_value=question.minimum,
            max_value=question.maximum,
            max_digits=12,
            decimal_places=2,
            widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
        )
    if question.kind == FieldKind.DATE:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    if question.kind == FieldKind.PHOTO:
        return PhotosField(camera=True, help_text=_("One photo; show the place, not people."))
    return forms.CharField(max_length=MAX_TEXT)


def _value(question: TaskField, value: Any) -> Any:
    if question.kind == FieldKind.YES_NO:
        return {YES: True, NO: False}.get(value)
    if question.kind == FieldKind.PHOTO:
        return value[0] if value else None
    return value
