"""Where and when a task runs: the part of the form that applicant and decider share."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admission.facts import MAX_NODES, Terms
from admission.states import Rhythm
from grids.models import Grid, Kind, Settlement
from workorders.forms.fields import Plain

LIGHT = ("pk", "name", "code", "kind", "parent_id", "tree_id", "lft", "rght")
"""What a picker needs of a node; the outlines stay where they are."""


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class TermsForm(Plain):
    """Areas by tick and by name, kinds of grid, and the period; `terms()` gives what was filled in."""

    areas = forms.MultipleChoiceField(label=gettext_lazy("Area"), required=False, widget=forms.CheckboxSelectMultiple)
    places = forms.CharField(
        label=gettext_lazy("Further communities or grids"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Names or codes, one on each line."),
    )
    in_base = forms.BooleanField(label=gettext_lazy("Base grids"), required=False)
    in_dedicated = forms.BooleanField(label=gettext_lazy("Dedicated grids"), required=False)
    in_micro = forms.BooleanField(label=gettext_lazy("Micro-grids"), required=False)
    settlement = forms.ChoiceField(
        label=gettext_lazy("Urban or rural"),
        choices=[("", gettext_lazy("Both")), *Settlement.choices],
        required=False,
    )
    rhythm = forms.ChoiceField(label=gettext_lazy("How often"), choices=Rhythm.choices, widget=forms.RadioSelect)
    starts_on = forms.DateField(label=gettext_lazy("First round on"), widget=day_input())
    ends_on = forms.DateField(
        label=gettext_lazy("Last round on or before"),
        required=False,
        widget=day_input(),
        help_text=gettext_lazy("Leave empty for a task that comes once."),
    )

    def __init__(self, data: Any = None, *, root: Grid, terms: Terms | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.root = root
        below = Grid.objects.filter(parent_id=root.pk, valid_to=None).exclude(kind=Kind.MICRO)
        self.offered: dict[str, Grid] = {str(node.pk): node for node in [root, *below.only(*LIGHT).order_by("lft")]}
        field = self.fields["areas"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
        field.choices = [
            (key, _("All of %(name)s") % {"name": node.name} if node.pk == root.pk else node.name)
            for key, node in self.offered.items()
        ]
        if terms is not None:
            self._begin_with(terms)

    def _begin_with(self, terms: Terms) -> None:
        self.initial.update({name: value for name, value in vars(terms).items() if name != "nodes"})
        self.initial["areas"] = [str(node.pk) for node in terms.nodes if str(node.pk) in self.offered]
        others = [node for node in terms.nodes if str(node.pk) not in self.offered]
        self.initial["places"] = "\n".join(node.code for node in others)

    def clean_places(self) -> list[Grid]:
        """Find every line's node within the applying unit's area: one query; what is not found is named."""
        lines = list(dict.fromkeys(line.strip() for line in self.cleaned_data["places"].splitlines() if line.strip()))
        if len(lines) > MAX_NODES:
            raise ValidationError(
                _("At most %(most)s areas: a street stands for its communities."), params={"most": MAX_NODES}
            )
        if not lines:
            return []
        within = Grid.objects.within(self.root).filter(valid_to=None).only(*LIGHT)
        nodes = list(within.filter(code__in=lines)) + list(within.filter(name__in=lines))
        found: dict[str, list[Grid]] = {}
        for node in nodes:
            for key in {node.code, node.name} & set(lines):
                found.setdefault(key, []).append(node)
        wrong = [line for line in lines if len({node.pk for node in found.get(line, [])}) != 1]
        if wrong:
            words = _("Not found here, or not only once; write the code: %(names)s")
            raise ValidationError(words, params={"names": "、".join(line[:40] for line in wrong[:5])})
        return [found[line][0] for line in lines]

    def clean(self) -> dict[str, Any]:
        good: dict[str, Any] = super().clean() or {}
        if good.get("rhythm") == Rhythm.ONCE and good.get("starts_on"):
            good["ends_on"] = good["starts_on"]
        elif good.get("rhythm") and good.get("starts_on") and not good.get("ends_on") and "ends_on" not in self.errors:
            self.add_error("ends_on", _("Say until when, for a task that comes again."))
        return good

    def terms(self) -> Terms:
        """Return the terms of a valid form; nodes that lie in another chosen one are left out."""
        good = self.cleaned_data
        chosen = {node.pk: node for node in [*(self.offered[key] for key in good["areas"]), *good["places"]]}
        nodes = [
            node
            for node in chosen.values()
            if not any(o.pk != node.pk and o.lft <= node.lft and o.rght >= node.rght for o in chosen.values())
        ]
        return Terms(
            nodes=tuple(sorted(nodes, key=lambda node: int(node.lft))),
            **{
                name: good[name]
                for name in ("rhythm", "starts_on", "ends_on", "in_base", "in_dedicated", "in_micro", "settlement")
            },
        )

    @property
    def where(self) -> list[forms.BoundField]:
        return [self[name] for name in ("areas", "places")]

    @property
    def which(self) -> list[forms.BoundField]:
        return [self[name] for name in ("in_base", "in_dedicated", "in_micro")]

    @property
    def when(self) -> list[forms.BoundField]:
        return [self[name] for name in ("rhythm", "starts_on", "ends_on")]
