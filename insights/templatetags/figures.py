"""Tables of figures as HTML: `{% load figures %}`. In Python, since a page has a thousand cells."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from insights.cells import Cell, Change, Head, Row, Table, Unit

register = template.Library()
ARROWS = {"descending": "↓", "ascending": "↑"}


@dataclass(frozen=True)
class _Words:
    """What the cells of a page say besides numbers, in one language: a page has a thousand of them."""

    hours: str
    points: str
    of: str
    up: str
    down: str
    hidden: str


def _words() -> _Words:
    return _words_in(get_language())


@cache
def _words_in(_language: str | None) -> _Words:
    return _Words(
        hours=_("%(hours)s h"),
        points=_("%(size)s pp"),
        of=escape(pgettext("a mean of so many", "of")),
        up=escape(pgettext("of a figure", "up")),
        down=escape(pgettext("of a figure", "down")),
        hidden=escape(_("Small numbers are not shown.")),
    )


@register.filter
def said(cell: Cell) -> str:
    """Say a cell's value: "1,204", "91.9 %", "3.4 h"."""
    return _said(cell, cell.value, _words())


@register.filter
def grouped(value: Decimal | int) -> str:
    """Write a number in full with separators, without zeros behind the point."""
    return f"{value.normalize():,f}" if isinstance(value, Decimal) else f"{value:,}"


@register.filter
def parts(cell: Cell) -> SafeString:
    """Return numerator and denominator, each a link to the list that it counts where there is one."""
    return mark_safe(_parts(cell, _words()))  # noqa: S308 - our own word, numbers, addresses that are quoted


@register.filter
def marks(cell: Cell) -> SafeString:
    """Return the attributes by which scripts and tests know a number."""
    return mark_safe(_marks(cell, cell.value))  # noqa: S308 - our own words, a key that is escaped, numbers


@register.filter
def heads(table: Table) -> SafeString:
    """Return the heads of a table's columns: with what scripts draw, and the address that sorts by each."""
    return mark_safe("".join(map(_head, table.heads)))  # noqa: S308 - each is escaped


@register.filter
def rows(table: Table) -> SafeString:
    """Return a table's rows."""
    words = _words()
    return mark_safe("".join([_row(row, words) for row in table.rows]))  # noqa: S308 - each is escaped


@register.filter
def changed(change: Change) -> SafeString:
    """Say how much more or less: an arrow, a word for who hears it, and the size."""
    return mark_safe(_changed(change, _words()))  # noqa: S308 - our own words and a number


def _head(head: Head) -> str:
    label = escape(str(head.label))
    drawn = "" if head.series is None else f' data-series="{head.series}" data-name="{label}"'
    tone = f' data-tone="{head.tone}"' if head.tone else ""
    way = f' aria-sort="{head.sorted}"' if head.sorted else ""
    title = f' title="{escape(str(head.meaning))}"' if head.meaning else ""
    if head.sort:
        arrow = f' <span aria-hidden="true">{ARROWS[head.sorted]}</span>' if head.sorted else ""
        label = f'<a href="{escape(head.sort)}">{label}{arrow}</a>'
    return f'<th scope="col"{drawn}{tone}{way}{title}>{label}</th>'


def _row(row: Row, words: _Words) -> str:
    label = escape(str(row.label))
    if row.url:
        label = f'<a href="{escape(row.url)}">{label}</a>'
    title = f' title="{escape(str(row.meaning))}"' if row.meaning else ""
    node = f' data-node="{row.node}"' if row.node else ""
    cells = "".join(
        [f"<td>{_changed(cell, words)}</td>" if isinstance(cell, Change) else _cell(cell, words) for cell in row.cells]
    )
    return f'<tr{node}><th scope="row"{title}>{label}</th>{cells}</tr>'


def _cell(cell: Cell, words: _Words) -> str:
    if cell.numerator is None:
        why = escape(str(cell.why_missing)) if cell.why_missing else words.hidden
        return f'<td {_marks(cell, None)} title="{why}">—</td>'
    if cell.unit == Unit.COUNT:
        return f"<td {_marks(cell, cell.numerator)}>{_linked(_number(cell.numerator), cell.url)}</td>"
    value = cell.value
    return f"<td {_marks(cell, value)}><b>{_said(cell, value, words)}</b> <small>{_parts(cell, words)}</small></td>"


def _said(cell: Cell, value: Decimal | int | None, words: _Words) -> str:
    if value is None:
        return "—"
    if cell.unit == Unit.PERCENT:
        return f"{value} %"
    return words.hours % {"hours": value} if cell.unit == Unit.HOURS else _number(value)


def _parts(cell: Cell, words: _Words) -> str:
    if cell.denominator is None or cell.numerator is None:
        return ""
    below = _linked(_number(cell.denominator), cell.below_url)
    if cell.unit == Unit.HOURS:
        return f"{words.of} {below}"
    return f"{_linked(_number(cell.numerator), cell.url)} / {below}"


def _marks(cell: Cell, value: Decimal | int | None) -> str:
    key, top, bottom = escape(cell.key) if cell.key else "", cell.numerator, cell.denominator
    return (
        f'data-figure="{cell.name}" data-key="{key}" data-when="{cell.when}" data-value="{_or_empty(value)}" '
        f'data-n="{_or_empty(top)}" data-d="{_or_empty(bottom)}"'
    )


def _changed(change: Change, words: _Words) -> str:
    value = change.value
    if value is None:
        return "—"
    size = words.points % {"size": abs(value)} if change.is_points else f"{abs(value):,}\u00a0%"
    if not value:
        return f'<span class="change">{size}</span>'
    arrow, word = ("↑", words.up) if value > 0 else ("↓", words.down)
    tone = "" if change.is_good is None else " change-good" if change.is_good else " change-bad"
    return (
        f'<span class="change{tone}"><span aria-hidden="true">{arrow}</span>'
        f'<span class="visually-hidden">{word} </span>{size}</span>'
    )


def _or_empty(value: Decimal | int | None) -> Decimal | int | str:
    return "" if value is None else value


def _number(value: Decimal | int) -> str:
    return f"{value:,}"


def _linked(number: str, url: str) -> str:
    return f'<a href="{escape(url)}">{number}</a>' if url else number
