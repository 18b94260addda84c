"""What a row of a roster says beside what the register says, masked for the page (residents/masking.py)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from residents import codes, masking
from rosters import columns, reading, showing, words
from rosters.columns.column import Column, Reads
from rosters.models import Batch, Row
from rosters.states import APPLICABLE, DECIDABLE, BatchKind, Conflict, Outcome

_NOTHING = "—"
_NAMES = ("name", "display_name")


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Shown:
    """One row for the page: who it is and where, as far as it may be shown, and what differs."""

    row: Row
    who: str
    facts: list[str]
    why: str
    differences: list[Difference]
    reasons: list[str]
    """What is wrong with the row, or worth a look."""
    url: str
    """Of the register's page, where the row means one that the viewer may see."""
    is_decidable: bool
    is_applicable: bool


def shown(batch: Batch, rows: Sequence[Row]) -> list[Shown]:
    """Return rows as the page shows them; three queries, whatever their number."""
    said, known = reading.contents(batch, rows), reading.targets(batch, rows)
    reasons: dict[int, list[str]] = {}
    for problem in batch.problem_rows.filter(number__in=[row.number for row in rows]).order_by("number", "id"):
        label = showing.label_of(batch, problem.field)
        reasons.setdefault(problem.number, []).append(f"{label}：{words.of(problem.code)[0]}")
    return [
        _shown(batch, row, said.get(row.pk), known.get(row.target_id or 0), reasons.get(row.number, [])) for row in rows
    ]


def _shown(batch: Batch, row: Row, said: Any, target: Any, reasons: list[str]) -> Shown:
    if row.conflict == Conflict.ELSEWHERE:
        target = None
    there = said or target
    exists = target is not None and row.outcome != Outcome.NEW
    return Shown(
        row,
        _who(batch, there),
        _facts(there),
        str(row.get_conflict_display()) if row.conflict else "",
        [_difference(batch, name, said, target) for name in row.fields] if exists and said else [],
        reasons,
        target.get_absolute_url() if exists else "",
        row.outcome in DECIDABLE and not row.result,
        not row.conflict or row.conflict in APPLICABLE,
    )


def _who(batch: Batch, there: Any) -> str:
    """Name a row as its register's lists do."""
    if there is None:
        return _NOTHING
    if batch.kind == BatchKind.HOUSES:
        return masking.address(there.address or "") or _NOTHING
    name = next((getattr(there, field) for field in _NAMES if getattr(there, field, None)), "")
    return name if batch.kind == BatchKind.ORGANISATIONS else masking.name(name or "") or _NOTHING


def _facts(there: Any) -> list[str]:
    """Return what tells a row apart from its namesakes."""
    found = [
        masking.tail(getattr(there, "identity_last4", None) or ""),
        masking.credit_code(getattr(there, "credit_code", None) or ""),
        masking.address(getattr(there, "address", None) or ""),
    ]
    return [fact for fact in found if fact]


def _difference(batch: Batch, field: str, said: Any, target: Any) -> Difference:
    column = columns.of(batch.kind).get(field)
    before, after = (_value(column, reading.value(one, field)) for one in (target, said))
    return Difference(str(showing.label_of(batch, field)), before, after)


def _value(column: Column | None, value: Any) -> str:
    """Return a value as far as it may be shown; what no column holds is only said to differ."""
    if value is None or value == "":
        return _NOTHING
    if column is None:
        return "…"
    if column.reads is Reads.NAME:
        return masking.name(value)
    if column.reads is Reads.IDENTITY:
        return masking.identity_number(value)
    if column.reads is Reads.PHONE:
        return masking.phone(value)
    if column.reads is Reads.CODE:
        return codes.label(column.codes, value)
    if column.reads is Reads.CHOICE:
        return next((spellings[0] for stored, spellings in column.choices if stored == value), str(value))
    if column.reads is Reads.CREDIT_CODE:
        return masking.credit_code(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.date):
        return f"{value.year}-**-**" if column.is_private else formats.date_format(value, "Y-m-d")
    if column.is_private:
        return masking.address(str(value))
    return str(value)
