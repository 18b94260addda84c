"""What changed in one's area since yesterday, counted from the history."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from grids.models import Grid
from grids.standing import Standing
from workorders import sight
from workorders.models import Event, WorkOrder
from workorders.states import Move

TOLD = (Move.REPORT, Move.CLOSE, Move.ESCALATE, Move.RETURN_ORDER, Move.VERIFY_FAIL, Move.STRIKE_OFF)


@dataclass(frozen=True)
class News:
    move: Move
    count: int


def since_yesterday(standing: Standing, now: dt.datetime) -> list[News]:
    """Count the moves since yesterday's midnight on the orders of one's area, of one's units, and one's own reports.

    One query; it reads two days of the district's history and no more.
    """
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) - dt.timedelta(days=1)
    theirs = sight.open_area(standing) | Q(reporter=standing.user_id)
    if standing.unit_ids:
        theirs |= Q(lead_unit__in=standing.unit_ids)
    districts = Grid.objects.filter(parent=None, tree_id__in={post.tree_id for post in standing.posts})
    events = Event.objects.filter(
        district__in=districts, at__gte=midnight, move__in=TOLD, order__in=WorkOrder.objects.filter(theirs)
    )
    found = dict(events.order_by().values_list("move").annotate(n=Count("pk")))
    return [News(move, found[move]) for move in TOLD if move in found]
