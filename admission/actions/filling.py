"""Handing in a task: what was filled in for one grid, and the minutes it took."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from admission.models import MAX_MINUTES, Answer, Assignment, TaskField
from admission.states import FieldKind
from workorders.actions import tasks
from workorders.models import Photo
from workorders.photos import CleanPhoto

MAX_TEXT = 200
MAX_TOOK = MAX_MINUTES * 3


@dataclass(frozen=True)
class Filled:
    """What was filled in: values by the field's key; a photo as CleanPhoto."""

    values: Mapping[int, Any]
    minutes: int


@transaction.atomic
def hand_in(
    assignment: Assignment | int,
    *,
    actor: User,
    filled: Filled,
    version: int | None = None,
    now: dt.datetime | None = None,
) -> Assignment:
    """Close a grid's part in a round with its answers; `version` is that of the order.

    Raises InvalidMove or StaleOrder where the order is closed or moved, PermissionDenied unless the actor has it,
    ValidationError naming the fields (`field-7`, `minutes`).
    """
    moment = now or timezone.now()
    pk = assignment if isinstance(assignment, int) else assignment.pk
    item = Assignment.objects.select_related("round", "task").get(pk=pk)
    fields = list(item.task.fields.all())
    answers = check(fields, filled)
    pictures = [value for value in filled.values.values() if isinstance(value, CleanPhoto)]
    order = tasks.hand_in(item.order_id, actor=actor, photos=pictures, version=version, now=moment)
    stored = {photo.sha256: photo for photo in Photo.objects.filter(order=order)} if pictures else {}
    for answer in answers:
        answer.assignment = item
        value = filled.values.get(answer.field_id)
        if isinstance(value, CleanPhoto):
            answer.photo = stored[value.sha256]
    Answer.objects.bulk_create(answers)
    item.handed_in_at, item.minutes, item.worker = moment, filled.minutes, actor
    item.is_late = moment > item.round.due_at
    item.save(update_fields=["handed_in_at", "minutes", "worker", "is_late"])
    return item


def check(fields: Sequence[TaskField], filled: Filled) -> list[Answer]:
    """Turn what was filled in into unsaved answers; raises ValidationError naming every field that is wrong."""
    wrong: dict[str, str] = {}
    if not 1 <= filled.minutes <= MAX_TOOK:
        wrong["minutes"] = _("Between 1 and %(most)s minutes.") % {"most": MAX_TOOK}
    answers = []
    for field in fields:
        value = filled.values.get(field.pk)
        if value is None or value == "":
            if field.is_required:
                wrong[f"field-{field.pk}"] = _("This must be filled.")
            continue
        why_not = _wrong(field, value)
        if why_not:
            wrong[f"field-{field.pk}"] = why_not
        else:
            answers.append(_answer(field, value))
    if wrong:
        raise ValidationError(wrong)
    return answers


TYPES: dict[str, tuple[type, ...]] = {
    FieldKind.YES_NO: (bool,),
    FieldKind.NUMBER: (Decimal, int),
    FieldKind.CHOICE: (str,),
    FieldKind.TEXT: (str,),
    FieldKind.DATE: (dt.date,),
    FieldKind.PHOTO: (CleanPhoto,),
}


def _wrong(field: TaskField, value: Any) -> str:
    fits = isinstance(value, TYPES[field.kind]) and (field.kind == FieldKind.YES_NO or not isinstance(value, bool))
    if not fits:
        return _("This is not an answer of the kind that is asked.")
    if field.kind == FieldKind.NUMBER:
        return _out_of_bounds(field, Decimal(value))
    if field.kind == FieldKind.CHOICE and value not in field.choices:
        return _("Choose one of the list.")
    if field.kind == FieldKind.TEXT and (len(value) > MAX_TEXT or "\0" in value):
        return _("At most %(most)s plain characters.") % {"most": MAX_TEXT}
    return ""


def _out_of_bounds(field: TaskField, number: Decimal) -> str:
    if not number.is_finite() or abs(number) >= 10**10 or number != round(number, 2):
        return _("Write a number with at most two decimals.")
    if field.minimum is not None and number < field.minimum:
        return _("Not below %(least)s.") % {"least": field.minimum.normalize()}
    if field.maximum is not None and number > field.maximum:
        return _("Not above %(most)s.") % {"most": field.maximum.normalize()}
    return ""


def _answer(field: TaskField, value: Any) -> Answer:
    column = {
        FieldKind.YES_NO: "flag",
        FieldKind.NUMBER: "number",
        FieldKind.CHOICE: "text",
        FieldKind.TEXT: "text",
        FieldKind.DATE: "date",
    }.get(FieldKind(field.kind))
    if column is None:
        return Answer(field=field)
    return Answer(field=field, **{column: value.strip() if isinstance(value, str) else value})
