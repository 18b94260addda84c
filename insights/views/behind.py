"""The list behind a number of a dashboard."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import keyset
from accounts.requests import UserRequest
from insights import access, behind
from insights.board import BoardForm
from insights.measures import Measure
from workorders.models import WorkOrder

MOST_KEYS = 500


@require_GET
@permission_required("insights.view", raise_exception=True)
def rows(request: UserRequest, pk: int) -> HttpResponse:
    """Show the orders that a number counts; an executive sees numbers alone."""
    node = access.node_for(request.user, pk)
    if access.sees_aggregates_only(request.user, node):
        raise PermissionDenied(_("Your posts show numbers only."))
    shown, _wanted = BoardForm(request.GET).wanted(timezone.localdate())
    measure = request.GET.get("measure", "")
    keys = [key for key in request.GET.get("keys", "").split(",") if key][:MOST_KEYS]
    if not all(key.isprintable() for key in keys):
        raise Http404
    try:
        found, at = behind.rows(node, shown.now, measure, keys, timezone.now())
    except LookupError as error:
        raise Http404 from error
    open_to = behind.seen(found, request.user)
    is_orders = found.model is WorkOrder
    path = "" if is_orders else "order__"
    joined = open_to.select_related(*(f"{path}{name}" for name in ("category", "grid", "community")))
    heavy = [f"{path}{name}__{column}" for name in ("grid", "community") for column in ("boundary", "duties")]
    page = keyset.page(request, joined.defer(*heavy), (f"-{at}", "-id"))
    count = found.count()
    context: dict[str, Any] = {
        **{"node": node, "period": shown.now, "measure": Measure(measure), "page": page, "count": count},
        "lines": [(row if is_orders else row.order, getattr(row, at)) for row in page.rows],
        "closed": count - open_to.count(),
        "back": urlencode(shown.period.query),
    }
    return render(request, "insights/behind.html", context)
