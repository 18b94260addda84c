"""Forms of the rules that a district edits: limits, ladder, categories."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.functions import FUNCTIONS, in_words
from grids.models import Kind, Unit
from grids.roles import Role
from workorders.categories import as_choices, descendants, tree
from workorders.forms.fields import Plain
from workorders.models import Category, EscalationStep, Limit
from workorders.states import Difficulty, LimitUnit, Profile, Stage, Urgency

LONGEST = 3650
LADDER_LEVELS = [(kind.value, kind.label) for kind in (Kind.BASE, Kind.COMMUNITY, Kind.STREET, Kind.DISTRICT)]


class MatrixForm(Plain):
    """Which sheet of the limits table is shown."""

    stage = forms.ChoiceField(label=_("Stage"), choices=Stage.choices, initial=Stage.HANDLE, required=False)
    difficulty = forms.ChoiceField(
        label=_("Difficulty"), choices=[("", _("Any difficulty")), *Difficulty.choices], required=False
    )
    urgency = forms.ChoiceField(label=_("Urgency"), choices=[("", _("Any urgency")), *Urgency.choices], required=False)
    profile = forms.ChoiceField(label=_("Rule"), choices=[("", _("Grid work")), *Profile.choices], required=False)


class CellForm(Plain):
    """Which cell of the limits table is meant; from the address line."""

    stage = forms.ChoiceField(choices=Stage.choices)
    category = forms.ModelChoiceField(queryset=Category.objects.all(), required=False)
    difficulty = forms.ChoiceField(choices=[("", ""), *Difficulty.choices], required=False)
    level = forms.ChoiceField(choices=[("", ""), *LADDER_LEVELS], required=False)
    urgency = forms.ChoiceField(choices=[("", ""), *Urgency.choices], required=False)
    profile = forms.ChoiceField(choices=[("", ""), *Profile.choices], required=False)


class LimitForm(Plain):
    value = forms.IntegerField(label=_("Limit"), min_value=1, max_value=LONGEST)
    unit = forms.ChoiceField(label=_("Unit"), choices=LimitUnit.choices)
    warn_percent = forms.IntegerField(
        label=Limit._meta.get_field("warn_percent").verbose_name, min_value=1, max_value=99, initial=80
    )


class StepForm(Plain):
    level = forms.ChoiceField(label=_("Level"), choices=LADDER_LEVELS)
    role = forms.ChoiceField(label=_("Owner"), choices=Role.choices)
    value = forms.IntegerField(label=_("Limit"), min_value=1, max_value=LONGEST)
    unit = forms.ChoiceField(label=_("Unit"), choices=LimitUnit.choices)
    warn_percent = forms.IntegerField(
        label=EscalationStep._meta.get_field("warn_percent").verbose_name, min_value=1, max_value=99, initial=80
    )
    grace_value = forms.IntegerField(label=_("Grace before climbing further"), min_value=1, max_value=LONGEST)
    grace_unit = forms.ChoiceField(label=_("Unit of the grace"), choices=LimitUnit.choices)


def functions_to_choose(of_categories: set[str]) -> list[tuple[str, str]]:
    """Return the functions that units have, that categories name, and that are shipped, each in words."""
    of_units = Unit.objects.active().values_list("function", flat=True)
    known = {*of_units, *of_categories, *FUNCTIONS} - {""}
    return sorted(((function, in_words(function)) for function in known), key=lambda choice: choice[1])


class CategoryForm(forms.ModelForm):  # type: ignore[type-arg]
    """A category; the tree's order is by code."""

    lead_function = forms.ChoiceField(
        label=_("Leading function"),
        required=False,
        help_text=_("Empty takes the parent's. Units with this function lead."),
    )

    class Meta:
        model = Category
        fields = [
            "code",
            "name",
            "name_en",
            "parent",
            "scheme",
            "difficulty",
            "urgency",
            "lead_function",
            "goes_straight_to_unit",
            "is_confidential",
            "needs_photo",
            "is_active",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = list(Category.objects.all())
        barred = (
            descendants(self.instance.pk, {category.pk: category.parent_id for category in everything})
            if self.instance.pk
            else set()
        )
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ModelChoiceField)  # noqa: S101 - a foreign key's field
        parent.choices = [("", _("None: a root")), *as_choices(tree(c for c in everything if c.pk not in barred))]
        function = self.fields["lead_function"]
        assert isinstance(function, forms.ChoiceField)  # noqa: S101 - declared above
        function.choices = [("", "—"), *functions_to_choose({category.lead_function for category in everything})]
        for field in self.fields.values():
            css = "form-control"
            if isinstance(field.widget, forms.Select):
                css = "form-select"
            elif isinstance(field.widget, forms.CheckboxInput):
                css = "form-check-input"
            field.widget.attrs.setdefault("class", css)
