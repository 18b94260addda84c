"""The list of requests as a workbook: who made it, when, by which filters, then the rows. Nobody who asked is in it."""

import datetime as dt
from typing import IO

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from accounts.workbooks import Workbook
from hotline.querysets import RequestQuerySet
from hotline.request_lists import FilterForm, Tab

MOST = 5000
"""Rows in one workbook; its head says when there were more."""
WIDTHS = (6, 20, 20, 10, 10, 12, 26, 40, 16, 20, 24, 17, 17, 17, 17, 10, 8)


def write(rows: RequestQuerySet, tab: str, form: FilterForm, user: User, now: dt.datetime) -> tuple[IO[bytes], int]:
    """Write the first `MOST` of these rows; returns the open file at its beginning and how many rows it holds."""
    found = list(rows[: MOST + 1])
    kept = found[:MOST]
    book = Workbook(_("Hotline requests"), widths=WIDTHS, frozen_rows=5)
    book.add([_("Hotline requests")], bold=True)
    chosen = "；".join([str(Tab(tab).label), *form.chips()])
    book.add([_("Filters: %(filters)s") % {"filters": chosen}])
    made = {"person": user, "username": user.username, "when": date_format(timezone.localtime(now), "Y-m-d H:i:s")}
    book.add([_("Exported by %(person)s (%(username)s) at %(when)s") % made])
    more = _(", the first of more; narrow the filters to have the rest") if len(found) > MOST else ""
    book.add([_("%(count)d requests") % {"count": len(kept)} + more])
    book.add(_titles(), bold=True)
    for number, matter in enumerate(kept, start=1):
        moments = (matter.received_at, matter.due_at, matter.answered_at, matter.closed_at)
        book.add(
            [
                *(number, matter.number, matter.platform_no, matter.get_state_display(), matter.get_kind_display()),
                *(matter.get_source_display(), matter.category.name if matter.category else "", matter.title),
                *(matter.street.name if matter.street else "", matter.community.name if matter.community else ""),
                *(matter.grid.name if matter.grid else "", *moments),
                *(matter.get_solved_display(), matter.satisfaction),
            ]
        )
    return book.file(), len(kept)


def _titles() -> list[str]:
    return [
        *(_("No."), _("Number"), _("Number at the city platform"), _("State"), _("Kind"), _("Source"), _("Category")),
        *(pgettext("of a request", "subject"), _("Street"), _("Community"), _("Grid")),
        *(pgettext("request", "Received"), _("Answer due"), _("Answered"), pgettext("request", "Closed")),
        *(_("Solved"), _("Satisfaction")),
    ]
