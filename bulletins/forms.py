"""Forms of briefings, their recipients, subscriptions and rules: input shape only."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bulletins import merging
from bulletins.actions.writing import LONGEST
from bulletins.document import words
from bulletins.models import Bulletin
from bulletins.rules import Rules
from bulletins.states import File, Kind, Topic
from grids.forms.fields import Guarded
from grids.models import Grid
from hotline.forms.rates import day_field
from workorders.forms.fields import NodeField, Plain

TEXT = "text_"
STALE = "stale"


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
    """A draft's title and a text area for each section.

    Where the draft was changed since the page was opened, both are brought together (bulletins/merging.py); only texts
    that were changed on both sides are refused, with what stands there now beside them.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), max_length=120)

    def __init__(self, data: Any, *, item: Bulletin) -> None:
        self.item = item
        self.theirs: dict[str, str] = {}
        self.is_merged = False
        self.held = {"title": item.title} | {_field(section): words(section) for section in item.sections}
        super().__init__(data, initial={"version": item.version, "title": item.title})
        for section in item.sections:
            rows = min(14, max(3, len(words(section)) // 45 + 1))
            self.fields[_field(section)] = forms.CharField(
                label=section["heading"],
                required=False,
                max_length=LONGEST,
                initial=words(section),
                widget=forms.Textarea(attrs={"rows": rows, "class": "form-control"}),
            )

        for name, held in self.held.items():
            self.fields[f"shown_{name}"] = forms.CharField(
                required=False, widget=forms.HiddenInput, initial=merging.digest(held)
            )

    @property
    def parts(self) -> list[tuple[dict[str, Any], forms.BoundField, str | None]]:
        """Return each section with its field, and what somebody else wrote there meanwhile."""
        names = [(section, _field(section)) for section in self.item.sections]
        return [(section, self[name], self.theirs.get(name)) for section, name in names]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("version", self.item.version) != self.item.version:
            self._merge(cleaned)
        return cleaned

    def _merge(self, cleaned: dict[str, Any]) -> None:
        """Bring together what was sent and what stands there now; it is what a second answer shows and sends."""
        shown = {name: self.data.get(f"shown_{name}", "") for name in self.held}
        both = merging.merged(shown, {name: self.data.get(name) for name in self.held}, self.held)
        lost = self._written_in_what_is_gone()
        self.is_merged, self.theirs = True, both.theirs
        self._show({f"shown_{name}": merging.digest(held) for name, held in self.held.items()})
        self._show({**both.texts, "version": str(self.item.version)})
        cleaned.update({name: text for name, text in both.texts.items() if name not in self.errors})
        cleaned["version"] = self.item.version
        if both.theirs:
            message = _("Somebody else changed the same texts meanwhile. Look at what stands beside them; save again.")
            self.add_error(None, ValidationError(message, code=STALE))
        for text in lost:
            message = _("A section that you wrote in is no longer there. Your words: %(words)s")
            self.add_error(None, ValidationError(message, code=STALE, params={"words": text}))

    def _show(self, values: dict[str, str]) -> None:
        """Show these values when the form is shown again."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        for name, value in values.items():
            data[name] = value
        self.data = data

    def _written_in_what_is_gone(self) -> list[str]:
        """Return the texts of sections that the page showed and counting anew took away, where they were changed."""
        gone = [name for name in self.data if name.startswith(TEXT) and name not in self.fields]
        return [self.data[n] for n in gone if merging.digest(self.data[n]) != self.data.get(f"shown_{n}")]

    @property
    def title_of_theirs(self) -> str:
        return self.theirs.get("title", "")

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        texts = {name.removeprefix(TEXT): value for name, value in given.items() if name.startswith(TEXT)}
        return {"version": given["version"], "title": given["title"], "texts": texts}


def _field(section: dict[str, Any]) -> str:
    return f"{TEXT}{section['key']}"


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
