"""Forms of hot topics."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workorders.categories import as_choices, tree
from workorders.forms.fields import NodeField, Plain
from workorders.models import Category
from workorders.states import Scheme


class SpanForm(Plain):
    """Which period is looked at, and by what the topics are ranked."""

    days = forms.TypedChoiceField(
        label=_("Period"),
        choices=[(7, _("7 days")), (14, _("14 days")), (30, _("30 days"))],
        coerce=int,
        initial=7,
        required=False,
        empty_value=None,
    )
    by = forms.ChoiceField(
        label=_("Ranked by"), choices=[("now", _("How often")), ("growth", _("Growth"))], required=False
    )


class RenameForm(Plain):
    title = forms.CharField(label=pgettext_lazy("of a topic", "subject"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)


class PutInForm(Plain):
    number = forms.CharField(label=_("Number of the request"), max_length=24)


class HandleForm(Plain):
    """Where and as what the one order goes; not asked where an order exists already."""

    grid = NodeField(label=_("Grid"), required=False, help_text=_("Empty takes the oldest request's."))
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.active(), required=False, empty_label="—"
    )
    description = forms.CharField(
        label=_("What the handler reads"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Empty takes the oldest request's words."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, offered: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        node = self.fields["grid"]
        assert isinstance(node, NodeField)  # noqa: S101 - declared above
        node.offered = offered
        field = self.fields["category"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        branches = tree(Category.objects.active().filter(scheme=Scheme.HOTLINE))
        field.choices = [("", "—"), *as_choices(branches)]
