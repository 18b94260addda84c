"""The kinds of facilities that every installation starts with, from `facilities/data/kinds.csv`."""

import csv
from pathlib import Path

from facilities.models import FacilityKind

DATA = Path(__file__).resolve().parent / "data" / "kinds.csv"


def load_kinds() -> int:
    """Add the kinds whose code is not there yet; returns how many. What somebody changed stays as they left it."""
    with DATA.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    known = set(FacilityKind.objects.values_list("code", flat=True))
    fresh = [row for row in rows if row["code"] not in known]
    FacilityKind.objects.bulk_create(
        FacilityKind(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            related=row["related"],
            is_camera=row["is_camera"] == "1",
            source=row["source"],
            verified=row["verified"] == "1",
        )
        for row in fresh
    )
    return len(fresh)


def in_use() -> dict[str, FacilityKind]:
    """Return the kinds in use by code; the first to ask brings them in."""
    known = list(FacilityKind.objects.all()) or (load_kinds() and list(FacilityKind.objects.all()))
    return {kind.code: kind for kind in known or () if kind.is_active}
