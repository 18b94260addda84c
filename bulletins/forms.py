"""Forms of briefings, their recipients, subscriptions and rules: input shape only."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bulletins.actions.writing import LONGEST
from bulletins.document import words
from bulletins.models import Bulletin
from bulletins.rules import Rules
from bulletins.states import File, Kind, Topic
from grids.forms.fields import Guarded
from grids.models import Grid
from hotline.forms.rates import day_field
from workorders.forms.fields import NodeField, Plain


class ComposeForm(Plain):
    """Which briefing is to be composed."""

    kind = forms.ChoiceField(label=_("Kind of briefing"), choices=Kind.choices)
    node = NodeField(label=_("Node"), help_text=_("Its name or code; yours when left as it is."))
    day = day_field(_("With the day"))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, initial="zh-hans")

    def __init__(self, data: Any, *, offered: Any, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        field = self.fields["node"]
        assert isinstance(field, NodeField)  # noqa: S101 - declared above
        field.offered = offered


class SectionsForm(Plain):
    """A draft's title and a text area for each section."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), max_length=120)

    def __init__(self, data: Any, *, item: Bulletin) -> None:
        self.item = item
        initial = {"version": item.version, "title": item.title}
        super().__init__(data, initial=initial)
        for section in item.sections:
            rows = min(14, max(3, len(words(section)) // 45 + 1))
            self.fields[f"text_{section['key']}"] = forms.CharField(
                label=section["heading"],
                required=False,
                max_length=LONGEST,
                initial=words(section),
                widget=forms.Textarea(attrs={"rows": rows, "class": "form-control"}),
            )

    @property
    def pairs(self) -> list[tuple[dict[str, Any], forms.BoundField]]:
        """Return each section with its field."""
        return [(section, self[f"text_{section['key']}"]) for section in self.item.sections]

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        texts = {name.removeprefix("text_"): value for name, value in given.items() if name.startswith("text_")}
        return {"version": given["version"], "title": given["title"], "texts": texts}


class RecipientsForm(Plain):
    """Whom to add: people by name, or everybody who leads a level."""

    names = forms.CharField(
        label=_("Names or sign-in names"),
        required=False,
        max_length=1000,
        help_text=_("Several with commas between them."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    groups = forms.MultipleChoiceField(
        label=_("Groups"), required=False, choices=(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, groups: Any) -> None:
        super().__init__(data)
        choices = self.fields["groups"]
        assert isinstance(choices, forms.MultipleChoiceField)  # noqa: S101 - declared above
        choices.choices = groups
        choices.widget.attrs["class"] = ""


class WithdrawForm(Plain):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class SubscribeForm(Plain):
    topic = forms.ChoiceField(label=_("What"), choices=Topic.choices)
    node = NodeField(label=_("Node"))
    length = forms.ChoiceField(label=_("How often"), choices=Kind.lengths())
    file = forms.ChoiceField(
        label=_("File"),
        choices=[("", _("the usual one")), *File.choices],
        required=False,
        help_text=_("Briefings go as PDF or Word, tables as Excel or PDF."),
    )

    def __init__(self, data: Any = None, *, offered: Any, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        field = self.fields["node"]
        assert isinstance(field, NodeField)  # noqa: S101 - declared above
        field.offered = offered


class RulesForm(Guarded, Plain):
    needs_second_person = forms.BooleanField(label=_("Published by another person than the author"), required=False)
    minimum = forms.IntegerField(
        label=_("Orders due for a place among the ranked"),
        min_value=1,
        max_value=1000,
        help_text=_(
            "Whoever had fewer is neither ranked nor named among the overdue, so that one late order puts nobody last."
        ),
    )
    last = forms.IntegerField(label=_("How many of the last-ranked are named"), min_value=0, max_value=10)
    cases = forms.IntegerField(label=_("Good cases proposed"), min_value=0, max_value=10)

    def __init__(self, data: Any = None, *, present: Rules) -> None:
        super().__init__(data, initial=asdict(present))
        self.guard(asdict(present))

    def wanted(self) -> Rules:
        return Rules(**self.cleaned_data)


def nodes(condition: Any) -> Any:
    """Return the nodes to choose from."""
    return Grid.objects.filter(condition, valid_to=None).defer("boundary", "duties").order_by("tree_id", "lft")
