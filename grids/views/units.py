"""Units that orders can be handed to: the list, adding one, changing one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from grids import units as actions
from grids.forms.fields import refusals
from grids.forms.units import UnitForm
from grids.models import Grid, Unit
from grids.roles import Permission


@require_GET
def units(request: HttpRequest) -> HttpResponse:
    found = Unit.objects.visible_to(request.user).with_people(timezone.localdate())
    found = found.select_related("node").order_by("node__tree_id", "node__lft", "name")
    for unit in found:
        unit.may_change = request.user.has_perm(Permission.MANAGE_RULES, unit.node)  # type: ignore[attr-defined]
    context = {"units": found, "may_add": request.user.has_perm(Permission.MANAGE_RULES)}
    return render(request, "grids/units.html", context)


@require_http_methods(["GET", "POST"])
def unit_add(request: HttpRequest) -> HttpResponse:
    actor = _manager(request)
    form = UnitForm(request.POST or None, actor=actor, initial={"node": request.GET.get("node", "")})
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            unit = actions.add_unit(**form.cleaned_data | {"actor": actor})
            messages.success(request, _("%(name)s was added.") % {"name": unit.name})
            return redirect("grids:units")
    return _page(request, form, _("Add a unit"), _("Add"))


@require_http_methods(["GET", "POST"])
def unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    _manager(request)
    unit = get_object_or_404(Unit.objects.visible_to(request.user).select_related("node"), pk=pk)
    actor = _manager(request, unit.node)
    form = UnitForm(request.POST or None, actor=actor, unit=unit)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.update_unit(unit, actor=actor, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("grids:units")
    return _page(request, form, _("Edit %(name)s") % {"name": unit.name}, _("Save"))


def _manager(request: HttpRequest, node: Grid | None = None) -> User:
    if not isinstance(request.user, User) or not request.user.has_perm(Permission.MANAGE_RULES, node):
        raise PermissionDenied
    return request.user


def _page(request: HttpRequest, form: UnitForm, title: str, verb: str) -> HttpResponse:
    context = {"form": form, "title": title, "verb": verb, "back": reverse("grids:units")}
    return render(request, "grids/form.html", context)
