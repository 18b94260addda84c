"""The filter row of the order list: reads the address line; what makes no sense is left out and said."""

from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.kept import Kept
from grids.models import Grid, Kind
from grids.roles import Permission
from grids.standing import Standing
from workorders.categories import name_of
from workorders.category_options import CategorySelect
from workorders.doubles import seen_by
from workorders.lists import Filters
from workorders.models import Category, WorkOrder
from workorders.states import Light, Source, State


class Choice(forms.Select):
    """A select in the house's look."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(attrs={"class": "form-select"}, **kwargs)


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")


def _flag(label: Any) -> forms.BooleanField:
    return forms.BooleanField(
        label=label, required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )


FLAGS = ("escalated", "excluded", "repeated", "reopened")


class FilterForm(forms.Form):
    """Filters of the list; `filters()` gives what is valid of them."""

    q = forms.CharField(
        label=_("Number or words"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "class": "form-control", "placeholder": _("Number or words")}),
    )
    state = forms.ChoiceField(label=_("State"), required=False, widget=Choice)
    category = forms.ModelChoiceField(
        label=_("Category"),
        required=False,
        queryset=Category.objects.all(),
        widget=CategorySelect(_("Any category"), attrs={"class": "form-select"}),
    )
    within = forms.TypedChoiceField(label=_("Area"), required=False, coerce=int, empty_value=None, widget=Choice)
    light = forms.ChoiceField(
        label=_("Light"), required=False, choices=[("", _("Any light")), *Light.choices], widget=Choice
    )
    source = forms.ChoiceField(
        label=_("Source"), required=False, choices=[("", _("Any source")), *Source.choices], widget=Choice
    )
    since = forms.DateField(label=_("Reported from"), required=False, widget=_day())
    until = forms.DateField(label=_("to"), required=False, widget=_day())
    escalated = _flag(_("Escalated only"))
    excluded = _flag(_("Excluded from assessment only"))
    repeated = _flag(_("Repeated only"))
    reopened = _flag(_("Reopened only"))
    like = forms.IntegerField(label=_("Earlier cases like"), required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: Any, standing: Standing) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.standing = standing
        self.nodes = {node.pk: node for node in self._offered(standing)}
        self._choices("state", _("Any state"), [("check", _("Waiting for a check")), *State.choices])
        self._choices("within", _("My whole area"), [(pk, node.name) for pk, node in self.nodes.items()])

    def _choices(self, name: str, empty: Any, choices: list[Any]) -> None:
        chosen = self.fields[name]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 - set above
        chosen.choices = [("", empty), *choices]

    def _offered(self, standing: Standing) -> list[Grid]:
        """Offer the nodes right below one's posts, and the one that the address names if it lies within them."""
        named = str(self.data.get("within", ""))
        if named.isascii() and named.isdigit() and len(named) < 18:
            return list(_offerable(standing, int(named)))
        return _below(standing)

    def filters(self) -> Filters:
        self.is_valid()
        good = self.cleaned_data
        category = good.get("category")
        return Filters(
            q=good.get("q", "").strip(),
            state=good.get("state", ""),
            category=category,
            within=self.nodes.get(good.get("within") or 0),
            light=good.get("light", ""),
            source=good.get("source", ""),
            since=good.get("since"),
            until=good.get("until"),
            **{name: good.get(name, False) for name in FLAGS},
            like=self.liked(),
            parents=dict(Category.objects.values_list("pk", "parent_id")) if category else {},
        )

    def liked(self) -> WorkOrder | None:
        """Return the order whose earlier cases are asked for, if one may see it."""
        pk = self.cleaned_data.get("like")
        return seen_by(self.standing).filter(pk=pk).first() if pk and pk < 2**63 else None

    def flags(self) -> list[forms.BoundField]:
        return [self[name] for name in FLAGS]

    def visible(self) -> list[forms.BoundField]:
        return [self[name] for name in ("q", "state", "category", "within", "light", "source", "since", "until")]

    def chips(self, *, with_words: bool = False) -> list[str]:
        """Say which filters narrow the list, each in its words; `with_words` also what was searched for."""
        good = self.cleaned_data
        said = []
        for field in self.visible():
            value = good.get(field.name)
            if value and (with_words or field.name != "q"):
                said.append(f"{field.label}: {_words(field, value)}")
        said += [str(field.label) for field in self.flags() if good.get(field.name)]
        like = self.liked()
        return [*said, f"{self['like'].label}: {like.number}"] if like is not None else said


def _offerable(standing: Standing, named: int | None = None) -> "models.QuerySet[Grid]":
    seen = standing.nodes(Permission.VIEW_ORDERS)
    offered = Q(parent_id__in=[post.node_id for post in seen])
    if named is not None:
        own = Q(pk__in=[])
        for post in seen:
            own |= Q(tree_id=post.tree_id, lft__gte=post.lft, lft__lte=post.rght)
        offered |= Q(pk=named) & own
    nodes: models.QuerySet[Grid] = Grid.objects.filter(offered, valid_to=None).exclude(kind=Kind.MICRO)
    return nodes.only("parent_id", "kind", "name", "lft", "rght", "tree_id").order_by("tree_id", "lft")


def _below(standing: Standing) -> list[Grid]:
    """Return the nodes right below one's posts: one query."""
    try:
        return _kept(standing).instances()
    except EmptyResultSet:  # whoever opens no orders
        return []


@lru_cache(maxsize=1024)
def _kept(standing: Standing) -> Kept[Grid]:
    return Kept(lambda: _offerable(standing))


def _words(field: forms.BoundField, value: Any) -> Any:
    if isinstance(value, Category):
        return name_of(value)
    choices = dict(getattr(field.field, "choices", ()))
    return choices.get(value, value)
