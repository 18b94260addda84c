"""What the chair adds to a review's record: each a POST; what is refused is said on its page with what was typed."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import UserRequest
from coordination import actions
from coordination.forms.reviews import CancelReviewForm, CorrectionForm, DecideForm, MinutesForm
from coordination.models import JointReview
from coordination.states import Entry
from coordination.views.reviews import CONFLICT, page_of
from coordination.workflow import chairs
from grids.backends import standing_for
from workorders.forms.fields import add_errors
from workorders.workflow import InvalidMove


@require_POST
def minutes(request: UserRequest, pk: int) -> HttpResponse:
    form = MinutesForm(request.POST, auto_id="minutes_%s")
    return _do(request, _seen(request, pk), Entry.MINUTES, form, actions.record_minutes, _("The minutes are kept."))


@require_POST
def decide(request: UserRequest, pk: int) -> HttpResponse:
    item = _seen(request, pk)
    form = DecideForm(request.POST, review=item, order=item.order, now=timezone.now())
    return _do(request, item, Entry.DECIDE, form, actions.decide, _("It is decided; the order has gone its way."))


@require_POST
def correct(request: UserRequest, pk: int) -> HttpResponse:
    form = CorrectionForm(request.POST, auto_id="correct_%s")
    return _do(request, _seen(request, pk), Entry.CORRECT, form, actions.correct, _("The correction is added."))


@require_POST
def cancel(request: UserRequest, pk: int) -> HttpResponse:
    form = CancelReviewForm(request.POST, auto_id="cancel_%s")
    done = _("The meeting is cancelled; the units are told.")
    return _do(request, _seen(request, pk), Entry.CANCEL, form, actions.cancel_review, done)


def _seen(request: UserRequest, pk: int) -> JointReview:
    item = get_object_or_404(JointReview.objects.visible_to(request.user).with_parties(), pk=pk)
    if not chairs(item, standing_for(request.user)):
        raise PermissionDenied(_("Only the level whose meeting it is may do this."))
    return item


def _do(
    request: UserRequest, item: JointReview, entry: Entry, form: forms.Form, action: Callable[..., Any], done: str
) -> HttpResponse:
    refusal, status = "", 400
    try:
        if form.is_valid():
            action(item, actor=request.user, **form.cleaned_data)
            messages.success(request, done)
            return redirect(item)
    except InvalidMove as error:
        refusal, status = str(error), CONFLICT
    except ValidationError as error:
        add_errors(form, error)
    fresh = _seen(request, item.pk)
    data = request.POST.copy()
    data["version"], data["order_version"] = str(fresh.version), str(fresh.order.version)
    form.data = data
    return page_of(request, fresh, wrong=(entry, form), refusal=refusal, status=status)
