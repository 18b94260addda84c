"""What an address of the order list selects: for the list itself, its export, its print view and saved filters."""

import datetime as dt
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.db import models
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import keyset
from accounts.kept import Kept
from accounts.models import User
from grids.backends import standing_for
from grids.standing import Standing
from workorders import lists, sight
from workorders.bulk_offers import FACTS
from workorders.forms.filters import FilterForm
from workorders.lists import Filters
from workorders.models import WorkOrder
from workorders.querysets import OrderQuerySet, Tab
from workorders.rows import listing, row_type
from workorders.tab_counts import ALL

NAMED = ("tab", "q", "state", "category", "within", "light", "source", "since", "until", "escalated")
"""What an address may say; anything else in it is no part of the selection."""


def labels() -> dict[str, Any]:
    """Return the tabs' names in the order in which they stand."""
    return {**dict(Tab.choices), ALL: _("All")}


@dataclass(frozen=True)
class Selection:
    """One tab of a person's orders under filters, at a moment."""

    user: User
    form: FilterForm
    filters: Filters
    tab: str
    now: dt.datetime

    @property
    def sort(self) -> tuple[str, str]:
        return lists.sort_of(self.tab)

    @property
    def query(self) -> str:
        """Return the address's part after the question mark, without page and empty fields."""
        kept = QueryDict(mutable=True)
        for name in NAMED:
            value = self.tab if name == "tab" else str(self.form.data.get(name, "")).strip()
            if value:
                kept[name] = value
        return kept.urlencode()

    def branches(self) -> list[OrderQuerySet]:
        """Return what is merged to the list of all; empty for a tab, which is one set."""
        if self.tab != ALL:
            return []
        conditions = sight.branches(standing_for(self.user))
        return [self.filters.apply(WorkOrder.objects.filter(condition), self.now) for condition in conditions]

    def orders(self, among: OrderQuerySet | None = None) -> OrderQuerySet:
        """Narrow these orders (all when none are given) to the selection; for the list of all see `branches`."""
        orders = WorkOrder.objects.all() if among is None else among
        if self.tab == ALL:
            return orders
        return self.filters.apply(orders.tab(self.tab, standing_for(self.user), self.now), self.now)

    def page(self, request: HttpRequest) -> keyset.Page[Any]:
        """Return the page that the request asks for: rows of `ListedOrder` with the facts for bulk offers."""
        if self.filters or self.tab == ALL:
            return keyset.page(request, self.orders(listing(*FACTS)), self.sort, branches=self.branches())
        cut = keyset.cut(request, WorkOrder, self.sort)
        statement = _of_tab(standing_for(self.user), self.tab, replace(cut, start=cut.start and _START))
        start = dict(zip(("moment", "pk"), cut.start or (), strict=False))
        return cut.page(request, [row_type(*FACTS)(*row) for row in statement.rows(now=self.now, **start)])

    def first(self, most: int) -> OrderQuerySet:
        """Return the list's first rows, at most so many."""
        branches = self.branches()
        if not branches:
            return self.orders().order_by(*self.sort)[:most]
        heads = [branch.order_by(*self.sort).values("pk")[:most] for branch in branches]
        merged: models.QuerySet[Any] = heads[0].union(*heads[1:])
        keys = list(merged.values_list("pk", flat=True))
        return WorkOrder.objects.filter(pk__in=keys).order_by(*self.sort)[:most]


_START = (dt.datetime(1, 1, 2, tzinfo=dt.UTC), -1)
"""Stands in a kept statement for the sort keys at which a page begins."""


@lru_cache(maxsize=1024)
def _of_tab(who: Standing, tab: str, cut: keyset.Cut) -> Kept[WorkOrder]:
    """Return the query of a tab's page without filters: it is what is looked at all day."""
    moment, pk = _START
    rows = listing(*FACTS)
    return Kept(lambda now, **_start: cut.of(rows.tab(tab, who, now)), now=lists.MOMENT, moment=moment, pk=pk)


def read(user: User, data: QueryDict, now: dt.datetime | None = None) -> Selection:
    """Read an address; what makes no sense in it is left out. Filters without a tab look in all orders."""
    form = FilterForm(data, standing_for(user))
    filters = form.filters()
    tab = data.get("tab", "")
    if tab not in {*Tab.values, ALL}:
        tab = ALL if filters else Tab.TODO.value
    return Selection(user, form, filters, tab, now or timezone.now())
