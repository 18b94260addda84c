"""What just happened: moves of orders, told without anything that a resident or a worker could be known by."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from grids.models import Grid
from residents import sight
from workorders.categories import in_language
from workorders.models import Event
from workorders.states import Move, OrderKind

SHOWN = 12
RECENT = dt.timedelta(days=3)


@dataclass(frozen=True)
class Happened:
    """One move: when, of which order by its number, what about and where."""

    at: dt.datetime
    what: str
    number: str
    category: str
    place: str
    """Its community, where it lies in none its street; "" where nobody located it."""


def latest(node: Grid, district_id: int, now: dt.datetime) -> list[Happened]:
    """Return the latest moves of incidents in a node, newest first, confidential ones left out: one query."""
    place: dict[str, Any] = {f"order__{sight.COLUMN.get(node.kind, 'grid')}": node.pk}
    incidents = Event.objects.filter(order__kind=OrderKind.INCIDENT, order__is_confidential=False)
    moves = incidents.filter(**place, district=district_id, at__gt=now - RECENT, at__lte=now)
    columns = ("at", "move", "order__number", "order__category__name", "order__category__name_en")
    places = ("order__community__name", "order__street__name")
    rows = moves.order_by("-at", "-id").values_list(*columns, *places)[:SHOWN]
    return [
        Happened(at, str(Move(move).label), number, in_language(name or "", name_en or ""), community or street or "")
        for at, move, number, name, name_en, community, street in rows
    ]
