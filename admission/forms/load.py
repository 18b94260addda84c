"""What is assumed of working time: an incident's minutes, a week's minutes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from admission.actions.load import MOST_MINUTES, MOST_WEEK
from grids.models import Employment
from workorders.categories import as_choices, tree
from workorders.forms.fields import Plain
from workorders.models import Category
from workorders.states import Difficulty

SOURCE_HINT = _("For example a time study, a decision with its number, or “estimate”.")


class EffortForm(Plain):
    category = forms.TypedChoiceField(label=_("Category"), required=False, coerce=int, empty_value=None)
    difficulty = forms.ChoiceField(
        label=_("Difficulty"), required=False, choices=[("", _("any difficulty")), *Difficulty.choices]
    )
    minutes = forms.IntegerField(label=_("Minutes of work in one incident"), min_value=1, max_value=MOST_MINUTES)
    source = forms.CharField(label=_("Source"), max_length=120, help_text=SOURCE_HINT)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="effort_%s")
        self.categories = {category.pk: category for category in Category.objects.active()}
        field = self.fields["category"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - declared above
        field.choices = [("", _("Any category")), *as_choices(tree(self.categories.values()))]

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"category": self.categories.get(self.cleaned_data["category"])}


class CapacityForm(Plain):
    employment = forms.ChoiceField(label=_("Employment"), choices=Employment.choices)
    minutes = forms.IntegerField(label=_("Minutes that a week holds"), min_value=1, max_value=MOST_WEEK)
    source = forms.CharField(label=_("Source"), max_length=120, help_text=SOURCE_HINT)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="capacity_%s")
