"""The ledger of key cases (台账): its lists and its workbook."""

from collections.abc import Iterable
from typing import IO, Any

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts.workbooks import Workbook
from grids.roles import Permission
from grids.standing import Standing
from hotline.models import KeyCase
from residents import sight

MOST = 5000


class LedgerTab(models.TextChoices):
    OPEN = "open", pgettext_lazy("key cases", "Open")
    ENDED = "ended", pgettext_lazy("key cases", "Ended")
    LIFTED = "lifted", gettext_lazy("Taken out")


def tab(name: str, who: Standing) -> QuerySet[KeyCase]:
    """Return one list of the key cases of one's area."""
    mine = KeyCase.objects.filter(sight.area(who, Permission.VIEW_RATES, "matter__"))
    if name == LedgerTab.LIFTED:
        return mine.filter(lifted_at__isnull=False)
    return mine.filter(lifted_at=None, matter__closed_at__isnull=name != LedgerTab.ENDED)


def shown(rows: QuerySet[KeyCase]) -> QuerySet[KeyCase]:
    """Join what a row of the ledger names; nothing private is read."""
    private = ("requester_name", "requester_phone", "reply_address", "platform_row", "text", "answer")
    joined = rows.select_related(
        "matter__category", "matter__grid", "matter__community", "matter__order__lead_unit", "supervision", "flagged_by"
    )
    return joined.defer(
        *(f"matter__{name}" for name in private), "matter__order__contact_name", "matter__order__contact_phone"
    )


def write(title: str, rows: Iterable[KeyCase]) -> IO[bytes]:
    """Return the ledger as a workbook: title, heads, rows with serial numbers."""
    book = Workbook(_("Ledger of key cases"), widths=[6, 22, 12, 20, 20, 20, 20, 17, 17, 17, 14, 30], frozen_rows=2)
    book.add([f"{_('Ledger of key cases')} · {title}"], bold=True)
    heads = [
        "#",
        _("Number"),
        _("State"),
        _("Category"),
        pgettext("ledger", "Where"),
        pgettext("ledger", "Unit"),
        pgettext("ledger", "Why"),
        _("Since"),
        _("Answer due"),
        pgettext("request", "Answered"),
        _("Supervision order"),
        pgettext("ledger", "Note"),
    ]
    book.add(heads, bold=True)
    for number, case in enumerate(rows, start=1):
        book.add([number, *_cells(case)])
    return book.file()


def _cells(case: KeyCase) -> list[Any]:
    matter = case.matter
    order = matter.order
    place = matter.grid or matter.community
    return [
        matter.number,
        matter.get_state_display(),
        matter.category.name if matter.category else "",
        place.name if place else "",
        order.lead_unit.name if order is not None and order.lead_unit is not None else "",
        case.get_reason_display(),
        case.flagged_at,
        matter.due_at,
        matter.answered_at,
        case.supervision.number if case.supervision else "",
        case.lifted_note or case.note,
    ]
