"""A round's answers as a workbook: a row for each grid, a column for each question, sums of nothing.

Whatever people typed is written as text that no spreadsheet takes for a formula (OWASP, "CSV injection").
"""

import datetime as dt
import io
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from admission.models import Answer, Assignment, Round, Task, TaskField
from admission.progress import part_of
from grids.models import Grid

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BATCH = 1000


def workbook(task: Task, round_: Round, within: Grid | None) -> bytes:
    """Write the workbook; rows are read a thousand at a time."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Answers"))
    fields = list(task.fields.all())
    sheet.append([safe(task.title)])
    sheet.append([safe(task.unit.name), _("Round"), round_.day, _("Due"), _local(round_.due_at)])
    sheet.append([_("Area"), safe(within.name if within else task.district.name)])
    sheet.append([])
    head = [_("Street or town"), _("Community or village"), _("Grid"), _("Order"), _("State"), _("Worker")]
    head += [_("Handed in"), _("Late"), _("Minutes")]
    sheet.append(head + [safe(field.label) for field in fields])
    for row in _rows(round_, within, fields):
        sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def safe(value: Any) -> Any:
    """Return text that stays text in a spreadsheet; other values as they are."""
    if not isinstance(value, str):
        return value
    clean = ILLEGAL_CHARACTERS_RE.sub("", value)
    return f"'{clean}" if clean.startswith(FORMULA_STARTS) else clean


def _rows(round_: Round, within: Grid | None, fields: list[TaskField]) -> Iterator[list[Any]]:
    last = 0
    while True:
        part = part_of(round_, within).filter(pk__gt=last).order_by("pk")
        batch = list(
            part.select_related("street", "community", "grid", "order", "worker").only(
                *(f"{node}__name" for node in ("street", "community", "grid")),
                "order__number",
                "order__state",
                "worker__display_name",
                "worker__username",
                "handed_in_at",
                "is_late",
                "is_dropped",
                "minutes",
            )[:BATCH]
        )
        if not batch:
            return
        answers: dict[int, dict[int, Any]] = defaultdict(dict)
        for answer in Answer.objects.filter(assignment__in=[item.pk for item in batch]):
            answers[answer.assignment_id][answer.field_id] = _said(answer)
        for item in batch:
            yield [*_facts(item), *(answers[item.pk].get(field.pk, "") for field in fields)]
        last = batch[-1].pk


def _facts(item: Assignment) -> list[Any]:
    return [
        safe(item.street.name if item.street else ""),
        safe(item.community.name if item.community else ""),
        safe(item.grid.name),
        item.order.number,
        _("fell away") if item.is_dropped else item.order.get_state_display(),
        safe(str(item.worker)),
        _local(item.handed_in_at),
        _("Yes") if item.is_late else "",
        item.minutes,
    ]


def _said(answer: Answer) -> Any:
    if answer.flag is not None:
        return _("Yes") if answer.flag else _("No")
    if answer.number is not None:
        return float(answer.number)
    if answer.photo_id is not None:
        return _("photo at the order")
    return answer.date or safe(answer.text)


def _local(moment: dt.datetime | None) -> dt.datetime | str:
    return timezone.localtime(moment).replace(tzinfo=None, microsecond=0) if moment else ""
