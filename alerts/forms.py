"""The forms of early warning: deciding, narrowing the list, and a rule with the numbers of its kind."""

from dataclasses import asdict, replace
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from alerts.actions import MAX_NOTE
from alerts.parameters import PARAMETERS, Number
from alerts.rules import Watch
from alerts.states import DismissReason, RuleKind, Severity
from grids.forms.fields import Guarded
from workorders.category_options import CategorySelect
from workorders.forms.fields import Plain
from workorders.models import Category

MAX_TEXT = 2000


def _note() -> forms.CharField:
    return forms.CharField(
        label=_("Note"),
        required=False,
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": MAX_NOTE}),
    )


class DecisionForm(Plain):
    """Carries the version that the page was made from."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ConfirmForm(DecisionForm):
    category = forms.ModelChoiceField(
        label=_("Category"),
        queryset=Category.objects.all(),
        widget=CategorySelect(_("Choose…")),
        error_messages={"required": _("Choose a category."), "invalid_choice": _("Choose a category from the list.")},
    )
    description = forms.CharField(
        label=_("What is the matter"), max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )
    note = _note()


class DismissForm(DecisionForm):
    reason = forms.ChoiceField(label=_("Why not"), choices=DismissReason.choices, widget=forms.RadioSelect)
    note = _note()


class FilterForm(Plain):
    """What narrows the list."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Any kind")), *RuleKind.choices])
    severity = forms.ChoiceField(
        label=_("Severity"), required=False, choices=[("", _("Any severity")), *Severity.choices]
    )

    def narrowing(self) -> dict[str, str]:
        """Return what is asked for, as far as it makes sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class KindForm(Plain):
    """Which kind a further rule is of."""

    kind = forms.ChoiceField(label=_("What it looks for"), choices=RuleKind.choices)


class RuleForm(Guarded, Plain):
    """A rule: what all have, and the numbers of its kind. `watch()` gives it as it is to hold. It does not write over
    a rule that somebody else changed meanwhile."""

    name = forms.CharField(label=_("Name"), max_length=60)
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices)
    category = forms.ModelChoiceField(
        label=_("Category of an order, where the warning says none"),
        queryset=Category.objects.all(),
        required=False,
        widget=CategorySelect(_("Whoever confirms chooses")),
    )
    lapse_days = forms.IntegerField(label=_("Undecided, it lapses after (days)"), min_value=1, max_value=90)
    retire_after = forms.IntegerField(label=_("Judged after so many decisions"), min_value=3, max_value=200)
    retire_below = forms.IntegerField(
        label=_("To be retired when fewer are confirmed than (%)"), min_value=0, max_value=100
    )
    is_active = forms.BooleanField(label=_("Switched on"), required=False)
    note = forms.CharField(label=_("Why it is changed"), required=False, validators=[MaxLengthValidator(200)])

    def __init__(self, data: Any, *, watch: Watch) -> None:
        values = watch.given.all()
        start = {name: getattr(watch, name) for name in ("severity", "lapse_days", "retire_after", "retire_below")}
        start |= {"name": watch.label, "category": watch.category_id, "is_active": watch.is_active} | values
        super().__init__(data, initial=start)
        self.present = watch
        for one in PARAMETERS[watch.kind]:
            self.fields[one.name] = (
                forms.IntegerField(
                    label=str(one.label), min_value=one.least, max_value=one.most, help_text=str(one.help)
                )
                if isinstance(one, Number)
                else forms.ChoiceField(label=str(one.label), choices=one.choices, help_text=str(one.help))
            )
        names = [one.name for one in PARAMETERS[watch.kind]]
        self.order_fields(["name", "is_active", *names])
        for name in names:
            widget = self.fields[name].widget
            widget.attrs["class"] = "form-select" if isinstance(widget, forms.Select) else "form-control"
        self.guard(asdict(watch))

    def watch(self) -> Watch:
        """Return the rule that was filled in."""
        given = dict(self.cleaned_data)
        parameters = {one.name: given[one.name] for one in PARAMETERS[self.present.kind]}
        category = given["category"]
        is_renamed = given["name"] != self.present.label
        return replace(
            self.present,
            name=given["name"] if is_renamed else self.present.name,
            name_en="" if is_renamed else self.present.name_en,
            parameters=parameters,
            severity=given["severity"],
            category_id=category.pk if category is not None else None,
            lapse_days=given["lapse_days"],
            retire_after=given["retire_after"],
            retire_below=given["retire_below"],
            is_active=given["is_active"],
        )
