"""One node: who is responsible here, how big it is, what borders on it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.requests import UserRequest
from grids import neighbours, workload
from grids.models import Grid, Post
from grids.roles import Permission, Role
from grids.views.public import KINDS

ORDER_OF_ROLES = {role: number for number, role in enumerate(Role)}


@require_GET
def detail(request: UserRequest, pk: int) -> HttpResponse:
    nodes = Grid.objects.visible_to(request.user).select_related("parent", "co_managed_by", "default_unit")
    node = get_object_or_404(nodes, pk=pk)
    today = timezone.localdate()
    posts = sorted(node.posts.in_force(today).select_related("user", "unit"), key=_rank)
    children = list(node.children.in_force(today).with_counts(today).defer("boundary").order_by("lft"))
    workload.put_on(children, request.user, timezone.now())
    path = list(node.get_ancestors().only("pk", "name", "tree_id", "lft", "rght"))
    map_root = node if children or node.parent is None else node.parent
    context = {
        "node": node,
        "path": path,
        "is_closed": node.valid_to is not None and node.valid_to < today,
        "posts": [post for post in posts if post.unit_id is None],
        "unit_posts": [post for post in posts if post.unit_id is not None],
        "units": node.units.active().order_by("name"),
        "children": children,
        "neighbours": neighbours.of(node, path, today),
        "map_root": map_root,
        "highlight": None if map_root == node else node.pk,
        "is_published": node.kind in KINDS,
        "may_change": request.user.has_perm(Permission.MANAGE_TREE, node),
        "may_post": request.user.has_perm(Permission.MANAGE_POSTS, node),
    }
    return render(request, "grids/detail.html", context)


def _rank(post: Post) -> tuple[int, bool, int]:
    """Sort people from the field upwards, the primary worker first."""
    return ORDER_OF_ROLES[Role(post.role)], not post.is_primary, post.pk
