"""The day plan: on a phone, and on paper."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.errors import Refused
from grids.models import Grid, Kind
from grids.roles import Permission
from grids.standing import Standing
from visits import actions, dayplan, planning
from visits.forms.ordering import MoveForm
from visits.organisations_due import key_sites_due

LISTED = 300
GRIDS = [Kind.BASE, Kind.DEDICATED]


def grids_of(who: Standing) -> Any:
    """Return the grids in which somebody visits, their own first."""
    if not who.has(Permission.VISIT):
        raise PermissionDenied(_("None of your posts lets you visit."))
    area = Grid.objects.none()
    for post in who.nodes(Permission.VISIT):
        if post.unit_id is None:
            area |= Grid.objects.filter(tree_id=post.tree_id, lft__gte=post.lft, lft__lte=post.rght)
    return area.filter(kind__in=GRIDS, valid_to=None).defer("duties").order_by("tree_id", "lft")


def asked_grid(request: UserRequest, who: Standing) -> tuple[Grid | None, list[Grid]]:
    """Return the grid that `?grid=` names, or one's only one; and those to choose from."""
    offered = list(grids_of(who).defer("boundary", "duties")[:LISTED])
    named = request.GET.get("grid", "")
    if named:
        keys = {str(grid.pk): grid for grid in offered}
        chosen = keys.get(named) or (
            grids_of(who).filter(pk=int(named)).first() if named.isdecimal() and len(named) < 18 else None
        )
        if chosen is None:
            raise Http404
        return chosen, offered
    own = [post.node_id for post in who.nodes(Permission.VISIT) if post.kind in GRIDS]
    mine = [grid for grid in offered if grid.pk in own]
    return (mine[0] if mine else offered[0] if len(offered) == 1 else None), offered


@require_GET
def plan(request: UserRequest) -> HttpResponse:
    """Show the day plan of one's grid, or of the one chosen below one's node."""
    return _shown(request, "visits/plan.html")


@require_GET
def plan_print(request: UserRequest) -> HttpResponse:
    """Show the same to be printed."""
    return _shown(request, "visits/plan_print.html")


@require_POST
def move(request: UserRequest, pk: int) -> HttpResponse:
    """Put a stop of today's plan earlier or later; the page comes back at that stop."""
    grid = get_object_or_404(grids_of(standing_for(request.user)), pk=pk)
    address, form = f"{reverse('visits:plan')}?grid={pk}", MoveForm(request.POST)
    if form.is_valid():
        try:
            actions.move_stop(grid, actor=request.user, **form.cleaned_data)
            address += f"#stop{form.cleaned_data['stop']}"
        except Refused as error:
            messages.error(request, str(error))
    return redirect(address)


@require_POST
def shortest(request: UserRequest, pk: int) -> HttpResponse:
    """Forget the order set by hand."""
    grid = get_object_or_404(grids_of(standing_for(request.user)), pk=pk)
    actions.forget_order(grid, actor=request.user)
    messages.success(request, _("The plan goes by the shortest way again."))
    return redirect(f"{reverse('visits:plan')}?grid={pk}")


def _shown(request: UserRequest, template: str) -> HttpResponse:
    who, now = standing_for(request.user), timezone.now()
    grid, offered = asked_grid(request, who)
    today = timezone.localdate(now)
    if grid is None and template != "visits/plan.html":
        return redirect("visits:plan")
    context: dict[str, Any] = {"grid": grid, "grids": offered, "today": today, "now": now}
    if grid is not None:
        planning.renew_grid(grid, today)
        context["plan"] = dayplan.make(grid, who, today)
        context["sites"] = key_sites_due(grid, today)
        context["knows_coverage"] = who.has(Permission.VIEW_COVERAGE)
    return render(request, template, context)
