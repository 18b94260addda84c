"""What rows of a roster hold, for the pages and the API that show them; masking is theirs (residents/masking.py)."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from residents.models import House, Organisation, Resident
from rosters.checking import STAGED
from rosters.models import Batch, Row
from rosters.states import BatchKind

_REGISTERS: dict[str, type[models.Model]] = {
    BatchKind.RESIDENTS: Resident,
    BatchKind.HOUSES: House,
    BatchKind.ORGANISATIONS: Organisation,
}
FACTS = ("floating", "foreign", "left_behind")
"""What a person leads to because of their kind (residents/facts.py)."""


def value(one: Any, field: str) -> Any:
    """Return what a row of the file, or of the register with the facts of its kind, holds in a field; None: nothing."""
    if isinstance(one, Resident):
        beside = (getattr(one, name, None) for name in FACTS)
        one = next((held for held in (one, *beside) if held is not None and hasattr(held, field)), None)
    return getattr(one, field, None)


def contents(batch: Batch, rows: Iterable[Row]) -> dict[int, Any]:
    """Return the staged content by the rows' keys: one query. Numbers in it are in full; mask what is shown.

    Rows of people who are no longer on the list have none.
    """
    found: dict[int, Any] = STAGED[batch.kind]._default_manager.in_bulk([row.pk for row in rows])
    return found


def targets(batch: Batch, rows: Iterable[Row]) -> dict[int, Any]:
    """Return the register's rows by their own keys, those that rows mean and that they contradict: one query.

    A contradiction may lie outside one's area: then only that it does may be shown (conflict "elsewhere").
    """
    model = _REGISTERS.get(batch.kind)
    if model is None:
        return {}
    keys = {key for row in rows for key in (row.target_id, row.rival_id) if key is not None}
    rows_ = model._default_manager.all()
    if model is Resident:
        rows_ = rows_.select_related(*FACTS)
    found: dict[int, Any] = rows_.in_bulk(sorted(keys))
    return found
