"""Rates: a numerator over a denominator, both of them sums of tallies, and in words what they are.

The six of the hotline equal its own page (hotline/rates.py) for the same node and days.
"""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hotline.rates import MEANINGS, SOLVED
from hotline.rates import Rate as HotlineRate
from insights.measures import Measure
from insights.sums import Sums

__all__ = ["FORMULAS", "Figure", "Formula", "HotlineRate", "Rate", "label", "meaning", "rate"]

M = Measure


@dataclass(frozen=True)
class Figure:
    """A numerator, and a denominator where it is a rate."""

    numerator: Decimal
    denominator: int | None = None
    is_exact: bool = False
    """Shown as the hotline shows its rates: two decimals, rounded down, so that 99.996 is not 100."""

    @property
    def value(self) -> Decimal | None:
        """Return percent with one decimal for a rate (None where there is nothing to divide), else the number."""
        if self.denominator is None:
            return self.numerator
        if not self.denominator:
            return None
        percent = self.numerator * 100 / self.denominator
        if self.is_exact:
            return percent.quantize(Decimal("0.01"), rounding=ROUND_FLOOR)
        return percent.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


class Rate(models.TextChoices):
    """Rates of grid work; the six of the hotline are `HotlineRate`, those of hotline/rates.py."""

    ON_TIME = "orders_on_time", pgettext_lazy("rate", "Solved on time")
    SOLVED = "orders_solved", pgettext_lazy("rate", "Solved of found")
    ESCALATED = "orders_escalated", pgettext_lazy("rate", "Escalated of found")
    RETURNED = "orders_returned", pgettext_lazy("rate", "Returned of found")
    REWORKED = "orders_reworked", pgettext_lazy("rate", "Reworked of ended")
    RATING = "orders_rating", pgettext_lazy("rate", "Rated content")


@dataclass(frozen=True)
class Formula:
    """What a rate divides: (measure, keys) over (measure, keys); no keys means all of them."""

    top: tuple[str, tuple[str, ...]]
    bottom: tuple[str, tuple[str, ...]]
    meaning: str | Promise
    is_good_high: bool = True
    is_weighted: bool = False
    """The numerator is the sum of weights in percent."""
    is_exact: bool = False

    def of(self, sums: Sums) -> Figure:
        measure, keys = self.top
        above = Decimal(sums.total(measure, *keys)) / 100 if self.is_weighted else Decimal(sums.count(measure, *keys))
        return Figure(above, sums.count(self.bottom[0], *self.bottom[1]), self.is_exact)


FORMULAS: dict[str, Formula] = {
    Rate.ON_TIME: Formula(
        (M.FELL_DUE, ("on_time",)), (M.FELL_DUE, ()), _("ended within the whole limit / fell due in the period")
    ),
    Rate.SOLVED: Formula((M.ENDED, ("solved",)), (M.FOUND, ()), _("solved in the period / reported in the period")),
    Rate.ESCALATED: Formula(
        (M.ESCALATED, ()), (M.FOUND, ()), _("climbs in the period / reported in the period"), is_good_high=False
    ),
    Rate.RETURNED: Formula(
        (M.RETURNED, ()), (M.FOUND, ()), _("returns in the period / reported in the period"), is_good_high=False
    ),
    Rate.REWORKED: Formula(
        (M.REWORKED, ()), (M.ENDED, ()), _("sent back for rework / ended in the period"), is_good_high=False
    ),
    Rate.RATING: Formula((M.RATED, ("4", "5")), (M.RATED, ()), _("rated 4 or 5 / rated in the period")),
}


def _hotline(name: HotlineRate, measure: str, *keys: str, is_weighted: bool = False) -> Formula:
    return Formula((measure, keys), (measure, ()), MEANINGS[name], is_weighted=is_weighted, is_exact=True)


FORMULAS |= {
    HotlineRate.CLOSING: _hotline(HotlineRate.CLOSING, M.REQUEST_DUE, "done_on_time", "done_late"),
    HotlineRate.ON_TIME: _hotline(HotlineRate.ON_TIME, M.REQUEST_DUE, "done_on_time", "open_on_time"),
    HotlineRate.RESPONSE: _hotline(HotlineRate.RESPONSE, M.CALLED, "contacted"),
    HotlineRate.RESOLUTION: _hotline(HotlineRate.RESOLUTION, M.SAID_SOLVED, *SOLVED),
    HotlineRate.SATISFACTION: _hotline(HotlineRate.SATISFACTION, M.GRADED, is_weighted=True),
    HotlineRate.KEY: _hotline(HotlineRate.KEY, M.KEY_CASES, "done"),
}


def rate(name: str, sums: Sums) -> Figure:
    """Return one rate of these sums; raises KeyError for a name that there is none of."""
    return FORMULAS[name].of(sums)


def label(name: str) -> str:
    """Return how a rate of either kind is called where both stand in one list."""
    if name in HotlineRate.values:
        return gettext("Hotline: %(rate)s") % {"rate": HotlineRate(name).label}
    return str(Rate(name).label)


def meaning(name: str) -> str:
    """Return in words what a rate divides."""
    return str(FORMULAS[name].meaning)
