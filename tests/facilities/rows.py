"""Makers of facilities."""

import itertools
from decimal import Decimal
from typing import Any

from facilities import kinds
from facilities.models import Facility
from grids.models import Grid
from residents.querysets import path_of

_count = itertools.count(1)


def make_facility(grid: Grid, kind: str = "0103", **fields: Any) -> Facility:
    """Make a component in a grid; a storm drain's cover unless told."""
    path = path_of(grid)
    district = Grid.objects.get(pk=path["district_id"])
    given = {
        "code": f"{district.code[:6]}{kind}{900_000 - next(_count):06d}",
        "kind": kinds.in_use()[kind],
        "lng": Decimal("116.505"),
        "lat": Decimal("35.405"),
    }
    return Facility.objects.create(**path, **(given | fields))


def code(number: int, kind: str = "0103") -> str:
    """Return the code of a facility of the first district that a test makes."""
    return f"000000{kind}{number:06d}"
