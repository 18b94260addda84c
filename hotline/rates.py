"""The six rates of the hotline, each with numerator and denominator (DOMAIN.md §2.9).

What fell due in the period (suspended work, what was not taken on and what was joined to another left out):
closing = of them answered or closed; on time = of them answered first within their limit.
The requesters' words of the period: response = called and told that the handler got in touch / called; resolution =
solved or basically solved / said; satisfaction = weighted by the district's rows / said. Who was not reached said
nothing and is in no denominator.
Key-supervised closing = of what was put under key supervision in the period and was not taken out, answered or closed.
Whatever was excluded by decision is in none of them; nothing else is left out.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from django.db import models
from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.calling import Outcome
from hotline.models import CallTry, KeyCase, Request
from hotline.periods import Period
from hotline.states import RequestState, Solved
from workorders.models import Category
from workorders.states import State

DONE = (RequestState.ANSWERED, RequestState.CLOSED)
OUTSIDE = (RequestState.REFUSED, RequestState.MERGED)
SOLVED = (Solved.YES, Solved.BASICALLY)


class Rate(models.TextChoices):
    CLOSING = "closing", pgettext_lazy("rate", "Closing")
    ON_TIME = "on_time", pgettext_lazy("rate", "On-time answer")
    RESPONSE = "response", pgettext_lazy("rate", "Response")
    RESOLUTION = "resolution", pgettext_lazy("rate", "Resolution")
    SATISFACTION = "satisfaction", pgettext_lazy("rate", "Satisfaction")
    KEY = "key", pgettext_lazy("rate", "Key-supervised closing")


MEANINGS = {
    Rate.CLOSING: _("answered or closed / fell due"),
    Rate.ON_TIME: _("first answered within the limit / fell due"),
    Rate.RESPONSE: _("contacted by the handler / reached by call-back"),
    Rate.RESOLUTION: _("solved or basically solved / said so when called or rating"),
    Rate.SATISFACTION: _("weighted grades / said so when called or rating"),
    Rate.KEY: _("answered or closed / put under key supervision"),
}


class By(models.TextChoices):
    """What a table has rows for."""

    STREET = "street", pgettext_lazy("rates by", "Street")
    COMMUNITY = "community", pgettext_lazy("rates by", "Community")
    UNIT = "unit", pgettext_lazy("rates by", "Unit")
    CATEGORY = "category", pgettext_lazy("rates by", "Category")


COLUMNS = {By.STREET: "street", By.COMMUNITY: "community", By.UNIT: "order__lead_unit", By.CATEGORY: "category"}
FAMILIES: dict[str, tuple[Rate, ...]] = {
    "due": (Rate.CLOSING, Rate.ON_TIME),
    "said": (Rate.RESPONSE, Rate.RESOLUTION, Rate.SATISFACTION),
    "key": (Rate.KEY,),
}


@dataclass(frozen=True)
class Figure:
    """A rate; the numerator of the satisfaction rate is weighted, `counted` is how many rows its list has."""

    numerator: Decimal = Decimal()
    denominator: int = 0
    counted: int = 0

    @property
    def percent(self) -> Decimal | None:
        """Return percent with two decimals, rounded down: 99.996 is not 100. None where there is nothing to divide."""
        if not self.denominator:
            return None
        return (self.numerator * 100 / self.denominator).quantize(Decimal("0.01"), rounding=ROUND_FLOOR)

    def __add__(self, other: "Figure") -> "Figure":
        return Figure(
            self.numerator + other.numerator, self.denominator + other.denominator, self.counted + other.counted
        )


@dataclass
class Row:
    """The figures of one node, unit or category (`key` None: of none), of the period and of the one before."""

    key: int | None
    now: dict[str, Figure] = field(default_factory=dict)
    before: dict[str, Figure] = field(default_factory=dict)

    def add(self, other: "Row") -> None:
        for mine, theirs in ((self.now, other.now), (self.before, other.before)):
            for rate, figure in theirs.items():
                mine[rate] = mine.get(rate, Figure()) + figure


@dataclass(frozen=True)
class Scope:
    """Whose requests are counted: `area` gives the condition for rows whose request a prefix leads to."""

    area: Mapping[str, Q]
    now: dt.datetime
    weights: Mapping[int, int]

    def family(self, rate: str) -> str:
        return next(name for name, rates in FAMILIES.items() if rate in rates)

    def rows(self, family: str, period: Period) -> QuerySet[Any]:
        """Return what one family of rates counts in a period: requests, words of requesters, or key cases."""
        if family == "due":
            return self._due().filter(self._during(family, period))
        if family == "said":
            said = CallTry.objects.said().filter(self.area["matter__"], matter__is_excluded=False)
            return said.filter(self._during(family, period))
        cases = KeyCase.objects.filter(self.area["matter__"], matter__is_excluded=False, lifted_at=None)
        return cases.filter(self._during(family, period))

    def _due(self) -> QuerySet[Any]:
        mine = Request.objects.filter(self.area[""], is_excluded=False).exclude(state__in=OUTSIDE)
        return mine.exclude(order__isnull=False, order__state=State.SUSPENDED)

    def _during(self, family: str, period: Period) -> Q:
        column, end = {"due": "due_at", "said": "at", "key": "flagged_at"}[family], period.end
        if family == "due":
            end = min(end, self.now)
        return Q(**{f"{column}__gte": period.begin, f"{column}__lt": end})

    def denominator(self, rate: str) -> Q:
        """Return what of its family a rate counts in its denominator."""
        if rate == Rate.RESPONSE:
            return Q(outcome=Outcome.REACHED)
        if rate == Rate.RESOLUTION:
            return ~Q(solved="")
        return Q(satisfaction__isnull=False) if rate == Rate.SATISFACTION else Q(pk__isnull=False)

    def numerator(self, rate: str) -> Q:
        """Return what of its denominator a rate counts in its numerator."""
        if rate == Rate.CLOSING:
            return Q(state__in=DONE)
        if rate == Rate.ON_TIME:
            return Q(answered_at__lte=F("due_at"))
        if rate == Rate.RESPONSE:
            return Q(was_contacted=True)
        if rate == Rate.RESOLUTION:
            return Q(solved__in=SOLVED)
        if rate == Rate.KEY:
            return Q(matter__state__in=DONE)
        return Q(satisfaction__in=[grade for grade, weight in self.weights.items() if weight])

    def listed(self, rate: str, period: Period, *, is_numerator: bool) -> QuerySet[Any]:
        """Return the rows that a rate's numerator or denominator counts."""
        found = self.rows(self.family(rate), period).filter(self.denominator(rate))
        return found.filter(self.numerator(rate)) if is_numerator else found

    def table(self, by: str, period: Period) -> list[Row]:
        """Return the six rates of the period and the one before for each row of `by`: three queries."""
        rows: dict[int | None, Row] = defaultdict(lambda: Row(None))
        for family, rates in FAMILIES.items():
            self._count(rows, family, rates, by, period)
        for key, row in rows.items():
            row.key = key
        return list(rows.values())

    def _count(self, rows: dict[int | None, Row], family: str, rates: Iterable[Rate], by: str, period: Period) -> None:
        column = f"{'' if family == 'due' else 'matter__'}{COLUMNS[By(by)]}"
        periods = {"now": period, "before": period.before}
        parts: dict[str, Any] = {}
        for name, one in periods.items():
            during = self._during(family, one)
            for rate in rates:
                bottom = during & self.denominator(rate)
                top = bottom & self.numerator(rate)
                parts[f"{name}_{rate}_d"] = Count("pk", filter=bottom)
                parts[f"{name}_{rate}_n"] = Count("pk", filter=top)
                if rate == Rate.SATISFACTION:
                    parts[f"{name}_weighted"] = Sum(self.weight(), filter=bottom, default=0)
        either = self.rows(family, Period(period.before.first, period.last))
        for found in either.order_by().values(place=F(column)).annotate(**parts):
            row = rows[found["place"]]
            for name in periods:
                kept = getattr(row, name)
                for rate in rates:
                    counted = found[f"{name}_{rate}_n"]
                    top_sum = Decimal(counted)
                    if rate == Rate.SATISFACTION:
                        top_sum = Decimal(found[f"{name}_weighted"]) / 100
                    kept[rate] = Figure(top_sum, found[f"{name}_{rate}_d"], counted)

    def weight(self) -> Case:
        """Return the weight of a row's grade in percent."""
        whens = [When(satisfaction=grade, then=Value(weight)) for grade, weight in self.weights.items()]
        return Case(*whens, default=Value(0), output_field=models.IntegerField())


def total(rows: Iterable[Row]) -> Row:
    """Add up the rows of a table."""
    whole = Row(None, dict.fromkeys(Rate.values, Figure()), dict.fromkeys(Rate.values, Figure()))
    for row in rows:
        whole.add(row)
    return whole


def by_root(rows: Iterable[Row]) -> list[Row]:
    """Add rows of categories up to the first level of their tree: one query."""
    parents = dict(Category.objects.values_list("pk", "parent_id"))
    found: dict[int | None, Row] = {}
    for row in rows:
        key, seen = row.key, set[int | None]()
        while key is not None and parents.get(key) is not None and key not in seen:
            seen.add(key)
            key = parents[key]
        found.setdefault(key, Row(key)).add(row)
    return list(found.values())
