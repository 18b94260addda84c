"""Results taken along as a workbook: each line's numbers, so that the total can be reckoned again."""

from collections import defaultdict
from typing import IO, Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.workbooks import Workbook
from appraisal.models import Assessment, Line
from appraisal.querysets import ResultQuerySet
from appraisal.subjects import group_words


def results(period: Assessment, rows: ResultQuerySet) -> IO[bytes]:
    """Return the results as an open file; of each indicator numerator, denominator, value, score, weight and points."""
    indicators = list(period.scheme.indicators.all())
    lines: dict[int, dict[int, Line]] = defaultdict(dict)
    kept = Line.objects.filter(result__in=rows, revision=F("result__revision")).defer("hits", "others")
    for line in kept:
        lines[line.result_id][line.indicator_id] = line
    score, points = pgettext("of an indicator", "Score"), pgettext("of an indicator", "Points")
    parts = (_("Numerator"), _("Denominator"), _("Value"), score, _("Weight"), points)
    book = Workbook(_("Appraisal"), widths=[26, 8, 16, 18, 30, *[11] * (6 * len(indicators) + 3)], frozen_rows=3)
    book.add([str(period), period.get_state_display()], bold=True)
    names = [text for one in indicators for text in (one.label, *[""] * 5)]
    book.add([*[""] * 5, *names], bold=True)
    heads = [_("Group"), _("Rank"), _("Employee number"), _("Who is judged"), _("Grid")]
    sums = [pgettext("of all indicators", "Points"), _("Immediate points"), _("Total")]
    book.add([*heads, *parts * len(indicators), *sums], bold=True)
    for row in rows.with_names().order_by("group", "rank", "id"):
        number = row.user.employee_number if row.user is not None else ""
        cells: list[Any] = [group_words(row.group), row.rank, number, str(row), row.node.name]
        for one in indicators:
            cells += _cells(lines[row.pk].get(one.pk))
        book.add([*cells, row.score, row.points, row.total])
    return book.file()


def _cells(line: Line | None) -> list[Any]:
    if line is None:
        return [None] * 6
    return [line.numerator, line.denominator, line.value, line.raw_score, line.weight, line.points]
