"""Schemes: the list, one version with its indicators, adding and changing them."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import UserRequest
from appraisal import actions
from appraisal.errors import Refusal
from appraisal.forms.fields import add_refusal
from appraisal.forms.schemes import SchemeForm, indicator_forms
from appraisal.models import Assessment, Scheme
from appraisal.states import CODES, FORMULA_WORDS, MEANINGS, Code, Formula
from appraisal.views.doing import BAD, district_of, tell
from grids.models import Grid
from grids.roles import Permission


@require_GET
@permission_required(Permission.MANAGE_SCHEMES, raise_exception=True)
def schemes(request: UserRequest) -> HttpResponse:
    """Show the schemes of the district in force, and their earlier versions."""
    seen = Scheme.objects.visible_to(request.user).prefetch_related("indicators").order_by("judged", "-valid_from")
    context = {"schemes": seen.in_force(), "ended": seen.exclude(valid_to=None)[:50]}
    return render(request, "appraisal/schemes.html", context)


@require_GET
def scheme(request: UserRequest, pk: int) -> HttpResponse:
    """Show one version: what it counts, in words; its versions and periods."""
    item = get_object_or_404(Scheme.objects.visible_to(request.user).prefetch_related("indicators"), pk=pk)
    context = {
        "item": item,
        "versions": Scheme.objects.filter(series=item.series).select_related("changed_by").order_by("-version"),
        "periods": Assessment.objects.visible_to(request.user)
        .filter(scheme=item)
        .select_related("scheme")
        .order_by("-first")[:24],
    }
    return render(request, "appraisal/scheme.html", context)


@require_http_methods(["GET", "POST"])
@permission_required(Permission.MANAGE_SCHEMES, raise_exception=True)
def scheme_add(request: UserRequest) -> HttpResponse:
    """Add a scheme."""
    return _edit(request, district_of(request.user, Permission.MANAGE_SCHEMES), None)


@require_http_methods(["GET", "POST"])
@permission_required(Permission.MANAGE_SCHEMES, raise_exception=True)
def scheme_edit(request: UserRequest, pk: int) -> HttpResponse:
    """Change a scheme for coming periods."""
    item = get_object_or_404(Scheme.objects.visible_to(request.user).select_related("district"), pk=pk)
    return _edit(request, item.district, item)


def _edit(request: UserRequest, district: Grid, item: Scheme | None) -> HttpResponse:
    data = request.POST or None
    form, rows = SchemeForm(data, scheme=item, today=timezone.localdate()), indicator_forms(data, item)
    if form.is_bound and form.is_valid() and rows.is_valid():
        try:
            made = _save(request, district, item, form, rows)
        except Refusal as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The scheme is saved."))
            return redirect(made)
    codes = CODES[item.judged] if item is not None else tuple(Code)
    context = {
        **{"form": form, "rows": rows, "item": item},
        "meanings": [(code.label, MEANINGS[code]) for code in codes],
        "formulas": [(one.label, FORMULA_WORDS[one]) for one in Formula],
    }
    return render(request, "appraisal/scheme_edit.html", context, status=BAD if form.is_bound else 200)


def _save(request: UserRequest, district: Grid, item: Scheme | None, form: SchemeForm, rows: object) -> Scheme:
    given = [facts for row in rows if (facts := row.facts()) is not None]  # type: ignore[attr-defined]  # a formset
    if item is not None:
        return actions.change_scheme(item, actor=request.user, facts=form.facts(), indicators=given)
    since = form.cleaned_data["valid_from"]
    return actions.add_scheme(district, actor=request.user, facts=form.facts(), indicators=given, valid_from=since)


@require_POST
@permission_required(Permission.MANAGE_SCHEMES, raise_exception=True)
def scheme_end(request: UserRequest, pk: int) -> HttpResponse:
    """Let no further period be opened under a scheme."""
    item = get_object_or_404(Scheme.objects.visible_to(request.user), pk=pk)
    tell(request, lambda: actions.end_scheme(item, actor=request.user), _("The scheme has ended."))
    return redirect(item)
