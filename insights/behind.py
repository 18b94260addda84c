"""The list behind a number: the very rows that a source counts, before they are added up."""

import datetime as dt
from collections.abc import Collection
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse

from accounts.models import User
from grids.models import Grid
from hotline.periods import Period
from insights.measures import Measure
from insights.models import Lineage
from insights.sources import Raw, Span
from insights.sources.orders import due_facts, facts
from workorders.models import WorkOrder

M = Measure
LISTED = (
    *(M.FOUND, M.FOUND_BY_CATEGORY, M.ENDED, M.SOLVED_BY_LEVEL, M.FELL_DUE, M.WENT_OVERDUE, M.OVERDUE_BY_LEVEL),
    *(M.ESCALATED, M.STAGE, M.RETURNED, M.REWORKED, M.RATED),
)
"""Measures whose rows are orders, or moves, climbs and clocks of orders."""


@lru_cache(maxsize=4096)
def address(node_id: int, period: Period) -> str:
    """Return where the rows of a period are listed; add `query`, which says which."""
    return f"{reverse('insights:behind', args=[node_id])}?{urlencode(period.query)}"


@lru_cache(maxsize=4096)
def query(measure: str, keys: tuple[str, ...] = ()) -> str:
    """Return the rest of such an address: a measure of `LISTED`, and its keys, or none for all."""
    return urlencode({"measure": str(measure), **({"keys": ",".join(keys)} if keys else {})})


def rows(
    node: Grid, period: Period, measure: str, keys: Collection[str], now: dt.datetime
) -> tuple[QuerySet[Any], str]:
    """Return the rows that are counted, as the tree stood on the day of each, and the moment that decides the day.

    Raises LookupError for a measure that has no list.
    """
    raw = _raw(Span(Grid.objects.get(tree_id=node.tree_id, parent=None), period.first, period.last, now), measure)
    found = raw.rows.annotate(_day=TruncDate(raw.at), _by=raw.key, _place=raw.place)
    if keys:
        found = found.filter(_by__in=list(keys))
    lies = Lineage.objects.filter(above=node, node=OuterRef("_place"))
    return found.filter(Exists(lies.filter(first_on__lte=OuterRef("_day"), last_on__gte=OuterRef("_day")))), raw.at


def seen(found: QuerySet[Any], user: User) -> QuerySet[Any]:
    """Return those whose order this person may open."""
    visible = WorkOrder.objects.visible_to(user).order_by().values("pk")
    return found.filter(**{"pk__in" if found.model is WorkOrder else "order__in": visible})


def _raw(span: Span, measure: str) -> Raw:
    if measure not in LISTED:
        raise LookupError(measure)
    return next(one.raw for one in (*facts(span), *due_facts(span)) if one.measure == measure and one.raw is not None)
