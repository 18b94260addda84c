"""Forms of schemes and of the rules of immediate points: shape and types only."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from appraisal.actions.points import RuleFacts
from appraisal.actions.schemes import IndicatorFacts, SchemeFacts
from appraisal.forms.fields import number
from appraisal.models import PointRule, Scheme
from appraisal.states import CODES, RATIO_NEEDS_TARGET, TARGET_IS_FLOOR, Code, Formula, Judged, Length, PointKind
from grids.forms.fields import Guarded
from hotline.forms.rates import day_field
from workorders.forms.fields import Plain

ROWS = 10


class SchemeForm(Guarded, Plain):
    name = forms.CharField(label=pgettext_lazy("of a scheme", "Name"), max_length=80)
    judged = forms.ChoiceField(label=_("For"), choices=Judged.choices)
    length = forms.ChoiceField(label=_("Length of a period"), choices=Length.choices)
    objection_days = forms.IntegerField(label=_("Working days for objections"), min_value=1, max_value=30, initial=5)
    points_limit = number(_("Most that immediate points add or take"), min_value=0, max_value=100, initial=Decimal(20))
    valid_from = day_field(_("From the period with this day on"))

    def __init__(self, *args: Any, scheme: Scheme | None = None, today: dt.date, **kwargs: Any) -> None:
        first = {"valid_from": today}
        if scheme is not None:
            names = ("name", "judged", "length", "objection_days", "points_limit")
            first = {name: getattr(scheme, name) for name in names}
        super().__init__(*args, initial=first, **kwargs)
        if scheme is not None:
            for name in ("judged", "length", "valid_from"):
                del self.fields[name]
        self.scheme = scheme
        self.guard(scheme.changed_at if scheme is not None else None)

    @property
    def is_stale(self) -> bool:
        """Say whether somebody else changed the scheme while it was typed."""
        return self.has_error(NON_FIELD_ERRORS, "stale")

    def facts(self) -> SchemeFacts:
        given = dict(self.cleaned_data)
        given.pop("valid_from", None)
        if self.scheme is not None:
            given |= {"judged": self.scheme.judged, "length": self.scheme.length}
        return SchemeFacts(**given)


class IndicatorForm(Plain):
    code = forms.ChoiceField(label=_("Indicator"), required=False)
    name = forms.CharField(label=_("In other words"), max_length=60, required=False)
    weight = number(_("Weight"), min_value=Decimal("0.01"), max_value=100, required=False)
    formula = forms.ChoiceField(label=_("Formula"), choices=Formula.choices, required=False)
    target = number(_("Target"), required=False, initial=Decimal(100))
    floor = number(pgettext_lazy("of a score", "Floor"), required=False, initial=Decimal(0))
    cap = number(pgettext_lazy("of a score", "Cap"), min_value=1, max_value=150, required=False, initial=Decimal(100))
    minimum = forms.IntegerField(label=_("Fewest cases"), min_value=0, required=False, initial=5)

    def __init__(self, *args: Any, judged: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = CODES.get(judged, tuple(Code))
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", "—"), *((code.value, code.label) for code in offered)]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("code") and given.get("weight") is None and "weight" not in self.errors:
            self.add_error("weight", _("Say how much it weighs."))
        facts = self.facts()
        if facts is not None and facts.formula == Formula.BETWEEN and facts.target == facts.floor:
            self.add_error("target", TARGET_IS_FLOOR)
        if facts is not None and facts.formula == Formula.RATIO and facts.target <= 0:
            self.add_error("target", RATIO_NEEDS_TARGET)
        return given

    def facts(self) -> IndicatorFacts | None:
        """Return the indicator, or None for a line that was left empty or is not said in full."""
        given = {name: value for name, value in self.cleaned_data.items() if value not in {None, ""}}
        return IndicatorFacts(**given) if {"code", "weight"} <= given.keys() else None


IndicatorFormSet = forms.formset_factory(IndicatorForm, extra=0, max_num=ROWS, absolute_max=ROWS, validate_max=True)


def indicator_forms(data: Any, scheme: Scheme | None) -> Any:
    """Return the lines of a scheme's form: those there are, and empty ones up to ten."""
    names = ("code", "name", "weight", "formula", "target", "floor", "cap", "minimum")
    rows: list[dict[str, Any]] = []
    if scheme is not None:
        rows = [{name: getattr(row, name) for name in names} for row in scheme.indicators.all()]
    rows += [{} for _row in range(max(2, 6 - len(rows)))]
    judged = scheme.judged if scheme is not None else ""
    return IndicatorFormSet(data, initial=rows[:ROWS], prefix="rows", form_kwargs={"judged": judged})


class RuleForm(Plain):
    judged = forms.ChoiceField(label=_("For"), choices=Judged.choices)
    kind = forms.ChoiceField(label=_("Kind"), choices=PointKind.choices)
    name = forms.CharField(label=pgettext_lazy("of a rule", "Name"), max_length=80)
    basis = forms.CharField(label=_("Basis"), max_length=200, required=False)
    least = number(_("Least points"), min_value=-50, max_value=50)
    most = number(_("Most points"), min_value=-50, max_value=50)
    needs_evidence = forms.BooleanField(label=_("A work order or a visit must show it"), required=False, initial=True)

    def __init__(self, *args: Any, rule: PointRule | None = None, **kwargs: Any) -> None:
        first = {name: getattr(rule, name) for name in self.base_fields} if rule is not None else None
        super().__init__(*args, initial=first, **kwargs)

    def facts(self) -> RuleFacts:
        return RuleFacts(**self.cleaned_data)
