"""The order list as a workbook: who made it, when, by which filters, then the rows. No resident's contact is in it."""

import datetime as dt
from collections.abc import Iterator
from typing import IO, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.workbooks import Workbook
from workorders import lights, names
from workorders.rows import columns, listed
from workorders.selection import Selection, labels
from workorders.states import Difficulty, Light, Source

MOST = 5000
"""Rows in one workbook; its head says when there were more."""
MORE = ("source", "difficulty", "is_excluded")
WIDTHS = (6, 20, 10, 10, 26, 10, 10, 30, 26, 40, 26, 17, 17, 17, 10, 10)


def write(selection: Selection) -> tuple[IO[bytes], int]:
    """Write the selection's first `MOST` rows; returns the open file at its beginning and how many rows it holds."""
    found = list(columns(selection.first(MOST + 1), *MORE))
    rows, is_cut = found[:MOST], len(found) > MOST
    head = list(_head(selection, len(rows), is_cut=is_cut))
    book = Workbook(_("Work orders"), widths=WIDTHS, frozen_rows=len(head) + 1)
    for number, line in enumerate(head):
        book.add([line], bold=number == 0)
    book.add(_titles(), bold=True)
    for row in _rows(rows, selection.now):
        book.add(row)
    return book.file(), len(rows)


def _head(selection: Selection, count: int, *, is_cut: bool) -> Iterator[str]:
    filters = "；".join([str(labels()[selection.tab]), *selection.form.chips(with_words=True)])
    made = timezone.localtime(selection.now)
    yield _("Work orders")
    yield _("Filters: %(filters)s") % {"filters": filters}
    yield _("Exported by %(person)s (%(username)s) at %(when)s") % {
        "person": selection.user,
        "username": selection.user.username,
        "when": date_format(made, "Y-m-d H:i:s"),
    }
    yield _("%(count)d orders") % {"count": count} + (
        _(", the first of more; narrow the filters to have the rest") if is_cut else ""
    )


def _titles() -> list[str]:
    return [
        _("No."),
        _("Number"),
        _("State"),
        _("Light"),
        _("Category"),
        _("Urgency"),
        _("Difficulty"),
        _("Area"),
        _("Address"),
        _("What happened"),
        _("With whom"),
        _("Reported at"),
        _("Due"),
        _("Finished at"),
        _("Source"),
        _("Escalated"),
    ]


def _rows(rows: list[Any], now: dt.datetime) -> Iterator[list[Any]]:
    """Yield each order's cells; all names come from one query."""
    orders = listed(rows)
    named = names.of(orders)
    for number, (order, row) in enumerate(zip(orders, rows, strict=True), start=1):
        light = lights.light_of(order, now)
        yield [
            number,
            order.number,
            order.get_state_display(),
            str(Light(light).label) if light else "",
            named.categories[order.category_id],
            order.get_urgency_display(),
            str(Difficulty(row.difficulty).label),
            named.place(order),
            order.address,
            order.description,
            "" if order.is_final else named.with_whom(order),
            order.reported_at,
            order.due_at,
            order.finished_at,
            str(Source(row.source).label),
            _("yes") if order.is_escalated else "",
        ]
