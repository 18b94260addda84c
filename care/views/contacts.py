"""Pages of contact households: one's own, the load of an area's workers, plans, hand-over lists."""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import UserRequest
from care import actions, contact_lists, contact_loads
from care.models import ContactDuty, ContactPlan, HandOver
from grids.backends import standing_for
from grids.models import Grid, Kind
from grids.roles import Permission
from residents.models import Building
from workorders.workflow import InvalidMove

NODES = (Kind.COMMUNITY, Kind.BASE, Kind.DEDICATED)
MOST_NODES = 300
MOST_DUTIES = 500


@require_GET
def contacts(request: UserRequest) -> HttpResponse:
    """Show one's own contact households, and for whoever assigns them the load of an area's workers."""
    who = standing_for(request.user)
    mine = ContactDuty.objects.present().filter(worker=request.user).select_related("building__estate", "house")
    context: dict[str, Any] = {"mine": mine.order_by("building_id", "house__address_key", "pk")[:MOST_DUTIES]}
    if who.has(Permission.ASSIGN_CONTACTS):
        nodes = _nodes(request)
        node = next((one for one in nodes if str(one.pk) == request.GET.get("node")), nodes[0] if nodes else None)
        context |= {"nodes": nodes, "node": node, "may_assign": True}
        if node is not None:
            context["loads"] = contact_loads.present(node, timezone.localdate())
            context["plan"] = ContactPlan.objects.filter(node=node, state=ContactPlan.State.DRAFT).first()
        lists = HandOver.objects.filter(finished_at=None, node__in=_under(request)).select_related("post__user", "node")
        context["hand_overs"] = lists.order_by("ends_on", "pk")[:50]
    return render(request, "care/contacts.html", context)


@require_POST
def draw_up(request: UserRequest, node: int) -> HttpResponse:
    place = _assigned(request, node)
    try:
        return redirect(actions.draw_up(place, actor=request.user))
    except InvalidMove as error:
        messages.error(request, str(error))
        return redirect(f"/care/contacts/?node={place.pk}")


@require_GET
def plan(request: UserRequest, pk: int) -> HttpResponse:
    return _plan_page(request, _plan(request, pk))


@require_POST
def plan_edit(request: UserRequest, pk: int) -> HttpResponse:
    """Keep who was chosen for each share; `split` cuts one in two, `accept` accepts the whole afterwards."""
    item = _plan(request, pk)
    version = _number(request.POST.get("version"))
    chosen = {
        place: _number(request.POST.get(f"share-{place}")) or None
        for place in range(len(item.shares))
        if f"share-{place}" in request.POST
    }
    try:
        changed = {place: post for place, post in chosen.items() if item.shares[place]["post_id"] != post}
        if changed:
            item = actions.edit_plan(item, actor=request.user, posts=changed, version=version)
            version = item.version
        if "split" in request.POST:
            place = _number(request.POST["split"])
            item = actions.split_share(item, actor=request.user, place=place, version=version)
        elif "accept" in request.POST:
            actions.accept(item, actor=request.user, version=version)
            messages.success(request, _("The plan holds from today; the workers have been told."))
            return redirect(f"/care/contacts/?node={item.node_id}")
        else:
            messages.success(request, _("The plan is saved."))
        return redirect(item)
    except InvalidMove as error:
        return _plan_page(request, _plan(request, pk), str(error), 409)
    except ValidationError as error:
        return _plan_page(request, _plan(request, pk), " ".join(error.messages), 400)


@require_POST
def plan_drop(request: UserRequest, pk: int) -> HttpResponse:
    item = _plan(request, pk)
    try:
        actions.drop(item, actor=request.user, version=_number(request.POST.get("version")))
        messages.success(request, _("The plan is dropped; everything stays as it was."))
    except InvalidMove as error:
        messages.error(request, str(error))
    return redirect(f"/care/contacts/?node={item.node_id}")


@require_http_methods(["GET", "POST"])
def hand_over(request: UserRequest, pk: int) -> HttpResponse:
    """Give what an ending post keeps in touch with to others of the community."""
    _may_assign(request)
    rows = HandOver.objects.filter(node__in=_under(request)).select_related("post__user", "node__parent")
    item = get_object_or_404(rows, pk=pk)
    refusal, status = "", 200
    if request.method == "POST":
        to_all = _number(request.POST.get("all"))
        keys = ContactDuty.objects.present().filter(post=item.post).values_list("pk", flat=True)
        to = {key: _number(request.POST.get(f"duty-{key}")) or to_all for key in keys}
        try:
            done = actions.hand_over(item, actor=request.user, to={key: post for key, post in to.items() if post})
            messages.success(request, _("Handed over: %(count)d.") % {"count": done})
            return redirect(item)
        except ValidationError as error:
            refusal, status = " ".join(error.messages), 400
    duties = ContactDuty.objects.present().filter(post=item.post).select_related("building__estate", "house")
    able = contact_lists.posts_near(item.node, timezone.localdate())
    context = {
        "item": item,
        "duties": duties.order_by("building_id", "house__address_key", "pk"),
        "posts": [post for post in able if post.pk != item.post_id],
        "refusal": refusal,
    }
    return render(request, "care/hand_over.html", context, status=status)


def _plan_page(request: UserRequest, item: ContactPlan, refusal: str = "", status: int = 200) -> HttpResponse:
    grids = {share["grid_id"] for share in item.shares}
    posts = contact_lists.posts_of(grids, timezone.localdate())
    names = dict(Grid.objects.filter(pk__in=grids).values_list("pk", "name"))
    keys = {share["building_id"] for share in item.shares} - {None}
    buildings = {b.pk: b for b in Building.objects.filter(pk__in=keys).select_related("estate")}
    by_grid: dict[int, list[tuple[int, dict[str, Any], Building | None]]] = defaultdict(list)
    for place, share in enumerate(item.shares):
        by_grid[share["grid_id"]].append((place, share, buildings.get(share["building_id"])))
    context = {
        "plan": item,
        "grids": [(names[pk], posts.get(pk, []), rows) for pk, rows in by_grid.items()],
        "loads": contact_loads.planned(item, posts),
        "is_open": item.state == ContactPlan.State.DRAFT,
        "is_whole": all(share["post_id"] for share in item.shares),
        "refusal": refusal,
    }
    return render(request, "care/plan.html", context, status=status)


def _plan(request: UserRequest, pk: int) -> ContactPlan:
    _may_assign(request)
    rows = ContactPlan.objects.filter(node__in=_under(request)).select_related("node", "made_by")
    found: ContactPlan = get_object_or_404(rows, pk=pk)
    return found


def _assigned(request: UserRequest, pk: int) -> Grid:
    _may_assign(request)
    found: Grid = get_object_or_404(Grid.objects.filter(pk__in=_under(request)), pk=pk)
    return found


def _may_assign(request: UserRequest) -> None:
    if not standing_for(request.user).has(Permission.ASSIGN_CONTACTS):
        raise PermissionDenied(_("None of your posts lets you assign contact households."))


def _under(request: UserRequest) -> Any:
    """Return the nodes in which this person assigns contact households, as a subquery."""
    condition = Q(pk__in=())
    for post in standing_for(request.user).nodes(Permission.ASSIGN_CONTACTS):
        condition |= Q(tree_id=post.tree_id, lft__range=(post.lft, post.rght))
    return Grid.objects.filter(condition).values("pk")


def _nodes(request: UserRequest) -> list[Grid]:
    rows = Grid.objects.in_force(timezone.localdate()).filter(pk__in=_under(request), kind__in=NODES)
    return list(rows.defer("boundary", "duties").order_by("tree_id", "lft")[:MOST_NODES])


def _number(text: str | None) -> int:
    """Read a key that was sent; 0 for what is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0
