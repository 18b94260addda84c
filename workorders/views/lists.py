"""The order list, and the most urgent orders of one node."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import keyset
from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from workorders import bulk_offers, lists, names, tab_counts
from workorders.forms.filters import FilterForm
from workorders.models import WorkOrder
from workorders.querysets import Tab
from workorders.rows import ListedOrder, columns, listed
from workorders.tab_counts import ALL, ROUGH

FRAGMENT_SIZE = 10


@require_GET
def order_list(request: UserRequest) -> HttpResponse:
    """Show one tab of a person's orders, narrowed by the filter row."""
    now = timezone.now()
    standing = standing_for(request.user)
    form = FilterForm(request.GET, standing)
    filters = form.filters()
    tab = request.GET.get("tab", "")
    if tab not in {*Tab.values, ALL}:
        tab = ALL if filters else Tab.TODO.value
    page = _page(request, tab, filters, now)
    context: dict[str, Any] = {
        "form": form,
        "filters": filters,
        "tab": tab,
        "tabs": _tabs(request, tab, tab_counts.of(standing, filters, now)),
        "page": page,
        "names": names.of(page.rows),
        "bulk_moves": bulk_offers.offered(page.rows, standing),
        "now": now,
        "sorted_by_due": lists.sort_of(tab) == lists.MOST_URGENT_FIRST,
    }
    return render(request, "workorders/list.html", context)


def _page(request: UserRequest, tab: str, filters: lists.Filters, now: dt.datetime) -> keyset.Page[ListedOrder]:
    """Cut the page out of one tab; "all" is merged from what one's posts and one's parts open."""
    if tab != ALL:
        rows = filters.apply(WorkOrder.objects.tab(tab, standing_for(request.user), now), now)
        return _listed(keyset.page(request, columns(rows), lists.sort_of(tab)))
    branches = [filters.apply(branch, now) for branch in WorkOrder.objects.branches_for(request.user)]
    return _listed(keyset.page(request, columns(WorkOrder.objects.all()), lists.sort_of(tab), branches=branches))


def _listed(page: keyset.Page[Any]) -> keyset.Page[ListedOrder]:
    return keyset.Page(listed(page.rows), page.newer, page.older)


def _tabs(request: UserRequest, here: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    labels = {**dict(Tab.choices), ALL: _("All")}
    tabs = []
    for name, label in labels.items():
        query["tab"] = name
        count = lists.said(counts[name], rough=name in ROUGH)
        tabs.append({"url": f"?{query.urlencode()}", "label": label, "count": count, "is_here": name == here})
    return tabs


@require_GET
def in_node(request: UserRequest, pk: int) -> HttpResponse:
    """Show the ten most urgent open orders of a node's subtree: a fragment for the node's page, else the list."""
    now = timezone.now()
    standing = standing_for(request.user)
    within = Q(pk__in=[])
    for post in standing.nodes(Permission.VIEW_TREE):
        within |= Q(tree_id=post.tree_id)
    node = get_object_or_404(Grid.objects.filter(within), pk=pk)
    if not request.htmx:  # type: ignore[attr-defined]  # set by HtmxMiddleware
        return redirect(f"{reverse('workorders:list')}?tab={ALL}&within={node.pk}")
    place = node.parent if node.kind == "micro" else node
    orders = WorkOrder.objects.visible_to(request.user).within(place).open()
    rows = list(lists.for_rows(orders).order_by(*lists.MOST_URGENT_FIRST)[: FRAGMENT_SIZE + 1])
    context = {"node": node, "rows": rows[:FRAGMENT_SIZE], "more": len(rows) > FRAGMENT_SIZE, "now": now}
    return render(request, "workorders/in_node.html", context)
