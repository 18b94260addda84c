"""Pages of facilities: the list, one facility, entering, changing; and what stands near a report being written."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import keyset
from accounts.requests import UserRequest
from facilities import actions, showing
from facilities.forms import FacilityFilter, FacilityForm, StateForm
from facilities.models import Facility
from facilities.querysets import FacilityQuerySet
from grids import panels
from grids.backends import standing_for
from grids.models import Kind
from grids.roles import Permission
from residents import sight
from residents.errors import NotPossible

CONFLICT = 409
RECORD = 30


def narrowed(request: UserRequest) -> tuple[FacilityFilter, FacilityQuerySet]:
    """Return the list's filter and what it selects, for the list and for the workbook alike."""
    if not standing_for(request.user).has(Permission.REPORT):
        raise PermissionDenied(_("None of your posts opens the register of facilities."))
    form = FacilityFilter(request.GET or None, user=request.user)
    form.is_valid()
    asked: dict[str, Any] = getattr(form, "cleaned_data", {})
    return form, Facility.objects.visible_to(request.user).narrowed(asked)


@require_GET
def facilities(request: UserRequest) -> HttpResponse:
    """List the facilities of one's area by code."""
    form, rows = narrowed(request)
    named = rows.select_related("kind", "unit", "community", "grid")
    shown = named.defer("note", "community__boundary", "grid__boundary")
    context = {
        "form": form,
        "page": keyset.page(request, shown, ("code",)),
        "is_narrowed": any(form.data.get(name) for name in form.fields),
        "may_keep": request.user.has_perm(Permission.MANAGE_FACILITIES),
        "query": request.GET.urlencode(),
    }
    return render(request, "facilities/list.html", context)


def _seen(request: UserRequest, pk: int) -> Facility:
    rows = Facility.objects.visible_to(request.user)
    nodes = ("street", "community", "grid")
    rows = rows.select_related("kind", "unit", *nodes).defer(*(f"{node}__boundary" for node in nodes))
    return get_object_or_404(rows, pk=pk)


def _may_keep(request: UserRequest, row: Facility) -> bool:
    return sight.may(standing_for(request.user), Permission.MANAGE_FACILITIES, row.path_ids)


def _kept(request: UserRequest, pk: int) -> Facility:
    row = _seen(request, pk)
    if not _may_keep(request, row):
        raise PermissionDenied(_("Your posts do not let you change the register there."))
    return row


@require_GET
def facility(request: UserRequest, pk: int) -> HttpResponse:
    return _page(request, _seen(request, pk))


def _page(
    request: UserRequest, row: Facility, form: forms.Form | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:
    may_keep = _may_keep(request, row)
    context: dict[str, Any] = {
        "facility": row,
        "marker": f"{row.lng},{row.lat}",
        "record": [(event, showing.changes_of(event)) for event in row.events.select_related("actor")[:RECORD]],
        "panels": panels.rendered(request, row, "facility"),
        "state_form": (form or StateForm(facility=row)) if may_keep else None,
        "may_keep": may_keep,
        "refusal": refusal,
        "is_open": form is not None,
    }
    return render(request, "facilities/facility.html", context, status=status)


@require_http_methods(["GET", "POST"])
def add(request: UserRequest) -> HttpResponse:
    """Enter a facility."""
    if not standing_for(request.user).has(Permission.MANAGE_FACILITIES):
        raise PermissionDenied(_("None of your posts lets you keep the register of facilities."))
    form = FacilityForm(request.POST if request.method == "POST" else None, user=request.user)
    status = 200
    if form.is_bound:
        status = 400
        try:
            if form.is_valid():
                given = form.cleaned_data
                place = {name: given[name] for name in ("kind", "code", "lng", "lat")}
                return redirect(actions.add(actor=request.user, **place, details=form.details()))
        except ValidationError as error:
            _by_field(form, error)
    return _form_page(request, form, None, status)


@require_http_methods(["GET", "POST"])
def edit(request: UserRequest, pk: int) -> HttpResponse:
    """Change an entry."""
    row = _kept(request, pk)
    form = FacilityForm(request.POST if request.method == "POST" else None, user=request.user, facility=row)
    status = 200
    if form.is_bound:
        status = 400
        try:
            if form.is_valid():
                details = form.details() | {name: form.cleaned_data[name] for name in FacilityForm.PLACE}
                actions.edit(row, actor=request.user, details=details, version=row.version)
                messages.success(request, _("Saved."))
                return redirect(row)
        except ValidationError as error:
            _by_field(form, error)
        except NotPossible as error:
            form.add_error(None, str(error))
            status = CONFLICT
    return _form_page(request, form, row, status)


def _by_field(form: forms.Form, error: ValidationError) -> None:
    for name, words in error.message_dict.items():
        form.add_error(name if name in form.fields else None, words)


def _form_page(request: UserRequest, form: FacilityForm, row: Facility | None, status: int) -> HttpResponse:
    post = standing_for(request.user).nodes(Permission.MANAGE_FACILITIES)
    root = row.grid_id if row is not None else next((p.node_id for p in post if p.kind != Kind.MICRO), None)
    context = {"form": form, "facility": row, "map_root": root, "title": row or _("Enter a facility")}
    return render(request, "facilities/form.html", context, status=status)


@require_POST
def state(request: UserRequest, pk: int) -> HttpResponse:
    """Say that it is damaged, in use again, or removed."""
    row = _kept(request, pk)
    form = StateForm(request.POST, facility=row)
    try:
        if form.is_valid():
            actions.change_state(row, actor=request.user, version=row.version, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect(row)
    except ValidationError as error:
        _by_field(form, error)
    except NotPossible as error:
        return _page(request, _seen(request, pk), form, str(error), CONFLICT)
    return _page(request, row, form, status=400)
