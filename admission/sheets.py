"""A round's answers as a workbook: a row for each grid, a column for each question, sums of nothing."""

from collections import defaultdict
from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _

from accounts.workbooks import Workbook
from admission.models import Answer, Assignment, Round, Task, TaskField
from admission.progress import part_of
from grids.models import Grid

BATCH = 1000


def workbook(task: Task, round_: Round, within: Grid | None) -> IO[bytes]:
    """Write the workbook; rows are read a thousand at a time."""
    book = Workbook(_("Answers"))
    fields = list(task.fields.all())
    book.add([task.title])
    book.add([task.unit.name, _("Round"), round_.day, _("Due"), round_.due_at])
    book.add([_("Area"), within.name if within else task.district.name])
    book.add([])
    head = [_("Street or town"), _("Community or village"), _("Grid"), _("Order"), _("State"), _("Worker")]
    head += [_("Handed in"), _("Late"), _("Minutes")]
    book.add(head + [field.label for field in fields])
    for row in _rows(round_, within, fields):
        book.add(row)
    return book.file()


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
        item.street.name if item.street else "",
        item.community.name if item.community else "",
        item.grid.name,
        item.order.number,
        _("fell away") if item.is_dropped else item.order.get_state_display(),
        str(item.worker),
        item.handed_in_at,
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
    return answer.date or answer.text
