"""The tree: open it level by level, find a node by its name or code."""

from collections import defaultdict
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.requests import UserRequest
from grids import workload
from grids.models import Grid
from grids.querysets import GridQuerySet

FOUND_AT_MOST = 50


@require_GET
def tree(request: UserRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:80]
    today = timezone.localdate()
    visible = Grid.objects.visible_to(request.user)
    districts = list(visible.filter(parent=None).with_counts(today).defer("boundary").order_by("code"))
    context: dict[str, Any] = {"districts": districts, "q": words}
    if words:
        found = list(
            visible.in_force(today).named(words).defer("boundary").order_by("tree_id", "lft")[: FOUND_AT_MOST + 1]
        )
        context["found"] = with_paths(found[:FOUND_AT_MOST])
        context["is_cut"] = len(found) > FOUND_AT_MOST
    else:
        children = _branch(request, visible.filter(parent__in=districts))
        workload.put_on(districts, request.user, timezone.now())
        for district in districts:
            district.branch = [node for node in children if node.parent_id == district.pk]
    return render(request, "grids/tree.html#found" if request.htmx else "grids/tree.html", context)  # type: ignore[attr-defined]


@require_GET
def children(request: UserRequest, pk: int) -> HttpResponse:
    """Answer one level of the tree, for the branch that is being opened."""
    node = get_object_or_404(Grid.objects.visible_to(request.user), pk=pk)
    return render(request, "grids/tree.html#branch", {"nodes": _branch(request, Grid.objects.filter(parent=node))})


@require_GET
def suggest(request: UserRequest) -> HttpResponse:
    """Answer the nodes that a half-typed name or code may mean, as options of a field."""
    words = request.GET.get("q", "").strip()[:80]
    found = Grid.objects.visible_to(request.user).in_force(timezone.localdate()).named(words)
    nodes = with_paths(list(found.defer("boundary").order_by("level", "code")[:20])) if words else []
    return render(request, "grids/suggest.html", {"nodes": nodes})


def _branch(request: UserRequest, nodes: GridQuerySet) -> list[Grid]:
    today = timezone.localdate()
    found = list(nodes.in_force(today).with_counts(today).defer("boundary").order_by("tree_id", "lft"))
    workload.put_on(found, request.user, timezone.now())
    return found


def with_paths(nodes: list[Grid]) -> list[Grid]:
    """Give each node `path`, the names of what lies above it below the district, with one query for all."""
    trees: dict[int, list[Grid]] = defaultdict(list)
    above = Grid.objects.get_queryset_ancestors(Grid.objects.filter(pk__in=[node.pk for node in nodes]))
    for ancestor in above.only("pk", "name", "tree_id", "lft", "rght", "level").order_by("lft"):
        trees[ancestor.tree_id].append(ancestor)
    for node in nodes:
        line = [n.name for n in trees[node.tree_id] if n.lft < node.lft and n.rght > node.rght and n.level]
        node.path = " › ".join(line)
    return nodes
