"""Reading the rollups: sums of nodes or units over a period, and the figures that pages, rules and documents show.

Every rate is a numerator over a denominator, both of them sums of tallies, and says in words what they are.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.periods import Period
from insights.measures import Measure
from insights.models import Tally, UnitTally

M = Measure


@dataclass
class Sums:
    """The tallies of one node or unit over a period."""

    counts: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    totals: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def count(self, measure: str, *keys: str) -> int:
        """Return how many of a measure, of these keys or of all."""
        return sum(n for (name, key), n in self.counts.items() if name == measure and (not keys or key in keys))

    def total(self, measure: str, *keys: str) -> int:
        """Return the seconds or weight of a measure, of these keys or of all."""
        return sum(n for (name, key), n in self.totals.items() if name == measure and (not keys or key in keys))

    def by_key(self, measure: str) -> dict[str, int]:
        """Return the counts of a measure by key."""
        return {key: n for (name, key), n in self.counts.items() if name == measure}


def of_nodes(node_ids: Iterable[int], period: Period, measures: Iterable[str] = ()) -> Mapping[int, Sums]:
    """Return the sums of nodes over a period, of all measures or of some: one query. Who has nothing has empty sums."""
    return _sums(Tally.objects.filter(node__in=list(node_ids)), "node_id", period, measures)


def of_units(unit_ids: Iterable[int], period: Period, measures: Iterable[str] = ()) -> Mapping[int, Sums]:
    """Return the sums of units over a period: one query."""
    return _sums(UnitTally.objects.filter(unit__in=list(unit_ids)), "unit_id", period, measures)


def by_day(node_id: int, period: Period, measures: Iterable[str]) -> dict[dt.date, Sums]:
    """Return a node's sums of each day that has any: one query."""
    rows = Tally.objects.filter(node=node_id, day__range=(period.first, period.last), measure__in=list(measures))
    found: dict[dt.date, Sums] = defaultdict(Sums)
    for day, measure, key, count, total in rows.values_list("day", "measure", "key", "count", "total"):
        found[day].counts[measure, key] += count
        found[day].totals[measure, key] += total
    return found


def _sums(
    rows: "models.QuerySet[Tally] | models.QuerySet[UnitTally]", whose: str, period: Period, measures: Iterable[str]
) -> Mapping[int, Sums]:
    rows = rows.filter(day__range=(period.first, period.last))
    if wanted := list(measures):
        rows = rows.filter(measure__in=wanted)
    found: dict[int, Sums] = defaultdict(Sums)
    summed = rows.order_by().values_list(whose, "measure", "key").annotate(Sum("count"), Sum("total"))
    for key_of, measure, key, count, total in summed:
        found[key_of].counts[measure, key] = count
        found[key_of].totals[measure, key] = total
    return found


@dataclass(frozen=True)
class Figure:
    """A numerator, and a denominator where it is a rate."""

    numerator: Decimal
    denominator: int | None = None

    @property
    def value(self) -> Decimal | None:
        """Return percent with one decimal for a rate (None where there is nothing to divide), else the number."""
        if self.denominator is None:
            return self.numerator
        if not self.denominator:
            return None
        return (self.numerator * 100 / self.denominator).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


class Rate(models.TextChoices):
    """Rates of grid work; the six of the hotline are named as in `hotline.rates.Rate`."""

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
    meaning: Promise
    is_good_high: bool = True

    def of(self, sums: Sums) -> Figure:
        return Figure(Decimal(sums.count(self.top[0], *self.top[1])), sums.count(self.bottom[0], *self.bottom[1]))


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


def rate(name: str, sums: Sums) -> Figure:
    """Return one rate of these sums; raises KeyError for a name that there is none of."""
    return FORMULAS[name].of(sums)
