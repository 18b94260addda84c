"""Reporting an incident, from a phone or a desk, with scripts or without."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.requests import UserRequest
from facilities.models import Facility
from grids.backends import standing_for
from grids.models import Grid, Kind
from grids.roles import Permission
from grids.standing import Standing
from workorders import actions, lists
from workorders.categories import Branch, tree
from workorders.forms.fields import add_errors
from workorders.forms.report import ReportForm
from workorders.models import Category, WorkOrder
from workorders.sources import sources_for
from workorders.states import Source

CHIPS = 3


@require_http_methods(["GET", "POST"])
def report(request: UserRequest) -> HttpResponse:
    """Show the report form, or take in what was sent; answers JSON to the page's own script."""
    standing = standing_for(request.user)
    if not standing.has(Permission.REPORT):
        raise PermissionDenied(_("None of your posts lets you report."))
    is_patrol = sources_for(standing) == [Source.GRID]
    branches = tree(Category.objects.of_incidents() if is_patrol else Category.objects.active())
    if request.method == "POST":
        form = ReportForm(request.POST, request.FILES, standing=standing, branches=branches)
        order = _send(form, request.user)
        if order is not None:
            return _sent(request, order)
        status = 400
    else:
        form = ReportForm(standing=standing, branches=branches, initial=_about(request))
        status = 200
    if status == 400 and _wants_json(request):
        return JsonResponse({"errors": form.errors}, status=400)
    context = {
        "form": form,
        "chips": _chips(form.branches, standing),
        "map_root": _map_root(standing),
        "position_auto": not form.is_desk and not form.is_bound,
    }
    return render(request, "workorders/report.html", context, status=status)


def _about(request: UserRequest) -> dict[str, Any]:
    """Return what is filled in where the address names a facility that still stands in one's area: it and its place."""
    code = request.GET.get("facility", "")
    seen = Facility.objects.visible_to(request.user).standing()
    row = seen.filter(code=code).first() if code.isdecimal() else None
    return {"facility": row.code, "lng": row.lng, "lat": row.lat} if row is not None else {}


def _send(form: ReportForm, user: User) -> WorkOrder | None:
    """Make the order; None when something is wrong, which the form then says."""
    if not form.is_valid():
        return None
    try:
        return actions.report(actor=user, **form.arguments())
    except ValidationError as error:
        add_errors(form, error)
        return None


def _sent(request: UserRequest, order: WorkOrder) -> HttpResponse:
    address = reverse("workorders:reported", args=[order.pk])
    if _wants_json(request):
        return JsonResponse({"url": address, "number": order.number}, status=201)
    return redirect(address)


def _wants_json(request: UserRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _chips(branches: list[Branch], standing: Standing) -> list[Branch]:
    """Return the categories reported here of late, the latest first: "here" is the area of one's posts."""
    offered = {branch.category.pk: branch for branch in branches if branch.is_leaf}
    return [offered[pk] for pk in lists.recent_categories(standing) if pk in offered][:CHIPS]


def _map_root(standing: Standing) -> int:
    """Return the node whose surroundings the map shows: one's own, or around a grid its community."""
    post = standing.nodes(Permission.REPORT)[0]
    if post.kind in {Kind.DISTRICT, Kind.STREET, Kind.COMMUNITY}:
        return post.node_id
    return Grid.objects.values_list("parent_id", flat=True).get(pk=post.node_id) or post.node_id


@require_GET
def reported(request: UserRequest, pk: int) -> HttpResponse:
    """Say what happens next with a report just sent, and by when."""
    orders = WorkOrder.objects.visible_to(request.user).select_related(
        "holder", "assignee", "lead_unit", "grid", "category"
    )
    context: dict[str, Any] = {"order": get_object_or_404(orders, pk=pk), "now": timezone.now()}
    return render(request, "workorders/reported.html", context)
