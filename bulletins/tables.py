"""A subscribed table of figures: one of the dashboard's, a ranking, or the units of a node, over a period.

The tables and workbooks are those of their own pages; here they are only put into the file that goes by e-mail.
"""

from typing import IO

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from accounts.workbooks import Workbook
from bulletins import units, wording
from bulletins.document import Chapter, Document
from bulletins.document import Grid as Table
from bulletins.models import Subscription
from bulletins.states import Topic
from grids.models import Kind
from hotline.periods import Period
from insights import board, books, figures, ranking_books, ranking_pages
from insights.cells import Cell, Change, Unit
from insights.figures import Rate
from insights.ranking_pages import Level, Row, SizeBy, Wanted
from insights.stretches import stretch

RANKED = (Topic.RANKED, Topic.RANKED_UNITS)
BELOW: dict[str, Level] = {Kind.DISTRICT: Level.STREET, Kind.STREET: Level.COMMUNITY}


def title(item: Subscription, period: Period) -> str:
    return f"{item.node.name} · {item.get_topic_display()} · {wording.period(period)}"


def workbook(item: Subscription, period: Period) -> IO[bytes]:
    """Return the table as .xlsx: the very workbook that its own page gives."""
    if item.topic == Topic.UNITS:
        return _workbook_of_units(item, period)
    if item.topic in RANKED:
        wanted = _ranking(item, period)
        return ranking_books.write(wanted, ranking_pages.seen_by(item.user, wanted))
    return books.write(_board(item, period), "" if item.topic == Topic.BOARD else item.topic)


def document(item: Subscription, period: Period) -> Document:
    """Return the table as a document, for PDF."""
    return Document(
        language=item.user.language,
        banner=_("Grid services · figures"),
        issue=wording.period(period),
        place=item.node.name,
        date=wording.date(period.last),
        title=title(item, period),
        chapters=[Chapter(wording.days(period), _notes(item), _tables(item, period))],
        foot=[],
    )


def _notes(item: Subscription) -> list[str]:
    return units.notes(item.node, item.user) if item.topic == Topic.UNITS else []


def _tables(item: Subscription, period: Period) -> list[Table]:
    if item.topic == Topic.UNITS:
        rows = [[_plain(cell) for cell in line] for line in units.lines(item.node, period, item.user)]
        return [Table(str(item.get_topic_display()), units.heads(), rows)]
    if item.topic in RANKED:
        return _ranked(_ranking(item, period), item.user)
    board = _board(item, period)
    found = [table for table in (books.headline(board), *board.tables) if item.topic in (Topic.BOARD, table.slug)]
    return [
        Table(
            str(table.title),
            [str(table.first), *(str(head.label) for head in table.heads)],
            [[str(row.label), *map(_cell, row.cells)] for row in table.rows],
        )
        for table in found or [books.headline(board)]
    ]


def _board(item: Subscription, period: Period) -> board.Board:
    """Return the dashboard as the subscriber sees it: where small numbers are hidden from them, here too."""
    return board.build(item.node, stretch(period, timezone.localdate()), board.Wanted(), item.user)


def _ranking(item: Subscription, period: Period) -> Wanted:
    level = Level.UNIT if item.topic == Topic.RANKED_UNITS else BELOW.get(item.node.kind, Level.GRID)
    size = SizeBy.ORDERS if level == Level.UNIT else SizeBy.RESIDENTS
    return Wanted(item.node, level, Rate.ON_TIME, period, size, timezone.localdate())


def _ranked(wanted: Wanted, user: User) -> list[Table]:
    head = [pgettext("rank", "Place"), _("Name"), figures.label(wanted.rate), _("Value that ranks")]
    return [
        Table(
            " · ".join(
                filter(None, [ranking_pages.kind_words(group.kind), ranking_pages.size_words(group, wanted.size_by)])
            ),
            head,
            [[_plain(row.placed.place), row.member.name, _divided(row.figure), _ranks(row)] for row in group.rows],
        )
        for group in ranking_pages.seen_by(user, wanted)
    ]


def _divided(figure: figures.Figure | None) -> str:
    return wording.DASH if figure is None else f"{figure.numerator.normalize():f} / {figure.denominator}"


def _ranks(row: Row) -> str:
    """Say the value that ranks, or why there is no place."""
    if row.placed.place is None:
        return str(row.unplaced_words)
    return wording.DASH if row.percent is None else wording.percent(row.percent)


def _cell(cell: Cell | Change) -> str:
    if isinstance(cell, Change):
        sign = {"up": "+", "down": "-"}.get(cell.way, "")
        return wording.DASH if cell.size is None else f"{sign}{cell.size}{'' if cell.is_points else '%'}"
    if cell.value is None or cell.unit != Unit.PERCENT:
        return _plain(cell.value)
    return f"{cell.value}% ({cell.numerator}/{cell.denominator})"


def _plain(value: object) -> str:
    return wording.DASH if value is None else str(value)


def _workbook_of_units(item: Subscription, period: Period) -> IO[bytes]:
    book = Workbook(_("Figures"), widths=[30, *[12] * 7], frozen_rows=2)
    book.add([" · ".join([title(item, period), *_notes(item)])], bold=True)
    book.add(units.heads(), bold=True)
    for line in units.lines(item.node, period, item.user):
        book.add(line)
    return book.file()
