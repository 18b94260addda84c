"""Rows that stand beside the period before (环比) and the year before (同比)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from insights.catalogue import Entry
from insights.cells import Cell, Change, Head, Row, change
from insights.figures import Sums

WHEN = ("now", "before", "year")
Three = Mapping[str, Sums]
"""A node's sums of the period, the one before and the year before, by `WHEN`."""


@dataclass(frozen=True)
class Compared:
    """A figure of the whole node: a tile of the page, a line of the first sheet."""

    entry: Entry
    now: Cell
    before: Cell
    year: Cell

    @property
    def change(self) -> Change:
        return change(self.now, self.before, is_good_high=self.entry.is_good_high)

    @property
    def year_change(self) -> Change:
        return change(self.now, self.year, is_good_high=self.entry.is_good_high)


def row(
    label: str | Promise, cell: Callable[[Sums, str], Cell], three: Three, *, good: bool | None = None, url: str = ""
) -> Row:
    """Return now, before, change, year before, change: in the order of `heads`."""
    now, before, year = (cell(three[when], when) for when in WHEN)
    return Row(
        label,
        (now, before, change(now, before, is_good_high=good), year, change(now, year, is_good_high=good)),
        url=url,
    )


def heads(what: str | Promise, meaning: str | Promise = "") -> list[Head]:
    return [
        Head(what, meaning, series=""),
        Head(_("Before"), _("the same number of days of the period before")),
        Head(pgettext("of a figure", "Change"), _("compared with the period before")),
        Head(_("A year before"), _("the same number of days a year before")),
        Head(pgettext("of a figure", "Change in a year"), _("compared with the year before")),
    ]
