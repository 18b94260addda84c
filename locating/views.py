"""The grid of an address, saying that it is another one, and the list of what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import keyset
from accounts.requests import UserRequest
from grids.backends import require, standing_for
from grids.models import Grid, Kind
from grids.roles import Permission
from locating import actions, finding
from locating.forms import CorrectForm, FindForm, RetireForm
from locating.models import Correction


@dataclass(frozen=True)
class Shown:
    """A candidate with the nodes above its grid, district first."""

    candidate: finding.Candidate
    path: Sequence[Grid]
    percent: int


def with_paths(found: finding.Found) -> list[Shown]:
    """Return the candidates with the names of what their grids lie in: one query."""
    keys = [candidate.grid_id for candidate in found.candidates]
    nodes = Grid.objects.filter(pk__in=keys).select_related("parent__parent__parent")
    nodes = nodes.defer("boundary", "parent__boundary", "parent__parent__boundary", "parent__parent__parent__boundary")
    by_key = {node.pk: node for node in nodes}
    shown = []
    for candidate in found.candidates:
        path: list[Grid] = []
        above = by_key[candidate.grid_id].parent
        while above is not None and above.kind != Kind.DISTRICT:
            path.insert(0, above)
            above = above.parent
        shown.append(Shown(candidate, path, round(candidate.score * 100)))
    return shown


@require_http_methods(["GET", "POST"])
@permission_required(Permission.REPORT, raise_exception=True)
def find(request: UserRequest) -> HttpResponse:
    """Show which grids an address may mean. It comes by POST, so that it stands in no address or log."""
    form = FindForm(request.POST or None, districts=finding.reporting_districts(standing_for(request.user)))
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        found = finding.find(form.cleaned_data["address"], district=form.cleaned_data["district"])
        context |= {
            "found": found,
            "shown": with_paths(found),
            "may_correct": request.user.has_perm(Permission.ACCEPT),
        }
    return render(request, "locating/find.html", context)


@require_POST
@permission_required(Permission.ACCEPT, raise_exception=True)
def correct(request: UserRequest) -> HttpResponse:
    """Remember that an address means the grid that was chosen or whose code was typed."""
    form = CorrectForm(request.POST, grids=Grid.objects.visible_to(request.user))
    if not form.is_valid():
        messages.error(request, " ".join(str(words) for each in form.errors.values() for words in each))
        return redirect("locating:find")
    try:
        made = actions.correct(form.cleaned_data["address"], actor=request.user, grid=form.cleaned_data["grid"])
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("locating:find")
    if made is None:
        messages.warning(
            request,
            _("Not kept: the words name no place, or only one house. Correct the house in the registers instead."),
        )
    else:
        messages.success(request, _("Kept: the same words find %(grid)s from now on.") % {"grid": made.grid.name})
    return redirect("locating:find")


@require_GET
@permission_required(Permission.MANAGE_RULES, raise_exception=True)
def corrections(request: UserRequest) -> HttpResponse:
    """List what people said that places mean, newest first: what holds, or what has ended."""
    seen, today = Correction.objects.visible_to(request.user), timezone.localdate()
    sets = {"in-force": seen.in_force(today), "ended": seen.ended(today)}
    show = request.GET.get("show", "")
    show = show if show in sets else "in-force"
    rows = sets[show].select_related("grid__parent", "by", "retired_by", "district")
    rows = rows.defer("grid__boundary", "grid__parent__boundary", "district__boundary")
    words = {"in-force": _("In force"), "ended": _("Ended")}
    context = {
        "page": keyset.page(request, rows, ("-at", "-id")),
        "tabs": [(name, words[name], name == show) for name in sets],
        "show": show,
        "form": RetireForm(auto_id=False),
    }
    return render(request, "locating/corrections.html", context)


@require_POST
def retire(request: UserRequest, pk: int) -> HttpResponse:
    """End a correction with its reason."""
    row = get_object_or_404(Correction.objects.visible_to(request.user).select_related("district"), pk=pk)
    require(request.user, Permission.MANAGE_RULES, row.district)
    try:
        actions.retire_correction(row, actor=request.user, reason=request.POST.get("reason", ""))
        messages.success(request, _("The correction is retired; it finds nothing any more."))
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("locating:corrections")
