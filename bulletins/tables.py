"""A subscribed table of figures: the node and those directly below it, or its units, over a period."""

from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.workbooks import Workbook
from bulletins import gathering, wording
from bulletins.document import Chapter, Document
from bulletins.document import Grid as Table
from bulletins.models import Subscription
from bulletins.states import Topic
from grids.models import Unit
from hotline.periods import Period
from insights import figures
from insights.figures import Rate, Sums
from insights.measures import Measure

M = Measure
MEASURES = (M.FOUND, M.ENDED, M.FELL_DUE, M.ESCALATED, M.RETURNED)


def rows_of(item: Subscription, period: Period) -> list[tuple[str, Sums]]:
    """Return the table's rows by name: three queries at most."""
    if item.topic == Topic.UNITS:
        units = list(Unit.objects.filter(node=item.node, is_active=True).order_by("name").values_list("pk", "name"))
        sums = figures.of_units([pk for pk, _name in units], period, MEASURES)
        return [(name, sums[pk]) for pk, name in units]
    below = gathering.below(item.node, period)
    nodes = [(item.node.pk, item.node.name), *below]
    sums = figures.of_nodes([pk for pk, _name in nodes], period, MEASURES)
    return [(name, sums[pk]) for pk, name in nodes]


def heads() -> list[str]:
    return [
        *(_("Name"), pgettext("measure", "Found"), _("Solved"), _("Fell due"), _("On time")),
        *(_("On-time rate, %"), pgettext("measure", "Escalated"), pgettext("measure", "Returned")),
    ]


def line(name: str, sums: Sums) -> list[str | int | float | None]:
    """Return a row: numbers as numbers, a rate without anything to divide as None."""
    due, late = sums.count(M.FELL_DUE), sums.count(M.FELL_DUE, "late")
    rate = figures.rate(Rate.ON_TIME, sums).value
    return [
        *(name, sums.count(M.FOUND), sums.count(M.ENDED, "solved"), due, due - late),
        *(None if rate is None else float(rate), sums.count(M.ESCALATED), sums.count(M.RETURNED)),
    ]


def title(item: Subscription, period: Period) -> str:
    return f"{item.node.name} · {item.get_topic_display()} · {wording.period(period)}"


def workbook(item: Subscription, period: Period) -> IO[bytes]:
    """Return the table as .xlsx."""
    book = Workbook(_("Figures"), widths=[30, *[12] * 7], frozen_rows=2)
    book.add([title(item, period)], bold=True)
    book.add(heads(), bold=True)
    for name, sums in rows_of(item, period):
        book.add(line(name, sums))
    return book.file()


def document(item: Subscription, period: Period) -> Document:
    """Return the table as a document, for PDF."""
    rows = [
        [wording.DASH if cell is None else str(cell) for cell in line(name, sums)]
        for name, sums in rows_of(item, period)
    ]
    table = Table(str(item.get_topic_display()), heads(), rows)
    return Document(
        language=item.user.language,
        banner=_("Grid services · figures"),
        issue=wording.period(period),
        place=item.node.name,
        date=wording.date(period.last),
        title=title(item, period),
        chapters=[Chapter(wording.days(period), [], [table])],
        foot=[],
    )
