"""The figures of an area that stand on every page about it: what each counts, in words, and what it divides."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from insights import figures
from insights.cells import Cell, Part, Unit
from insights.figures import Sums
from insights.measures import Measure

M = Measure


@dataclass(frozen=True)
class Entry:
    """A figure by name. A mean divides the seconds of `top` by the number of `bottom`."""

    name: str
    label: str | Promise
    meaning: str | Promise
    top: Part
    bottom: Part | None = None
    unit: Unit = Unit.COUNT
    is_good_high: bool | None = None

    def cell(self, sums: Sums, when: str = "now") -> Cell:
        if self.unit == Unit.PERCENT:
            figure = figures.rate(self.name, sums)
            parts: dict[str, Any] = {"top": self.top, "bottom": self.bottom, "is_exact": figure.is_exact}
            return Cell(self.name, figure.numerator, figure.denominator, self.unit, when=when, **parts)
        count = sums.total if self.unit == Unit.HOURS else sums.count
        below = sums.count(self.bottom[0], *self.bottom[1]) if self.bottom else None
        number = count(self.top[0], *self.top[1])
        return Cell(self.name, number, below, self.unit, when=when, top=self.top, bottom=self.bottom)

    @property
    def measures(self) -> set[str]:
        return {self.top[0], *([self.bottom[0]] if self.bottom else [])}


SOLVED: Part = (M.ENDED, ("solved",))
COUNTS = (
    Entry("found", M.FOUND.label, _("incidents reported in the period"), (M.FOUND, ())),
    Entry("solved", pgettext_lazy("measure", "Solved"), _("incidents solved in the period"), SOLVED, is_good_high=True),
    Entry(
        "overdue",
        M.WENT_OVERDUE.label,
        _("limits of a stage that ran out in the period; an order may have several"),
        (M.WENT_OVERDUE, ()),
        is_good_high=False,
    ),
    Entry(
        "escalated",
        M.ESCALATED.label,
        _("climbs to a higher level in the period; an order may climb several times"),
        (M.ESCALATED, ()),
        is_good_high=False,
    ),
)
MEAN_TIME = Entry(
    "mean_time",
    pgettext_lazy("measure", "Mean time to solve"),
    _("hours from report to end / solved in the period"),
    SOLVED,
    SOLVED,
    Unit.HOURS,
    is_good_high=False,
)


def rate(name: str) -> Entry:
    """Return the entry of a rate of insights/rates.py."""
    formula = figures.FORMULAS[name]
    return Entry(
        name,
        (figures.HotlineRate if name in figures.HotlineRate.values else figures.Rate)(name).label,
        formula.meaning,
        formula.top,
        formula.bottom,
        Unit.PERCENT,
        formula.is_good_high,
    )


RATES = tuple(rate(name) for name in figures.Rate)
HOTLINE = tuple(rate(name) for name in figures.HotlineRate)
HEADLINE: tuple[Entry, ...] = (*COUNTS, *RATES, MEAN_TIME)
HEADLINE_MEASURES: tuple[str, ...] = tuple(sorted(set().union(*(entry.measures for entry in HEADLINE))))
CHILDREN: tuple[Entry, ...] = (*COUNTS, *(entry for entry in RATES if entry.name != figures.Rate.SOLVED))
ENTRIES = {entry.name: entry for entry in (*HEADLINE, *HOTLINE)}
