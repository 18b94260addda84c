"""Pages of residents' own requests: the list, taking one in, answering, the copy of what is held."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import keyset
from accounts.requests import UserRequest
from grids.errors import Refused
from grids.roles import Permission
from residents import held, own_requests
from residents.forms.own_requests import AnswerForm, RegisterForm
from residents.models import OwnRequest, Resident

needs_answering = permission_required(Permission.ANSWER_REQUESTS, raise_exception=True)
YELLOW_DAYS = 4


def light(own: OwnRequest, today: dt.date) -> tuple[str, str]:
    """Return the light of a request and how long is left or over, in calendar days."""
    if own.answered_at is not None:
        return "grey", ""
    left = (own.due_on - today).days
    if left < 0:
        return "red", ngettext("%(n)d day over", "%(n)d days over", -left) % {"n": -left}
    return "yellow" if left <= YELLOW_DAYS else "green", ngettext("%(n)d day left", "%(n)d days left", left) % {
        "n": left
    }


@require_GET
@needs_answering
def requests_page(request: UserRequest) -> HttpResponse:
    """List the open requests by the day they are due, or those that are done."""
    rows, is_done = own_requests.visible_to(request.user), request.GET.get("tab") == "done"
    rows = rows.select_related("resident", "community", "grid")
    shown = rows.exclude(answered_at=None) if is_done else rows.filter(answered_at=None)
    page = keyset.page(request, shown, ("-answered_at", "-id") if is_done else ("due_on", "id"))
    today = timezone.localdate()
    context = {"page": page, "lines": [(own, *light(own, today)) for own in page.rows], "is_done": is_done}
    return render(request, "residents/own_requests.html", context)


@require_http_methods(["GET", "POST"])
def add(request: UserRequest, pk: int) -> HttpResponse:
    """Take a request of this person in."""
    resident = get_object_or_404(Resident.objects.visible_to(request.user), pk=pk)
    if not own_requests.may_answer(request.user, resident):
        raise PermissionDenied
    form, status = RegisterForm(request.POST or None), 200
    if request.method == "POST":
        status = 400
        try:
            if form.is_valid():
                made = own_requests.register(resident, actor=request.user, request=request, **form.arguments())
                return redirect(made)
        except ValidationError as error:
            _add_errors(form, error)
    return render(request, "residents/own_request_form.html", {"form": form, "person": resident}, status=status)


@require_GET
@needs_answering
def own_request(request: UserRequest, pk: int) -> HttpResponse:
    return _page(request, _mine(request, pk), AnswerForm(), 200)


@require_POST
@needs_answering
def answer(request: UserRequest, pk: int) -> HttpResponse:
    own = _mine(request, pk)
    form, status = AnswerForm(request.POST), 400
    try:
        if form.is_valid():
            own_requests.answer(own, actor=request.user, request=request, **form.cleaned_data)
            messages.success(request, _("The answer is on record."))
            return redirect(own)
    except ValidationError as error:
        _add_errors(form, error)
    except Refused as refusal:
        status = 409
        form.add_error(None, str(refusal))
    return _page(request, own, form, status)


@require_POST
@needs_answering
def copy(request: UserRequest, pk: int) -> HttpResponse:
    """Show everything that is held, for paper; by POST, because it is put on record."""
    own = _mine(request, pk)
    resident = own_requests.open_copy(own, actor=request.user, request=request)
    parts = held.everything(resident, request.user)
    context = {"own": own, "parts": parts, "now": timezone.now(), "title": held.title_of_copy()}
    response = render(request, "residents/own_request_copy.html", context)
    response["Cache-Control"] = "no-store, private"
    return response


def _mine(request: UserRequest, pk: int) -> OwnRequest:
    rows = own_requests.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("resident", "community", "grid", "registered_by", "answered_by"), pk=pk
    )


def _page(request: UserRequest, own: OwnRequest, form: forms.Form, status: int) -> HttpResponse:
    tone, span = light(own, timezone.localdate())
    context: dict[str, Any] = {"own": own, "form": form, "light": tone, "span": span}
    return render(request, "residents/own_request.html", context, status=status)


def _add_errors(form: forms.Form, error: ValidationError) -> None:
    for name, errors in error.message_dict.items():
        form.add_error(name, errors)
