"""Which rates are shown: of when, of where, by what."""

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hotline import periods
from hotline.periods import Length, Period
from hotline.rates import By, Rate
from workorders.forms.fields import Plain


def day_field(label: Any, **more: Any) -> forms.DateField:
    """A day around which periods can be reckoned."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(periods.EARLIEST), MaxValueValidator(periods.LATEST)],
        **more,
    )


class RatesForm(Plain):
    length = forms.ChoiceField(label=_("Period"), choices=Length.choices, required=False)
    on = day_field(_("With the day"), required=False)
    first = day_field(_("From"), required=False)
    last = day_field(_("To"), required=False)
    by = forms.ChoiceField(label=_("Rows for each"), choices=By.choices, required=False)
    node = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    refused: Promise | str = ""
    """Why `period` returned another one than was asked for."""

    def period(self, today: dt.date) -> Period:
        """Return the period that is meant; what cannot be read means this month, and `refused` says so."""
        self.is_valid()
        given = self.cleaned_data
        first, last, length = given.get("first"), given.get("last"), given.get("length") or Length.MONTH
        if length == Length.CUSTOM and first and last and first <= last <= first + periods.DAY * periods.LONGEST:
            return Period(first, last)
        if length == Length.CUSTOM or {"length", "on", "first", "last"} & set(self.errors):
            words = _(
                "This is not the period that was asked for: own days need a first and a last, at most %(most)s days."
            )
            self.refused = words % {"most": periods.LONGEST}
        on = given.get("on") or today
        return periods.around(on, Length.MONTH if length == Length.CUSTOM else length)


class ListForm(forms.Form):
    """Which number's list is shown."""

    rate = forms.ChoiceField(choices=Rate.choices)
    part = forms.ChoiceField(choices=[("n", ""), ("d", "")])
    key = forms.IntegerField(required=False, min_value=0)
    """A row of the table; 0 is the one of none."""
