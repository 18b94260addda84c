"""What people do on a whistle: each a POST; what is refused is said on the whistle's page with what was typed."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import UserRequest
from coordination import actions
from coordination.forms.whistles import CancelForm, CloseForm, RateForm, ReportForm
from coordination.models import Whistle
from coordination.states import Act
from coordination.views.whistles import page_of
from workorders.forms.fields import add_errors
from workorders.workflow import InvalidMove

CONFLICT = 409


@require_POST
def check_in(request: UserRequest, pk: int, unit: int) -> HttpResponse:
    """Check a unit in: one tap, no questions."""
    return _do(request, pk, Act.CHECK_IN, unit, None, actions.check_in, _("You are checked in."))


@require_POST
def report(request: UserRequest, pk: int, unit: int) -> HttpResponse:
    form = ReportForm(request.POST, auto_id=f"report{unit}_%s")
    return _do(request, pk, Act.REPORT, unit, form, actions.report, _("Your report is kept."))


@require_POST
def rate(request: UserRequest, pk: int, unit: int) -> HttpResponse:
    form = RateForm(request.POST, auto_id=f"rate{unit}_%s")
    return _do(request, pk, Act.RATE, unit, form, actions.rate, _("The rating is kept; the unit is told."))


@require_POST
def close(request: UserRequest, pk: int) -> HttpResponse:
    form = CloseForm(request.POST, auto_id="close_%s")
    return _do(request, pk, Act.CLOSE, 0, form, actions.close, _("The whistle is closed."))


@require_POST
def cancel(request: UserRequest, pk: int) -> HttpResponse:
    form = CancelForm(request.POST, auto_id="cancel_%s")
    return _do(request, pk, Act.CANCEL, 0, form, actions.cancel, _("The whistle is cancelled; the units are told."))


def _do(
    request: UserRequest,
    pk: int,
    act: Act,
    unit: int,
    form: forms.Form | None,
    action: Callable[..., Any],
    done: str,
) -> HttpResponse:
    seen = Whistle.objects.visible_to(request.user).with_parties()
    item = get_object_or_404(seen.filter(summons__unit=unit) if unit else seen, pk=pk)
    refusal, status = "", 400
    try:
        if form is None or form.is_valid():
            named = {"unit": unit} if unit else {}
            action(item, actor=request.user, **named, **(form.cleaned_data if form is not None else {}))
            messages.success(request, done)
            return redirect(item)
    except InvalidMove as error:
        refusal, status = str(error), CONFLICT
    except ValidationError as error:
        assert form is not None  # noqa: S101 - what asks nothing is not wrong
        add_errors(form, error)
    item = seen.get(pk=pk)
    if form is not None and "version" in form.fields:
        data = request.POST.copy()
        data["version"] = str(item.version)
        form.data = data
    return page_of(request, item, wrong=(act, unit, form) if form else None, refusal=refusal, status=status)
