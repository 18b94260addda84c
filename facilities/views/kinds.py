"""The kinds of facilities: which there are, entering one, changing one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import UserRequest
from facilities import kind_actions
from facilities import kinds as shipped
from facilities.forms import KindForm, NewKindForm
from facilities.models import FacilityKind
from grids.roles import Permission

may_keep = permission_required(Permission.MANAGE_RULES, raise_exception=True)
MOST = 500


@require_GET
@may_keep
def kinds(request: UserRequest) -> HttpResponse:
    """List the kinds under their big classes."""
    shipped.in_use()
    return render(request, "facilities/kinds.html", {"kinds": FacilityKind.objects.all()[:MOST]})


@require_http_methods(["GET", "POST"])
@may_keep
def add_kind(request: UserRequest) -> HttpResponse:
    """Enter a kind."""
    return _page(request, NewKindForm(request.POST if request.method == "POST" else None), None)


@require_http_methods(["GET", "POST"])
@may_keep
def edit_kind(request: UserRequest, code: str) -> HttpResponse:
    """Change a kind."""
    shipped.in_use()
    row = get_object_or_404(FacilityKind, code=code)
    return _page(request, KindForm(request.POST if request.method == "POST" else None, kind=row), row)


def _page(request: UserRequest, form: KindForm, row: FacilityKind | None) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            if row is None:
                kind_actions.add_kind(actor=request.user, **form.cleaned_data)
            else:
                kind_actions.edit_kind(row, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            for name, words in error.message_dict.items():
                form.add_error(name, words)
        else:
            messages.success(request, _("Saved."))
            return redirect("facilities:kinds")
    context: dict[str, Any] = {"form": form, "kind": row}
    return render(request, "facilities/kind_form.html", context, status=400 if form.is_bound else 200)
