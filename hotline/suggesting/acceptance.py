"""What the desk makes of the suggestions: how often an operator took one, and which."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count

from grids.models import Grid
from hotline.models import Request

LONGEST = dt.timedelta(days=90)


@dataclass(frozen=True)
class Acceptance:
    """Requests for which categories were suggested since a moment, by what the operator took."""

    since: dt.datetime
    taken: dict[int, int]
    """By rank, 1 to 3; 0 where none of them was taken."""

    @property
    def offered(self) -> int:
        return sum(self.taken.values())

    @property
    def accepted(self) -> int:
        return self.offered - self.taken.get(0, 0)

    @property
    def share(self) -> float | None:
        return self.accepted / self.offered if self.offered else None


def since(district: Grid, used_from: dt.datetime, now: dt.datetime) -> Acceptance:
    """Return what operators took since a model came into use, at most since LONGEST ago."""
    begins = max(used_from, now - LONGEST)
    shown = Request.objects.filter(district=district, received_at__gte=begins, suggestion_rank__isnull=False)
    counted = shown.values_list("suggestion_rank").annotate(Count("id")).order_by()
    return Acceptance(begins, {rank: count for rank, count in counted if rank is not None})
