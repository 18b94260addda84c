"""What a dashboard's address asks for."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms

from hotline.forms.rates import RatesForm
from insights.stretches import Stretch, stretch


@dataclass(frozen=True)
class Wanted:
    """What is asked for beside the period."""

    sort: str = ""
    category: int | None = None


class BoardForm(RatesForm):
    """A period, how the areas are sorted, and the category whose parts are shown; what cannot be read is ignored."""

    by = None  # type: ignore[assignment]  # the six rates' own field
    node = None  # type: ignore[assignment]  # stands in the path
    sort = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    category = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def wanted(self, today: dt.date) -> tuple[Stretch, Wanted]:
        shown = stretch(self.period(today), today)
        given = self.cleaned_data
        return shown, Wanted(given.get("sort") or "", given.get("category"))


def as_shown(shown: Stretch, wanted: Wanted) -> BoardForm:
    """Return the form filled in with what is shown."""
    period = shown.period
    given: dict[str, Any] = {"length": period.length, "on": period.first, "first": period.first, "last": period.last}
    return BoardForm(given | {"sort": wanted.sort, "category": wanted.category})
