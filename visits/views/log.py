"""The log of what people tell (民情日志), the orders made of it, and past visits."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import keyset
from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.roles import Permission
from residents import masking, sight
from visits import actions
from visits.forms.log import EntryForm, LogFilter, OrderForm
from visits.models import LogEntry, Visit
from visits.states import EntryKind
from visits.views.plan import LISTED, grids_of
from workorders.categories import tree
from workorders.forms.fields import add_errors
from workorders.models import Category, WorkOrder

NEWEST_FIRST = ("-heard_at", "-id")


@require_http_methods(["GET", "POST"])
def entries(request: UserRequest) -> HttpResponse:
    """Show the log, newest first, and write an entry."""
    grids = list(grids_of(standing_for(request.user)).defer("boundary", "duties")[:LISTED])
    form = EntryForm(request.POST if request.method == "POST" else None, grids=grids)
    if request.method == "POST" and form.is_valid():
        try:
            grid = form.grids[form.cleaned_data["grid"]]
            made = actions.write_entry(grid, actor=request.user, **form.arguments())
        except ValidationError as error:
            add_errors(form, error)
        else:
            if form.cleaned_data["to_order"]:
                return redirect("visits:entry-order", made.pk)
            messages.success(request, _("Written down."))
            return redirect("visits:log")
    asked = LogFilter(request.GET)
    asked.is_valid()
    kind, day = asked.cleaned_data.get("kind"), asked.cleaned_data.get("day")
    rows = LogEntry.objects.visible_to(request.user).narrowed(kind=kind or "", day=day)
    branches = LogEntry.objects.narrowed(kind=kind or "", day=day).branches_for(request.user)
    rows = rows.select_related("author", "order", "grid", "house").defer("grid__boundary", "grid__duties")
    context: dict[str, Any] = {
        "form": form,
        "page": keyset.page(request, rows, NEWEST_FIRST, size=20, branches=branches),
        "kinds": EntryKind.choices,
        "kind": kind or "",
        "day": day,
        "today": timezone.localdate(),
    }
    return render(request, "visits/log.html", context, status=400 if request.method == "POST" else 200)


def _seen(request: UserRequest, pk: int) -> LogEntry:
    rows = LogEntry.objects.visible_to(request.user).select_related(
        "author", "order", "grid", "house", "organisation", "visit", "resident"
    )
    return get_object_or_404(rows.defer("grid__boundary", "grid__duties"), pk=pk)


@require_GET
def entry(request: UserRequest, pk: int) -> HttpResponse:
    """Show an entry and what became of it."""
    item = _seen(request, pk)
    order = WorkOrder.objects.visible_to(request.user).filter(pk=item.order_id).first() if item.order_id else None
    context: dict[str, Any] = {
        "entry": item,
        "order": order,
        "person": masking.name(item.resident.name) if item.resident else "",
        "may_order": item.order_id is None and sight.may(standing_for(request.user), Permission.REPORT, item.path_ids),
    }
    return render(request, "visits/entry.html", context)


@require_http_methods(["GET", "POST"])
def order(request: UserRequest, pk: int) -> HttpResponse:
    """Make a work order of an entry: the form stands filled in with its words."""
    who = standing_for(request.user)
    item = _seen(request, pk) if who.has(Permission.REPORT) else None
    if item is None or not sight.may(who, Permission.REPORT, item.path_ids):
        raise PermissionDenied(_("None of your posts lets you report here."))
    if item.order_id is not None:
        return redirect(item)
    places = (item.house, item.organisation)
    address = item.place or next((place.address for place in places if place is not None), "")
    start = {"description": item.text, "address": address}
    data = request.POST if request.method == "POST" else None
    form = OrderForm(data, branches=tree(Category.objects.active()), initial=start)
    if data is not None and form.is_valid():
        try:
            made = actions.make_order(item, actor=request.user, **form.arguments())
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect("workorders:reported", made.pk)
    context = {"entry": item, "form": form}
    return render(request, "visits/entry_order.html", context, status=200 if data is None else 400)


@require_GET
def past(request: UserRequest) -> HttpResponse:
    """List past visits that one sees: one's own, or with `?all=1` those of one's area."""
    rows = Visit.objects.visible_to(request.user).select_related("visitor", "house", "organisation", "grid")
    everybody = request.GET.get("all") == "1"
    branches = Visit.objects.branches_for(request.user) if everybody else ()
    rows = (rows if everybody else rows.filter(visitor=request.user)).defer("grid__boundary", "grid__duties")
    page = keyset.page(request, rows, ("-visited_at", "-id"), size=30, branches=branches)
    return render(request, "visits/past.html", {"page": page, "everybody": everybody})
