"""A ranking taken along as a workbook, with everything that decides the places."""

from collections.abc import Iterable
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.workbooks import Workbook
from insights import figures, ranking_pages, rankings
from insights.ranking_pages import Group, Level, Row, Wanted
from insights.rankings import Unplaced


def write(wanted: Wanted, groups: Iterable[Group]) -> IO[bytes]:
    """Return the workbook as an open file: what is ranked, one row for each, and how places are reckoned."""
    period, label = wanted.period, figures.label(wanted.rate)
    book = Workbook(_("Ranking"), widths=[30, 12, 26, 24, *[12] * 9], frozen_rows=3)
    book.add([f"{Level(wanted.level).label} · {label} · {wanted.node.name}"], bold=True)
    book.add([f"{period.first:%Y-%m-%d} – {period.last:%Y-%m-%d}", "", figures.meaning(wanted.rate)])
    heads = [_("Group"), pgettext("rank", "Place"), _("Name"), pgettext("ranked", "Belongs to")]
    heads += [pgettext("of a rate", "Numerator"), pgettext("of a rate", "Denominator"), _("Rate, %")]
    heads += [_("Mean of the group, %"), _("Value that ranks, %")]
    book.add([*heads, _("Places won since before"), _("Places won in a year"), _("Why no place")], bold=True)
    for group in groups:
        words = [ranking_pages.kind_words(group.kind), ranking_pages.size_words(group, wanted.size_by)]
        for row in group.rows:
            book.add([" · ".join(filter(None, words)), *_cells(row), *_arithmetic(group, row)])
    book.add([])
    how = _(
        "Value that ranks = (numerator + %(weight)d × mean of the group) / (denominator + %(weight)d). "
        "With fewer than %(fewest)d cases nobody is placed."
    )
    book.add([how % {"weight": rankings.WEIGHT, "fewest": rankings.FEWEST}])
    return book.file()


def _cells(row: Row) -> list[Any]:
    return [row.placed.place, row.member.name, row.member.above]


def _arithmetic(group: Group, row: Row) -> list[Any]:
    reason = str(Unplaced(row.placed.unplaced).label) if row.placed.unplaced else ""
    values: list[Any] = ["—"] * 3
    if figure := row.figure:
        top = figure.numerator
        values = [int(top) if top == int(top) else top, figure.denominator, figure.value]
    return [*values, group.ranking.mean_percent, row.percent, row.change, row.change_of_year, reason]
