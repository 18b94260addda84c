"""The rows every district starts with: categories, limits and the ladder, from the files in `workorders/data/`.

The files are a starting point, not the truth: a district edits its rows afterwards, and loading again only adds
what was never there. A row that somebody changed, closed or switched off stays as they left it.
"""

import csv
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from grids.models import Grid
from workorders import category_options
from workorders.models import Category, EscalationStep, Limit
from workorders.states import Stage

DATA = Path(__file__).resolve().parent / "data"

_Cell = tuple[str, str | None, str, str, str, str]


@dataclass(frozen=True)
class Loaded:
    """How many rows were added; what was there already is not counted."""

    categories: int
    limits: int
    steps: int


def read(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one of the data files (`categories`, `limits`, `ladder`)."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


@transaction.atomic
def load_rules(district: Grid, *, valid_from: dt.datetime | None = None) -> Loaded:
    """Give a district the default categories, limits and ladder that it does not have yet.

    `valid_from` (aware, default now) is when the new rows begin to hold: an order is ruled by the rows of the moment
    at which it was accepted, so history that is brought in afterwards needs an earlier one.
    """
    begins = valid_from or timezone.now()
    return Loaded(load_categories(), _load_limits(district, begins), _load_ladder(district, begins))


@transaction.atomic
def load_categories() -> int:
    """Add the categories whose code is not there yet, parents first; returns how many."""
    ids = dict(Category.objects.values_list("code", "pk"))
    rows = sorted(read("categories"), key=lambda row: len(row["code"]))
    added = 0
    for length in sorted({len(row["code"]) for row in rows}):
        new = [row for row in rows if len(row["code"]) == length and row["code"] not in ids]
        made = Category.objects.bulk_create([_category(row, ids) for row in new])
        ids |= {category.code: category.pk for category in made}
        added += len(made)
    category_options.forget()
    return added


def _category(row: dict[str, str], ids: dict[str, int]) -> Category:
    return Category(
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        parent_id=ids[row["parent"]] if row["parent"] else None,
        scheme=row["scheme"],
        difficulty=row["difficulty"],
        urgency=row["urgency"],
        lead_function=row["lead_function"],
        goes_straight_to_unit=row["goes_straight_to_unit"] == "1",
        needs_photo=row["needs_photo"] == "1",
        is_confidential=row["is_confidential"] == "1",
        source=row["source"],
        verified=row["verified"] == "1",
    )


def _load_limits(district: Grid, begins: dt.datetime) -> int:
    ids = dict(Category.objects.values_list("code", "pk"))
    cells = Limit.objects.values_list("stage", "category__code", "difficulty", "level", "urgency", "profile")
    known: set[_Cell] = set(cells.filter(district=district))
    new = [row for row in read("limits") if _cell(row) not in known]
    Limit.objects.bulk_create(
        Limit(
            district=district,
            valid_from=begins,
            stage=row["stage"],
            category_id=ids[row["category"]] if row["category"] else None,
            difficulty=row["difficulty"],
            level=row["level"],
            urgency=row["urgency"],
            profile=row["profile"],
            value=int(row["value"]),
            unit=row["unit"],
            warn_percent=int(row["warn_percent"]),
            source=row["source"],
        )
        for row in new
    )
    return len(new)


def _cell(row: dict[str, str]) -> _Cell:
    return row["stage"], row["category"] or None, row["difficulty"], row["level"], row["urgency"], row["profile"]


def _load_ladder(district: Grid, begins: dt.datetime) -> int:
    """A district that has a ladder keeps it whole: a step more in somebody's own ladder would bend it."""
    if EscalationStep.objects.filter(district=district).exists():
        return 0
    steps = [
        EscalationStep(
            district=district,
            valid_from=begins,
            urgency=row["urgency"],
            position=int(row["position"]),
            level=row["level"],
            role=row["role"],
            value=int(row["value"]),
            unit=row["unit"],
            warn_percent=int(row["warn_percent"]),
            grace_value=int(row["grace_value"]),
            grace_unit=row["grace_unit"],
        )
        for row in read("ladder")
    ]
    EscalationStep.objects.bulk_create(steps)
    return len(steps)


def stages_without_limit(district: Grid, at: dt.datetime) -> list[Stage]:
    """List the stages for which no row answers whatever the order is: each needs one with every cell blank."""
    general = Limit.objects.filter(district=district, category=None, difficulty="", level="", urgency="", profile="")
    answered = set(Limit.objects.values_list("stage", flat=True).filter(pk__in=general.in_force(at)))
    return [stage for stage in Stage if stage not in answered]
