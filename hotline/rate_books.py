"""The six rates taken along as a workbook: rate, numerator and denominator of each row, and of the period before."""

from collections.abc import Sequence
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.workbooks import Workbook
from hotline.rate_pages import Cell, Chosen, Line
from hotline.rates import MEANINGS, By, Figure, Rate


def write(chosen: Chosen, whole: Sequence[Cell], lines: Sequence[Line]) -> IO[bytes]:
    """Return the workbook as an open file: title, period, heads, total, rows, and how each rate is reckoned."""
    book = Workbook(_("Six rates"), widths=[34, *[12] * (len(Rate) * 4)], frozen_rows=4)
    book.add([_("Six rates of the hotline")], bold=True)
    place = chosen.node.name if chosen.node is not None else ""
    book.add([f"{chosen.period.first:%Y-%m-%d} – {chosen.period.last:%Y-%m-%d}", place])
    before = _("before, %")
    book.add(["", *(text for rate in Rate for text in (str(rate.label), "", "", ""))], bold=True)
    heads = ["%", pgettext("of a rate", "Numerator"), pgettext("of a rate", "Denominator"), before]
    book.add([str(By(chosen.by).label), *heads * len(Rate)], bold=True)
    book.add([_("Total"), *_numbers(whole)], bold=True)
    for line in lines:
        book.add([line.name, *_numbers(line.cells)])
    book.add([])
    for rate in Rate:
        book.add([f"{rate.label}: {MEANINGS[rate]}"])
    return book.file()


def _numbers(cells: Sequence[Cell]) -> list[Any]:
    return [value for cell in cells for value in (*_of(cell.figure), cell.before.percent)]


def _of(figure: Figure) -> tuple[Any, Any, int]:
    return figure.percent, figure.numerator.normalize(), figure.denominator
