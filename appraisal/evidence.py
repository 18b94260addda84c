"""What may show that points were earned: an order or a visit of the one judged, of the days that are judged.

An order is a worker's who reported, had or handled it, or in whose grid it lies by a post of those days; a unit's that
was handed it. A visit is a worker's who made it or in whose grid it was made; a unit's whose people made it.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from grids.models import Post, Unit
from grids.querysets import PostQuerySet
from grids.roles import Role
from hotline.periods import Period
from visits.models import Visit
from visits.querysets import VisitQuerySet
from workorders.models import Involvement, WorkOrder
from workorders.querysets import OrderQuerySet


def orders(who: User | Unit, days: Period) -> OrderQuerySet:
    """Return the orders that were under way on some of these days and are this person's or unit's.

    A confidential one is theirs only if they had a part in it: otherwise they could not open it.
    """
    handed = Involvement.objects.filter(order=OuterRef("pk"))
    if isinstance(who, Unit):
        theirs = Q(lead_unit=who) | Q(Exists(handed.filter(unit=who, user=None)))
    else:
        theirs = Q(reporter=who) | Q(assignee=who) | Q(handler=who) | Q(Exists(handed.filter(user=who, unit=None)))
        theirs |= Q(grid__in=_grids(who, days), is_confidential=False)
    under_way = Q(finished_at=None) | Q(finished_at__gte=days.begin)
    return WorkOrder.objects.filter(theirs, under_way, reported_at__lt=days.end)


def visits(who: User | Unit, days: Period) -> VisitQuerySet:
    """Return the valid visits of these days that are this person's or unit's."""
    if isinstance(who, Unit):
        theirs = Q(visitor__in=_held(days).filter(unit=who).values("user"))
    else:
        theirs = Q(visitor=who) | Q(grid__in=_grids(who, days))
    return Visit.objects.valid().filter(theirs, visited_at__gte=days.begin, visited_at__lt=days.end)


def _grids(user: User, days: Period) -> QuerySet[Any, Any]:
    return _held(days).holding(Role.GRID_WORKER).filter(user=user).values("node")


def _held(days: Period) -> PostQuerySet:
    return Post.objects.filter(Q(ends_on=None) | Q(ends_on__gte=days.first), starts_on__lte=days.last)
