"""The order list, and the most urgent orders of one node."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import keyset
from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from workorders import bulk_offers, lists, names, selection, tab_counts
from workorders.models import SavedFilter, WorkOrder
from workorders.rows import listed
from workorders.states import OrderKind
from workorders.tab_counts import ALL, ROUGH

FRAGMENT_SIZE = 10


@require_GET
def order_list(request: UserRequest) -> HttpResponse:
    """Show one tab of a person's orders, narrowed by the filter row."""
    if not request.GET:
        opening = SavedFilter.objects.filter(user=request.user, is_default=True).first()
        if opening is not None:
            return redirect(opening)
    chosen = selection.read(request.user, request.GET)
    standing = standing_for(request.user)
    found = chosen.page(request)
    page = keyset.Page(listed(found.rows), found.newer, found.older)
    context: dict[str, Any] = {
        "form": chosen.form,
        "filters": chosen.filters,
        "tab": chosen.tab,
        "query": chosen.query,
        "tabs": _tabs(request, chosen.tab, tab_counts.of(standing, chosen.filters, chosen.now)),
        "page": page,
        "names": names.of(page.rows),
        "bulk_moves": bulk_offers.offered(found.rows, standing),
        "now": chosen.now,
        "sorted_by_due": chosen.sort == lists.MOST_URGENT_FIRST,
    }
    return render(request, "workorders/list.html", context)


def _tabs(request: UserRequest, here: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    tabs = []
    for name, label in selection.labels().items():
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
    orders = WorkOrder.objects.visible_to(request.user).within(place).open().filter(kind=OrderKind.INCIDENT)
    rows = list(lists.for_rows(orders).order_by(*lists.MOST_URGENT_FIRST)[: FRAGMENT_SIZE + 1])
    context = {"node": node, "rows": rows[:FRAGMENT_SIZE], "more": len(rows) > FRAGMENT_SIZE, "now": now}
    return render(request, "workorders/in_node.html", context)
