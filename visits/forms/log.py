"""Forms of the log and its reports."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import Grid
from visits.states import EntryKind, Period
from workorders.categories import Branch
from workorders.forms.fields import Plain
from workorders.states import Urgency


class EntryForm(Plain):
    """One thing that somebody told, or that was seen."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=EntryKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is about.")},
    )
    text = forms.CharField(
        label=_("What was said or seen?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in a sentence what was said or seen.")},
    )
    grid = forms.ChoiceField(label=_("Grid"))
    place = forms.CharField(label=_("Where in the grid"), required=False, max_length=100)
    to_order = forms.BooleanField(label=_("Make a work order of it next"), required=False)

    def __init__(self, data: Any = None, *, grids: Iterable[Grid]) -> None:
        self.grids = {str(grid.pk): grid for grid in grids}
        first = next(iter(self.grids), "")
        super().__init__(data, initial={"client_uuid": uuid.uuid4(), "grid": first})
        field = self.fields["grid"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(key, grid.name) for key, grid in self.grids.items()]

    def arguments(self) -> dict[str, Any]:
        """Return what `actions.write_entry` takes beside the grid and the actor."""
        return {name: self.cleaned_data[name] for name in ("client_uuid", "kind", "text", "place")}


class OrderForm(Plain):
    """A work order out of an entry, prefilled with its words."""

    category = forms.TypedChoiceField(
        label=_("Category"), coerce=int, error_messages={"required": _("Choose a category.")}
    )
    description = forms.CharField(
        label=_("What is the matter"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    address = forms.CharField(label=_("Address in words"), required=False, max_length=200)
    urgency = forms.ChoiceField(label=_("Urgency"), required=False)
    is_confidential = forms.BooleanField(label=_("Confidential"), required=False)

    def __init__(self, data: Any = None, *, branches: Iterable[Branch], initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        offered = [branch for branch in branches if branch.is_leaf and branch.category.is_active]
        self.by_pk = {branch.category.pk: branch.category for branch in offered}
        for name, choices in (
            ("category", [("", _("Choose…")), *[(branch.category.pk, branch.path) for branch in offered]]),
            ("urgency", [("", _("Usual for the category")), *Urgency.choices]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = choices

    def arguments(self) -> dict[str, Any]:
        """Return what `actions.make_order` takes beside the entry and the actor."""
        given = self.cleaned_data
        return {
            "category": self.by_pk[given["category"]],
            "description": given["description"],
            "address": given["address"],
            "urgency": given["urgency"] or None,
            "is_confidential": True if given["is_confidential"] else None,
        }


class LogFilter(forms.Form):
    """What narrows the log; wrong values narrow nothing."""

    kind = forms.ChoiceField(choices=[("", ""), *EntryKind.choices], required=False)
    day = forms.DateField(required=False)


class ReportForm(Plain):
    """The text of a report, edited."""

    text = forms.CharField(label=_("Text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 10}))


class PeriodForm(forms.Form):
    """Which report: of a node, a period, a day in it."""

    node = forms.IntegerField(min_value=1, required=False)
    period = forms.ChoiceField(choices=Period.choices)
    day = forms.DateField(required=False)
