"""Moves of an order: the form of each, and sending it. What may be moved stands in workorders/workflow.py."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from accounts.requests import UserRequest
from grids.backends import standing_for
from workorders import elsewhere
from workorders.forms.fields import add_errors
from workorders.forms.moves import MoveForm
from workorders.forms.pages import FIELD_OF, MOVE_PAGES
from workorders.models import WorkOrder
from workorders.states import Move
from workorders.workflow import InvalidMove, check_move

CONFLICT = 409
SHOWN = ("category__parent__parent", "holder", "grid", "assignee", "lead_unit", "parent")


def _named(kebab: str) -> Move:
    try:
        move = Move(kebab.replace("-", "_"))
    except ValueError:
        raise Http404 from None
    if move not in MOVE_PAGES or "_" in kebab:
        raise Http404
    return move


@require_http_methods(["GET", "POST"])
def move(request: UserRequest, pk: int, move: str) -> HttpResponse:
    """GET shows the move's form (alone for htmx); POST makes the move. What is refused is said, with the form kept."""
    name = _named(move)
    page = MOVE_PAGES[name]
    orders = WorkOrder.objects.visible_to(request.user).select_related(*SHOWN)
    order = get_object_or_404(orders, pk=pk)
    form = page.form(*_sent(request), order=order, actor=request.user, now=timezone.now())
    try:
        check_move(order, name, standing_for(request.user))
        if request.method == "GET":
            return _led_elsewhere(request, order, name) or _page(request, order, name, form)
        if form.is_valid():
            page.action(order, actor=request.user, **form.arguments())
            messages.success(request, _("Done: %(move)s.") % {"move": name.label})
            return redirect(order)
    except InvalidMove as refusal:
        return _refused(request, order, name, form, refusal)
    except ValidationError as error:
        add_errors(form, error, FIELD_OF)
    return _page(request, order, name, form, status=400)


def _led_elsewhere(request: UserRequest, order: WorkOrder, name: Move) -> HttpResponse | None:
    """Lead to the page of another app that makes this move, where one does."""
    address = elsewhere.address(order, name)
    if not address:
        return None
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)  # type: ignore[attr-defined]


def _page(
    request: UserRequest, order: WorkOrder, name: Move, form: MoveForm, *, status: int = 200, refusal: str = ""
) -> HttpResponse:
    template = "workorders/move.html"
    if request.htmx:  # type: ignore[attr-defined]  # set by HtmxMiddleware
        template += "#form"
    context = {"order": order, "move": name, "page": MOVE_PAGES[name], "form": form, "refusal": refusal}
    return render(request, template, context, status=status)


def _refused(request: UserRequest, order: WorkOrder, name: Move, form: MoveForm, refusal: InvalidMove) -> HttpResponse:
    """Say why, with everything typed still there and the order's present state beside it."""
    if request.method == "GET":
        messages.error(request, str(refusal))
        return redirect(order)
    order.refresh_from_db()
    data = request.POST.copy()
    data["version"] = str(order.version)
    form.data = data
    return _page(request, order, name, form, status=CONFLICT, refusal=str(refusal))


def _sent(request: UserRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)
