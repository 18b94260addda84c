"""The counts on the tabs of the order list: one query, whose text is made once for each standing."""

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


def of(who: Standing, filters: Filters, now: dt.datetime) -> dict[str, int]:
    """Count every tab of a person's list under these filters."""
    if filters:
        return lists.ask(lists.counting(_sets(who, filters, now), ROUGH))
    return lists.ask_kept(_unfiltered(who), now)


@lru_cache(maxsize=1024)
def _unfiltered(who: Standing) -> Statement:
    return lists.counting(_sets(who, Filters(), lists.MOMENT), ROUGH)


def _sets(who: Standing, filters: Filters, now: dt.datetime) -> dict[str, models.QuerySet[Any]]:
    sets: dict[str, models.QuerySet[Any]] = {
        tab: filters.apply(WorkOrder.objects.tab(tab, who, now), now) for tab in Tab.values
    }
    branches = [filters.apply(WorkOrder.objects.filter(condition), now) for condition in sight.branches(who)]
    return sets | {ALL: lists.merged(branches)}
