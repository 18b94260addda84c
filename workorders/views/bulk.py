"""Moving many orders at once: what was chosen, who is to have it, and what became of each."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import UserRequest
from grids.backends import standing_for
from workorders.actions import bulk as bulk_actions
from workorders.bulk_offers import allows
from workorders.forms.bulk import FORMS, BulkForm
from workorders.forms.pages import MOVE_PAGES
from workorders.models import BulkMove, WorkOrder
from workorders.states import Move
from workorders.workflow import refusal

UNREAD = ("contact_name", "contact_phone", "result", "routing")


@require_http_methods(["GET", "POST"])
def bulk(request: UserRequest, move: str) -> HttpResponse:
    """GET shows the chosen orders and the move's form; POST makes the move and leads to what became of each."""
    name = _named(move)
    chosen = _chosen(request)
    seen = WorkOrder.objects.visible_to(request.user).filter(pk__in=chosen)
    orders = list(seen.select_related("category__parent__parent").defer(*UNREAD).most_urgent_first())
    data = request.POST if request.method == "POST" else None
    form = FORMS[name](data, orders=orders, actor=request.user, now=timezone.now())
    if orders and form.is_valid():
        record = bulk_actions.make(
            name,
            MOVE_PAGES[name].action,
            chosen,
            actor=request.user,
            client_uuid=form.cleaned_data["client_uuid"],
            arguments=form.arguments(),
        )
        return redirect(record)
    return _page(request, name, orders, form, chosen)


def _named(move: str) -> Move:
    if move not in {kind.value for kind in FORMS}:
        raise Http404
    return Move(move)


def _chosen(request: UserRequest) -> dict[int, int | None]:
    """Read `order=12` or `order=12-3`, the latter with the version that was looked at; what does not read is left."""
    given = (request.POST if request.method == "POST" else request.GET).getlist("order")
    chosen: dict[int, int | None] = {}
    for text in given[: bulk_actions.MOST]:
        pk, _dash, version = text.partition("-")
        if pk.isascii() and pk.isdecimal() and len(pk) < 18:
            chosen[int(pk)] = int(version) if version.isascii() and version.isdecimal() and len(version) < 9 else None
    return chosen


def _page(
    request: UserRequest, move: Move, orders: list[WorkOrder], form: BulkForm, chosen: dict[int, int | None]
) -> HttpResponse:
    who = standing_for(request.user)
    rows = []
    for order in orders:
        why_not = refusal(order, move) or (None if allows(order, move, who) else _("Your posts do not allow it."))
        rows.append((order, chosen[order.pk] or order.version, why_not))
    context: dict[str, Any] = {
        "move": move,
        "page": MOVE_PAGES[move],
        "rows": rows,
        "possible": sum(why_not is None for _order, _version, why_not in rows),
        "form": form,
    }
    return render(request, "workorders/bulk.html", context, status=400 if form.is_bound else 200)


@require_GET
def result(request: UserRequest, pk: int) -> HttpResponse:
    """Show what became of each order of one's own bulk move."""
    record = get_object_or_404(BulkMove, pk=pk, actor=request.user)
    return render(request, "workorders/bulk_result.html", {"record": record})
