"""Pages of hand-overs: what other communities ask of one's own and what one asked of them, one of them, the answer."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import keyset
from accounts.requests import UserRequest
from grids.errors import Refused
from grids.roles import Permission
from residents import actions, person_page
from residents.forms.handovers import AcceptForm, RefuseForm
from residents.models import Handover
from residents.views.people import refuse as add_refusal

needs_registers = permission_required(Permission.EDIT_REGISTERS, raise_exception=True)


@require_GET
@needs_registers
def handovers(request: UserRequest) -> HttpResponse:
    """List hand-overs, newest first: the open ones, or those that were answered."""
    is_done = request.GET.get("tab") == "done"
    rows = Handover.objects.visible_to(request.user).in_full()
    page = keyset.page(request, rows.exclude(state="open") if is_done else rows.filter(state="open"), ("-id",))
    lines = [(row, actions.may_answer_handover(request.user, row)) for row in page.rows]
    return render(request, "residents/handovers.html", {"page": page, "lines": lines, "is_done": is_done})


def seen(request: UserRequest, pk: int) -> Handover:
    row: Handover = get_object_or_404(Handover.objects.visible_to(request.user).in_full(), pk=pk)
    return row


def asked(request: UserRequest, pk: int) -> Handover:
    """Return a request that the asker answers (else 403), or sees (else 404)."""
    row = seen(request, pk)
    if not actions.may_answer_handover(request.user, row):
        raise PermissionDenied
    return row


@require_GET
@needs_registers
def handover(request: UserRequest, pk: int) -> HttpResponse:
    """Show a request: to who is asked, their entry and the new home; to who asks, only how it stands."""
    return _page(request, seen(request, pk), 200)


@require_POST
@needs_registers
def accept(request: UserRequest, pk: int) -> HttpResponse:
    row = asked(request, pk)
    form = _accept_form(row, request.POST)
    return _answer(request, row, form, actions.accept_handover, _("The registration has been handed over."))


@require_POST
@needs_registers
def refuse(request: UserRequest, pk: int) -> HttpResponse:
    row = asked(request, pk)
    return _answer(request, row, RefuseForm(request.POST), actions.refuse_handover, _("The asking community is told."))


def _answer(
    request: UserRequest, row: Handover, form: AcceptForm | RefuseForm, act: Callable[..., Any], done: str
) -> HttpResponse:
    """Answer by an action, or show the page again with what it refused."""
    status = 400
    if form.is_valid():
        try:
            act(row, actor=request.user, **form.given())
        except (Refused, ValidationError) as error:
            status = add_refusal(form, error)
        else:
            messages.success(request, done)
            return redirect(row)
    return _page(request, row, status, form)


@require_POST
@needs_registers
def withdraw(request: UserRequest, pk: int) -> HttpResponse:
    row = seen(request, pk)
    try:
        actions.withdraw_handover(row, actor=request.user)
        messages.success(request, _("The request is withdrawn."))
    except Refused as error:
        messages.error(request, str(error))
    return redirect(row)


def _accept_form(row: Handover, data: Any = None) -> AcceptForm:
    _household, members = person_page.household_of(row.resident)
    return AcceptForm(data, resident=row.resident, members=members)


def _page(
    request: UserRequest, row: Handover, status: int, form: AcceptForm | RefuseForm | None = None
) -> HttpResponse:
    may_answer = actions.may_answer_handover(request.user, row)
    is_asked = may_answer and row.is_open and row.asked_by_id != request.user.pk
    context: dict[str, Any] = {
        "row": row,
        "may_answer": may_answer,
        "may_withdraw": row.is_open and actions.may_withdraw_handover(request.user, row),
        "refusals": form.non_field_errors() if form is not None and not is_asked else [],
    }
    if is_asked:
        context["accept_form"] = form if isinstance(form, AcceptForm) else _accept_form(row)
        context["refuse_form"] = form if isinstance(form, RefuseForm) else RefuseForm()
    return render(request, "residents/handover.html", context, status=status)
