"""The list of warnings as one person asked for it: which tab, narrowed by what; for the page and the workbook."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.workbooks import Workbook
from alerts import explaining
from alerts.forms import FilterForm
from alerts.models import EarlyWarning
from alerts.querysets import WarningQuerySet
from alerts.states import State
from grids.backends import standing_for
from grids.standing import Standing

NEWEST_FIRST = ("-found_at", "-id")
MOST = 5000
"""Rows in one workbook; its head says when there were more."""
WIDTHS = (6, 24, 10, 12, 20, 70, 12, 12, 17, 14, 17, 14, 30, 20)


@dataclass(frozen=True)
class Asked:
    """What a person asked to see."""

    tab: State
    form: FilterForm
    narrowing: Mapping[str, str]

    def rows(self, user: User) -> WarningQuerySet:
        return self.narrowed(EarlyWarning.objects.visible_to(user)).filter(state=self.tab)

    def narrowed(self, rows: WarningQuerySet) -> WarningQuerySet:
        return rows.filter(**self.narrowing)


def read(query: Any) -> Asked:
    """Read an address; what makes no sense is left out."""
    wanted = query.get("tab", "")
    form = FilterForm(query)
    return Asked(State(wanted) if wanted in State.values else State.NEW, form, form.narrowing())


@dataclass(frozen=True)
class Row:
    """A warning with the words that this reader may read."""

    warning: EarlyWarning
    subject: str
    sentence: str
    rule: str


def rows(found: Iterable[EarlyWarning], who: Standing) -> list[Row]:
    return [
        Row(one, explaining.subject(one, who), explaining.sentence(one, who), explaining.rule_name(one))
        for one in found
    ]


def workbook(asked: Asked, user: User, now: dt.datetime) -> tuple[IO[bytes], int]:
    """Write the list's first `MOST` rows; returns the open file at its beginning and how many rows it holds."""
    who = standing_for(user)
    found = list(asked.rows(user).with_names().order_by(*NEWEST_FIRST)[: MOST + 1])
    shown = rows(found[:MOST], who)
    book = Workbook(_("Early warnings"), widths=WIDTHS, frozen_rows=3)
    book.add([f"{_('Early warnings')} · {asked.tab.label}"], bold=True)
    book.add([f"{user} · {timezone.localtime(now):%Y-%m-%d %H:%M}" + ("" if len(found) <= MOST else f" · {MOST}+")])
    book.add(_titles(), bold=True)
    for number, row in enumerate(shown, start=1):
        book.add([number, *_cells(row)])
    return book.file(), len(shown)


def _titles() -> list[str]:
    return [
        _("No."),
        _("Rule"),
        _("Severity"),
        _("Where"),
        _("What about"),
        _("What was found"),
        _("From"),
        _("To"),
        _("Found at"),
        _("State"),
        _("Decided at"),
        _("Reason"),
        _("Note"),
        _("Work order"),
    ]


def _cells(row: Row) -> list[Any]:
    one = row.warning
    return [
        row.rule,
        one.get_severity_display(),
        one.node.name,
        row.subject,
        row.sentence,
        one.first_on,
        one.last_on,
        one.found_at,
        one.get_state_display(),
        one.closed_at,
        one.get_reason_display(),
        one.note,
        one.order.number if one.order is not None else "",
    ]
