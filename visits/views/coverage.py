"""Coverage of a node, down the tree, and whom nobody reached."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import keyset
from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.models import Grid, Kind
from grids.roles import Permission
from residents import masking
from visits import coverage as counting
from visits.coverage import Why


def asked_node(request: UserRequest) -> Grid:
    """Return the node that `?node=` names below one's posts, or one's own. Raises PermissionDenied, Http404."""
    posts = [post for post in standing_for(request.user).nodes(Permission.VIEW_COVERAGE) if post.unit_id is None]
    if not posts:
        raise PermissionDenied(_("None of your posts opens this page."))
    nodes = Grid.objects.defer("boundary", "duties")
    named = request.GET.get("node", "")
    if not named:
        own: Grid = nodes.get(pk=posts[0].node_id)
        return own
    area = Q(pk__in=[])
    for post in posts:
        area |= Q(tree_id=post.tree_id, lft__gte=post.lft, rght__lte=post.rght)
    found: Grid | None = nodes.filter(area, pk=int(named)).first() if named.isdecimal() and len(named) < 18 else None
    if found is None:
        raise Http404
    return found


@require_GET
def coverage(request: UserRequest) -> HttpResponse:
    """Show how many were reached in a node and below it, and why the others were not."""
    node = asked_node(request)
    found = counting.of(node, timezone.localdate())
    context: dict[str, Any] = {
        "node": node,
        "found": found,
        "trail": _trail(request, node),
        "lists_people": node.kind in counting.LIVE,
        "is_lowest": node.kind in {Kind.BASE, Kind.DEDICATED, Kind.MICRO},
    }
    return render(request, "visits/coverage.html", context)


def _trail(request: UserRequest, node: Grid) -> list[Grid]:
    """Return the nodes above, as far as this person's coverage goes."""
    who = standing_for(request.user)
    above = list(Grid.objects.on_path_to(node).defer("boundary", "duties"))
    posts = who.nodes(Permission.VIEW_COVERAGE)
    top = [n for n in above if any(p.tree_id == n.tree_id and p.lft <= n.lft and p.rght >= n.rght for p in posts)]
    return [n for n in top if n.pk != node.pk]


@require_GET
def people(request: UserRequest) -> HttpResponse:
    """List whom nobody reached in a community or grid: names masked, since when, how often tried, what next."""
    node = asked_node(request)
    if node.kind not in counting.LIVE:
        return redirect(f"{reverse('visits:coverage')}?node={node.pk}")
    why = request.GET.get("why", "")
    today = timezone.localdate()
    rows = counting.unreached(node, why, today).select_related("resident__house", "resident__grid")
    rows = rows.defer("resident__grid__boundary", "resident__grid__duties")
    page = keyset.page(request, rows, ("due_on", "resident_id"), size=50)
    context: dict[str, Any] = {
        "node": node,
        "page": page,
        "rows": [(row, masking.name(row.resident.name), _days(row.due_on, today)) for row in page.rows],
        "why": why,
        "reasons": Why.choices,
        "today": today,
    }
    return render(request, "visits/coverage_people.html", context)


def _days(since: dt.date, today: dt.date) -> int:
    return (today - since).days
