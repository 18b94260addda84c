"""The forms of merging orders that report the same, and of taking one out again."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from grids.backends import standing_for
from workorders import actions, doubles
from workorders.forms.moves import MoveForm, MovePage, ReasonForm, text
from workorders.models import WorkOrder
from workorders.states import Move


class SameAsField(forms.IntegerField):
    """One of the open orders nearby, as radio buttons with enough detail to decide (workorders/_doubles.html)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, widget=forms.RadioSelect, **kwargs)
        self.offered: list[doubles.Double] = []


class MergeForm(MoveForm):
    into = SameAsField(label=_("Merge into"), required=False)
    number = forms.CharField(
        label=_("Or the number of another open order"), max_length=24, required=False, help_text=_("Wherever it lies.")
    )
    note = text(_("Remark"), required=False, rows=2)
    field_order = ["into", "number", "note", "version"]

    def prepare(self) -> None:
        field = self.fields["into"]
        assert isinstance(field, SameAsField)  # noqa: S101 - declared above
        field.offered = doubles.candidates(doubles.spot_of(self.order), standing_for(self.actor), self.now)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        number = (given.pop("number", "") or "").strip()
        seen = WorkOrder.objects.visible_to(self.actor)
        found = seen.filter(number=number) if number else seen.filter(pk=given.get("into") or 0)
        given["into"] = found.first()
        if given["into"] is None and not self.errors:
            field = "number" if number else "into"
            message = (
                _("There is no such order that you may see.") if number else _("Choose the order, or write its number.")
            )
            raise ValidationError({field: message})
        return given


PAGES: dict[Move, MovePage] = {
    Move.MERGE: MovePage(
        MergeForm,
        actions.merge,
        "arrow-merge",
        _("It ends here; who reported it follows the other order and gets its answer."),
    ),
    Move.UNMERGE: MovePage(
        ReasonForm, actions.unmerge, "arrows-split", _("It goes on by itself, and its whole time has run on.")
    ),
}
