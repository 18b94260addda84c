"""Pages of organisations: the list with its key sites, one organisation, entering, changing, checking, closing."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import keyset
from accounts.requests import UserRequest
from grids import panels
from grids.backends import standing_for
from grids.errors import Refused
from grids.roles import Permission
from residents import actions, lists, safety
from residents.forms.organisations import (
    CheckForm,
    CloseForm,
    Narrow,
    OrganisationFilter,
    OrganisationForm,
    ReopenForm,
)
from residents.models import Organisation
from residents.querysets import PlacedQuerySet
from residents.views.people import asked_house, is_narrowed, may_edit, only_with, refuse

SORT = ("name", "id")
RECORD = 30


@require_GET
def organisations(request: UserRequest) -> HttpResponse:
    """List the organisations of one's area by name."""
    only_with(request, Permission.VIEW_REGISTERS)
    form = OrganisationFilter(request.GET or None, user=request.user)
    form.is_valid()
    asked: dict[str, Any] = getattr(form, "cleaned_data", {})
    today = timezone.localdate()
    rows = _narrowed(Organisation.objects.visible_to(request.user), asked)
    parts = lists.parts(rows, standing_for(request.user), asked.get("node"))
    page = keyset.page(request, rows.select_related("house", "grid"), SORT, branches=parts)
    context = {
        "form": form,
        "page": page,
        "rows": [(row, safety.checks_of(row, today)) for row in page.rows],
        "may_add": request.user.has_perm(Permission.EDIT_REGISTERS),
        "is_narrowed": is_narrowed(form),
        "has_grids": len({row.grid_id for row in page.rows}) > 1,
    }
    return render(request, "residents/organisations.html", context)


def _narrowed(rows: PlacedQuerySet[Organisation], asked: dict[str, Any]) -> PlacedQuerySet[Organisation]:
    shown = asked.get("shown") or ""
    rows = rows.exclude(closed_on=None) if shown == Narrow.CLOSED else rows.open()
    if shown == Narrow.KEY:
        rows = rows.filter(is_key_site=True)
    if shown == Narrow.OVERDUE:
        rows = rows.filter(safety.overdue(timezone.localdate()))
    if asked.get("node"):
        rows = rows.within(asked["node"])
    return rows.filter(kind=asked["kind"]) if asked.get("kind") else rows


def _seen(request: UserRequest, pk: int) -> Organisation:
    rows = Organisation.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("house", "street", "community", "grid"), pk=pk)


def _mine(request: UserRequest, pk: int) -> Organisation:
    row = _seen(request, pk)
    if not may_edit(request, row):
        raise PermissionDenied(_("Your posts do not let you change the register there."))
    return row


@require_GET
def organisation(request: UserRequest, pk: int) -> HttpResponse:
    return _page(request, _seen(request, pk))


def _page(
    request: UserRequest, row: Organisation, wrong: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    initial = {"version": row.version}
    offered: dict[str, forms.Form] = {}
    if may_edit(request, row):
        open_ones = {
            "check": CheckForm(initial=initial, auto_id="check_%s"),
            "close": CloseForm(initial=initial, auto_id="close_%s"),
        }
        closed = {"reopen": ReopenForm(initial=initial, auto_id="reopen_%s")}
        offered = (open_ones if row.closed_on is None else closed) | (wrong or {})
    context = {
        "organisation": row,
        "checks": safety.checks_of(row, timezone.localdate()),
        "record": list(row.events.select_related("actor").order_by("-id")[:RECORD]),
        "panels": panels.rendered(request, row),
        "forms": offered,
        "wrong": next(iter(wrong), "") if wrong else "",
        "may_edit": may_edit(request, row),
    }
    return render(request, "residents/organisation.html", context, status=status)


@require_http_methods(["GET", "POST"])
def organisation_add(request: UserRequest) -> HttpResponse:
    """Enter an organisation, into the house `?house=` where it is said."""
    only_with(request, Permission.EDIT_REGISTERS)
    house = asked_house(request)
    form = OrganisationForm(request.POST or None, user=request.user, house=house)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                made = actions.add_organisation(actor=request.user, details=form.details(), **form.where())
            except (Refused, ValidationError) as error:
                status = refuse(form, error)
            else:
                messages.success(request, _("The organisation is in the register."))
                return redirect(made)
    context = {"form": form, "house": house, "title": _("Enter an organisation")}
    return render(request, "residents/organisation_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def organisation_edit(request: UserRequest, pk: int) -> HttpResponse:
    row = _mine(request, pk)
    form = OrganisationForm(request.POST or None, user=request.user, organisation=row)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            given = {"version": form.cleaned_data["version"], "details": form.details(), **form.where()}
            try:
                actions.edit_organisation(row, actor=request.user, **given)
            except (Refused, ValidationError) as error:
                status = refuse(form, error)
            else:
                messages.success(request, _("The change is in the register."))
                return redirect(row)
    context = {"form": form, "organisation": row, "title": _("Change the entry")}
    return render(request, "residents/organisation_form.html", context, status=status)


@require_POST
def check(request: UserRequest, pk: int) -> HttpResponse:
    form = CheckForm(request.POST, auto_id="check_%s")
    return _do(request, pk, "check", form, actions.record_check, _("The check is recorded."))


@require_POST
def close(request: UserRequest, pk: int) -> HttpResponse:
    form = CloseForm(request.POST, auto_id="close_%s")
    return _do(request, pk, "close", form, actions.close_organisation, _("It is recorded."))


@require_POST
def reopen(request: UserRequest, pk: int) -> HttpResponse:
    form = ReopenForm(request.POST, auto_id="reopen_%s")
    return _do(request, pk, "reopen", form, actions.reopen_organisation, _("It is recorded."))


def _do(
    request: UserRequest, pk: int, name: str, form: forms.Form, action: Callable[..., object], done: str
) -> HttpResponse:
    row, status = _mine(request, pk), 400
    if form.is_valid():
        try:
            action(row, actor=request.user, **form.cleaned_data)
        except (Refused, ValidationError) as error:
            status = refuse(form, error)
        else:
            messages.success(request, done)
            return redirect(row)
    return _page(request, _seen(request, pk), {name: form}, status)
