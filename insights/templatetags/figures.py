"""Cells of figures as HTML: `{% load figures %}`. Written in Python, since a page has a thousand of them."""

from decimal import Decimal
from html import escape

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from insights.cells import Cell, Change, Row, Unit

register = template.Library()
NOTHING = mark_safe("—")


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
        return format_html("{} {}", pgettext("a mean of so many", "of"), below)
    return format_html("{} / {}", _linked(_number(cell.numerator), cell.url), below)


@register.filter
def marks(cell: Cell) -> SafeString:
    """Return the attributes by which scripts and tests know a number."""
    value, top, bottom = cell.value, cell.numerator, cell.denominator
    return mark_safe(  # noqa: S308 - words are escaped, the rest are numbers
        f'data-figure="{escape(cell.name)}" data-key="{escape(cell.key)}" data-when="{escape(cell.when)}" '
        f'data-value="{"" if value is None else value}" '
        f'data-n="{"" if top is None else top}" data-d="{"" if bottom is None else bottom}"'
    )


@register.filter
def cells(row: Row) -> SafeString:
    """Return a row's cells."""
    return mark_safe("".join(_change(cell) if isinstance(cell, Change) else _cell(cell) for cell in row.cells))  # noqa: S308 - each is escaped


@register.filter
def changed(change: Change) -> SafeString:
    """Say how much more or less: an arrow, a word for who hears it, and the size."""
    if change.size is None:
        return NOTHING
    size = _("%(size)s pp") % {"size": change.size} if change.is_points else f"{change.size} %"
    if not change.way:
        return format_html('<span class="change">{}</span>', size)
    word = pgettext("of a figure", "up") if change.way == "up" else pgettext("of a figure", "down")
    tone = "" if change.is_good is None else " change-good" if change.is_good else " change-bad"
    return format_html(
        '<span class="change{}"><span aria-hidden="true">{}</span><span class="visually-hidden">{} </span>{}</span>',
        *(tone, "↑" if change.way == "up" else "↓", word, size),
    )


def _cell(cell: Cell) -> str:
    if cell.numerator is None:
        return format_html(
            '<td {} title="{}">—</td>', marks(cell), cell.why_missing or _("Small numbers are not shown.")
        )
    if cell.unit == Unit.COUNT:
        return f"<td {marks(cell)}>{_linked(_number(cell.numerator), cell.url)}</td>"
    return f"<td {marks(cell)}><b>{said(cell)}</b> <small>{parts(cell)}</small></td>"


def _change(change: Change) -> str:
    return f"<td>{changed(change)}</td>"


def _number(value: Decimal | int) -> str:
    return f"{value:,}"


def _linked(number: str, url: str) -> SafeString:
    return mark_safe(f'<a href="{escape(url)}">{number}</a>' if url else number)  # noqa: S308 - a number, a quoted address
