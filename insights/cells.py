"""What a table of figures consists of: pages, workbooks and the API show the same cells. No database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

from django.utils.functional import Promise

from insights.figures import Figure

Part = tuple[str, tuple[str, ...]]
"""A measure and its keys; no keys means all of them."""
_TENTH = Decimal("0.1")
_HOUR = 3600


class Unit(StrEnum):
    """How a cell is said: a number, a percentage of its denominator, or the mean hours of its denominator's things."""

    COUNT = "count"
    PERCENT = "percent"
    HOURS = "hours"


class Cell(NamedTuple):
    """One number. `numerator` None is one that is not shown; hours have seconds as numerator. A tuple, since a page
    makes a thousand of them."""

    name: str
    numerator: Decimal | int | None
    denominator: int | None = None
    unit: Unit = Unit.COUNT
    key: str = ""
    when: str = "now"
    url: str = ""
    below_url: str = ""
    top: Part | None = None
    bottom: Part | None = None
    """What numerator and denominator count, where they count tallies."""
    why_missing: str | Promise = ""
    """Why it has no value, where it is not hidden as a small number."""
    is_exact: bool = False
    """Percent as the hotline shows them: two decimals, rounded down."""

    @property
    def value(self) -> Decimal | int | None:
        """Return the number, percent or hours with one decimal; None where there is nothing to divide or to show."""
        if self.numerator is None or self.unit == Unit.COUNT:
            return self.numerator
        if not self.denominator:
            return None
        if self.unit == Unit.HOURS:
            return (Decimal(self.numerator) / self.denominator / _HOUR).quantize(_TENTH, rounding=ROUND_HALF_UP)
        return Figure(Decimal(self.numerator), self.denominator, self.is_exact).value


class Change(NamedTuple):
    """How much more a cell is than another: percent for numbers and hours, percentage points (百分点) for rates."""

    value: Decimal | None
    is_points: bool = False
    is_good: bool | None = None
    """None where more is neither good nor bad, or nothing changed."""

    @property
    def way(self) -> str:
        return "" if not self.value else "up" if self.value > 0 else "down"

    @property
    def size(self) -> Decimal | None:
        return abs(self.value) if self.value is not None else None


def change(now: Cell, then: Cell, *, is_good_high: bool | None = None) -> Change:
    """Compare two cells; nothing is said where one of both has no value or the other is nought."""
    mine, theirs = now.value, then.value
    if mine is None or theirs is None:
        return Change(None, now.unit == Unit.PERCENT)
    if now.unit == Unit.PERCENT:
        more = Decimal(mine) - Decimal(theirs)
    elif theirs:
        more = ((Decimal(mine) - theirs) * 100 / theirs).quantize(_TENTH, rounding=ROUND_HALF_UP)
    else:
        return Change(None)
    is_good = None if is_good_high is None or not more else (more > 0) == is_good_high
    return Change(more, now.unit == Unit.PERCENT, is_good)


@dataclass(frozen=True)
class Head:
    """A column. `series` says that a chart draws it: "" in the chart's own form, else "line" or "bar"; None not."""

    label: str | Promise
    meaning: str | Promise = ""
    series: str | None = None
    tone: str = ""
    sort: str = ""
    """The address that sorts by it, where one can."""
    sorted: str = ""
    """ "ascending" or "descending" where it is sorted so."""
    short: str | Promise = ""


@dataclass(frozen=True)
class Row:
    label: str | Promise
    cells: Sequence[Cell | Change]
    url: str = ""
    node: int | None = None
    meaning: str | Promise = ""


@dataclass(frozen=True)
class Table:
    """A table and, where `chart` names a kind of static/js/charts.js, the drawing above it."""

    slug: str
    title: str | Promise
    meaning: str | Promise
    first: str | Promise
    """The head of the column of labels."""
    heads: Sequence[Head]
    rows: Sequence[Row]
    chart: str = ""
    ends_at: int | None = None
    """Where the chart's axis ends."""
    is_open: bool = False
    """The table stands open below its chart."""
    is_wide: bool = False
    way_back: str = ""
    """Where one gets up again, from second-level rows to those of the first."""
    hint: str | Promise = ""
    """What to do where it is empty."""
    notes: Sequence[str | Promise] = field(default_factory=tuple)
    link: tuple[str, str] | None = None
    """A page that says more: address and words."""
    hides_some: bool = False
    """Small numbers of it are not shown."""

    @property
    def is_shown(self) -> bool:
        """Say whether there is a number, or a word on why there is none."""
        return self.has_anything or bool(self.notes)

    @property
    def has_anything(self) -> bool:
        return self.hides_some or any(
            isinstance(cell, Cell) and (cell.numerator or cell.denominator) for row in self.rows for cell in row.cells
        )
