"""The counts on the tabs of the order list: one query, whose text is made once for each standing.

Making the text of six conditions takes Django longer than PostgreSQL takes to answer it; it depends on nothing but
the standing and the moment, so the moment is left open in what is kept.
"""

import datetime as dt
from functools import lru_cache
from typing import Any

from django.db import models

from grids.standing import Standing
from workorders import lists, sight
from workorders.lists import Filters, Statement
from workorders.models import WorkOrder
from workorders.querysets import Tab

ALL = "all"
ROUGH = frozenset({Tab.DONE.value, Tab.REPORTED.value, ALL})
"""Tabs whose count stops early."""
_NOW = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
"""Stands for the present moment in a statement that is kept."""


def of(who: Standing, filters: Filters, now: dt.datetime) -> dict[str, int]:
    """Count every tab of a person's list under these filters."""
    if filters:
        return lists.ask(lists.counting(_sets(who, filters, now), ROUGH))
    kept = _unfiltered(who)
    return lists.ask(kept.with_parameters(tuple(now if value is _NOW else value for value in kept.parameters)))


@lru_cache(maxsize=1024)
def _unfiltered(who: Standing) -> Statement:
    return lists.counting(_sets(who, Filters(), _NOW), ROUGH)


def _sets(who: Standing, filters: Filters, now: dt.datetime) -> dict[str, models.QuerySet[Any]]:
    sets: dict[str, models.QuerySet[Any]] = {
        tab: filters.apply(WorkOrder.objects.tab(tab, who, now), now) for tab in Tab.values
    }
    branches = [filters.apply(WorkOrder.objects.filter(condition), now) for condition in sight.branches(who)]
    return sets | {ALL: lists.merged(branches)}
