"""Tables of figures as HTML: `{% load figures %}`. In Python, since a page has a thousand cells."""

from decimal import Decimal
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from insights.cells import Cell, Change, Head, Row, Table, Unit

register = template.Library()
NOTHING = mark_safe("—")
ARROWS = {"descending": "↓", "ascending": "↑"}


@register.filter
def said(cell: Cell) -> str:
    """Say a cell's value: "1,204", "91.9 %", "3.4 h"."""
    value = cell.value
    if value is None:
        return "—"
    if cell.unit == Unit.PERCENT:
        return f"{value} %"
    return _("%(hours)s h") % {"hours": value} if cell.unit == Unit.HOURS else _number(value)


@register.filter
def parts(cell: Cell) -> SafeString:
    """Return numerator and denominator, each a link to the list that it counts where there is one."""
    if cell.denominator is None or cell.numerator is None:
        return mark_safe("")
    below = _linked(_number(cell.denominator), cell.below_url)
    if cell.unit == Unit.HOURS:
        said_of = f"{escape(pgettext('a mean of so many', 'of'))} {below}"
    else:
        said_of = f"{_linked(_number(cell.numerator), cell.url)} / {below}"
    return mark_safe(said_of)  # noqa: S308 - our own word, numbers, addresses that are quoted


@register.filter
def marks(cell: Cell) -> SafeString:
    """Return the attributes by which scripts and tests know a number."""
    value, top, bottom = cell.value, cell.numerator, cell.denominator
    return mark_safe(  # noqa: S308 - our own words, a key that is escaped, numbers
        f'data-figure="{cell.name}" data-key="{escape(cell.key) if cell.key else ""}" data-when="{cell.when}" '
        f'data-value="{"" if value is None else value}" '
        f'data-n="{"" if top is None else top}" data-d="{"" if bottom is None else bottom}"'
    )


@register.filter
def heads(table: Table) -> SafeString:
    """Return the heads of a table's columns: with what scripts draw, and the address that sorts by each."""
    return mark_safe("".join(map(_head, table.heads)))  # noqa: S308 - each is escaped


@register.filter
def rows(table: Table) -> SafeString:
    """Return a table's rows."""
    return mark_safe("".join(map(_row, table.rows)))  # noqa: S308 - each is escaped


@register.filter
def changed(change: Change) -> SafeString:
    """Say how much more or less: an arrow, a word for who hears it, and the size."""
    if change.size is None:
        return NOTHING
    size = _("%(size)s pp") % {"size": change.size} if change.is_points else f"{change.size} %"
    if not change.way:
        return mark_safe(f'<span class="change">{size}</span>')  # noqa: S308 - a number and its unit
    word = pgettext("of a figure", "up") if change.way == "up" else pgettext("of a figure", "down")
    tone = "" if change.is_good is None else " change-good" if change.is_good else " change-bad"
    arrow = "↑" if change.way == "up" else "↓"
    return mark_safe(  # noqa: S308 - our own words and a number
        f'<span class="change{tone}"><span aria-hidden="true">{arrow}</span>'
        f'<span class="visually-hidden">{word} </span>{size}</span>'
    )


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


def _row(row: Row) -> str:
    label = escape(str(row.label))
    if row.url:
        label = f'<a href="{escape(row.url)}">{label}</a>'
    title = f' title="{escape(str(row.meaning))}"' if row.meaning else ""
    node = f' data-node="{row.node}"' if row.node else ""
    cells = "".join(f"<td>{changed(cell)}</td>" if isinstance(cell, Change) else _cell(cell) for cell in row.cells)
    return f'<tr{node}><th scope="row"{title}>{label}</th>{cells}</tr>'


def _cell(cell: Cell) -> str:
    if cell.numerator is None:
        why = escape(str(cell.why_missing or _("Small numbers are not shown.")))
        return f'<td {marks(cell)} title="{why}">—</td>'
    if cell.unit == Unit.COUNT:
        return f"<td {marks(cell)}>{_linked(_number(cell.numerator), cell.url)}</td>"
    return f"<td {marks(cell)}><b>{said(cell)}</b> <small>{parts(cell)}</small></td>"


def _number(value: Decimal | int) -> str:
    return f"{value:,}"


def _linked(number: str, url: str) -> str:
    return f'<a href="{escape(url)}">{number}</a>' if url else number
