"""What a page of figures is asked for in its address."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Grid, Kind
from hotline.forms.rates import RatesForm
from insights.figures import Rate
from insights.ranking_pages import Level, SizeBy, Wanted, fits, rate_choices

_BELOW: dict[str, Level] = {Kind.DISTRICT: Level.STREET, Kind.STREET: Level.COMMUNITY}


class RankingForm(RatesForm):
    """Which level is ranked by which rate, in which period, and by what size is told."""

    by = None  # type: ignore[assignment]  # the six rates' own field
    level = forms.ChoiceField(label=_("Ranked"), choices=Level.choices, required=False)
    rate = forms.ChoiceField(label=pgettext_lazy("ranked", "By the rate"), choices=rate_choices, required=False)
    size_by = forms.ChoiceField(label=_("Size by"), choices=SizeBy.choices, required=False)
    group = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    page = forms.IntegerField(required=False, min_value=1, max_value=1000, widget=forms.HiddenInput)

    field_order = ("level", "rate", "length", "on", "first", "last", "size_by")

    def wanted(self, node: Grid, today: dt.date) -> Wanted:
        """Return what is meant below this node; what cannot be read means the usual."""
        period = self.period(today)
        given = self.cleaned_data
        level = given.get("level") or _BELOW.get(node.kind, Level.GRID)
        rate = given.get("rate") or Rate.ON_TIME
        size_by = SizeBy.ORDERS if level == Level.UNIT else given.get("size_by") or SizeBy.RESIDENTS
        return Wanted(node, level, rate if fits(rate, level) else Rate.ON_TIME, period, size_by, today)


def as_shown(wanted: Wanted) -> RankingForm:
    """Return the form filled in with what is shown, and with the rates alone that this level has."""
    period = wanted.period
    given: dict[str, Any] = {"length": period.length, "on": period.first, "first": period.first, "last": period.last}
    form = RankingForm(
        given | {"level": wanted.level, "rate": wanted.rate, "size_by": wanted.size_by, "node": wanted.node.pk}
    )
    rate: Any = form.fields["rate"]
    rate.choices = [choice for choice in rate_choices() if fits(choice[0], wanted.level)]
    if wanted.level == Level.UNIT:
        del form.fields["size_by"]
    return form
