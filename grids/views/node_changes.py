"""Changing one node: adding below it, its facts, its place, its end, its boundary."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from grids import actions
from grids.forms.fields import refusals
from grids.forms.nodes import BoundaryForm, CloseForm, MoveForm, NodeForm
from grids.geometry import InvalidBoundary
from grids.models import Grid
from grids.roles import Permission


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    parent, actor = _changeable(request, pk)
    form = NodeForm(request.POST or None, parent=parent)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            node = actions.add_node(parent, actor=actor, **form.cleaned_data)
            messages.success(
                request, _("%(name)s was added with the code %(code)s.") % {"name": node, "code": node.code}
            )
            return redirect(node)
    return _page(request, parent, form, _("Add a node below %(name)s") % {"name": parent.name}, _("Add"))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    node, actor = _changeable(request, pk)
    form = NodeForm(request.POST or None, parent=node.parent, node=node)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.update_node(node, actor=actor, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect(node)
    return _page(request, node, form, _("Edit %(name)s") % {"name": node.name}, _("Save"))


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    node, actor = _changeable(request, pk)
    if node.parent is None:
        raise PermissionDenied
    form = MoveForm(request.POST or None, node=node)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            node = actions.move_node(node, actor=actor, **form.cleaned_data)
            messages.success(request, _("%(name)s now has the code %(code)s.") % {"name": node, "code": node.code})
            return redirect(node)
    lead = _("Everything below it moves with it. Now it lies in %(name)s.") % {"name": node.parent.name}
    return _page(request, node, form, _("Move %(name)s") % {"name": node.name}, _("Move"), lead)


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    node, actor = _changeable(request, pk)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.close_node(node, actor=actor, day=form.cleaned_data["valid_to"])
            messages.success(request, _("%(name)s was closed, and the posts at it ended.") % {"name": node.name})
            return redirect(node)
    lead = _(
        "It stays on record, and the posts at it end on the same day. What lies below must be closed or moved first."
    )
    return _page(request, node, form, _("Close %(name)s") % {"name": node.name}, _("Close it"), lead)


@require_http_methods(["GET", "POST"])
def boundary_edit(request: HttpRequest, pk: int) -> HttpResponse:
    node, actor = _changeable(request, pk)
    form = BoundaryForm(request.POST or None, request.FILES or None, node=node)
    problems: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_boundary(node, form.cleaned_data["boundary"], actor=actor, crs=form.cleaned_data["crs"])
        except InvalidBoundary as fault:
            problems = fault.problems
        else:
            messages.success(request, _("The boundary was saved."))
            return redirect(node)
    context = {"node": node, "form": form, "problems": problems, "map_root": node.parent or node}
    return render(request, "grids/boundary.html", context)


def _changeable(request: HttpRequest, pk: int) -> tuple[Grid, User]:
    """Return the node and who changes it: 403 where the person may change nothing, 404 where they see no such node."""
    _require(request, None)
    nodes = Grid.objects.visible_to(request.user).select_related("parent", "co_managed_by")
    node: Grid = get_object_or_404(nodes, pk=pk)
    return node, _require(request, node)


def _require(request: HttpRequest, node: Grid | None) -> User:
    if not isinstance(request.user, User) or not request.user.has_perm(Permission.MANAGE_TREE, node):
        raise PermissionDenied
    return request.user


def _page(request: HttpRequest, node: Grid, form: Any, title: str, verb: str, lead: str = "") -> HttpResponse:
    context = {"node": node, "form": form, "title": title, "verb": verb, "lead": lead, "back": node.get_absolute_url()}
    return render(request, "grids/form.html", context)
