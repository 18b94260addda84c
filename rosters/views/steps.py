"""What people do with a roster: each a POST that leads back to its page, where what was refused is said."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.requests import UserRequest
from rosters import actions, showing
from rosters.errors import InvalidRoster
from rosters.forms import DecideForm, MatchForm
from rosters.models import Batch
from rosters.states import Decision, Outcome, State
from rosters.views.batches import page_of, seen_batch

CONFLICT = 409


@require_POST
def match(request: UserRequest, pk: int) -> HttpResponse:
    """Take the columns as chosen, and have the file checked."""
    batch = seen_batch(request, pk)
    form = MatchForm(request.POST, batch=batch, user=request.user)
    if batch.state == State.UPLOADED and form.is_valid():
        given = form.cleaned_data
        try:
            actions.match(
                batch,
                actor=request.user,
                matching=form.matching,
                is_complete=given.get("is_complete", False),
                blanks_overwrite=given["blanks_overwrite"],
            )
            actions.check(batch, actor=request.user)
        except InvalidRoster as error:
            form.add_error(None, str(error))
            return page_of(request, batch, form=form, status=CONFLICT)
    return redirect(batch)


@require_POST
def decide(request: UserRequest, pk: int) -> HttpResponse:
    """Take the decisions for whole outcomes; "apply" among the buttons has everything written at once."""
    batch = seen_batch(request, pk)
    form = DecideForm(request.POST, batch=batch)
    if not form.is_valid():
        return page_of(request, batch, form=form, status=400)
    skipped = form.cleaned_data.get("skipped_fields", [])
    is_kept = _do(request, batch, actions.decide, rules=form.rules, skipped_fields=skipped)
    if is_kept and request.POST.get("then") == "apply":
        _do(request, batch, actions.apply)
    elif is_kept:
        messages.success(request, _("The decisions are kept."))
    return redirect(batch)


@require_POST
def decide_rows(request: UserRequest, pk: int) -> HttpResponse:
    """Decide about the marked rows of a list, and stay there."""
    batch = seen_batch(request, pk)
    numbers = [int(number) for number in request.POST.getlist("row") if number.isdecimal()][: showing.PAGE]
    decision = request.POST.get("decision", "")
    back = _back(request, batch)
    if not numbers or decision not in Decision.values:
        messages.error(request, _("Mark rows first, then choose what becomes of them."))
        return back
    try:
        count = actions.decide_rows(batch, numbers, decision, actor=request.user)
    except InvalidRoster as error:
        messages.error(request, str(error))
        return back
    messages.success(request, ngettext("%(n)s row is decided.", "%(n)s rows are decided.", count) % {"n": count})
    return back


@require_POST
def recheck(request: UserRequest, pk: int) -> HttpResponse:
    batch = seen_batch(request, pk)
    _do(request, batch, actions.recheck)
    return redirect(batch)


@require_POST
def apply(request: UserRequest, pk: int) -> HttpResponse:
    batch = seen_batch(request, pk)
    _do(request, batch, actions.apply)
    return redirect(batch)


@require_POST
def undo(request: UserRequest, pk: int) -> HttpResponse:
    batch = seen_batch(request, pk)
    _do(request, batch, actions.undo)
    return redirect(batch)


@require_POST
def cancel(request: UserRequest, pk: int) -> HttpResponse:
    batch = seen_batch(request, pk)
    if _do(request, batch, actions.cancel, now=timezone.now()):
        messages.success(request, _("The roster is given up; its file is deleted."))
    return redirect(batch)


def _do(request: UserRequest, batch: Batch, action: Callable[..., Any], **given: Any) -> bool:
    """Carry an action out, and say what it refused; returns whether it was done."""
    try:
        action(batch, actor=request.user, **given)
    except InvalidRoster as error:
        messages.error(request, str(error))
        return False
    return True


def _back(request: UserRequest, batch: Batch) -> HttpResponseRedirect:
    """Lead back to the list that the form stood on."""
    outcome = request.POST.get("outcome", "")
    if outcome not in Outcome.values:
        return redirect(batch)
    url = reverse("rosters:rows", args=[batch.pk, outcome])
    query = request.POST.get("query", "")
    there = f"{url}?{query}" if query else url
    return redirect(there if url_has_allowed_host_and_scheme(there, {request.get_host()}) else url)
