"""What the timers would do now, and what they did."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import keyset
from accounts.requests import UserRequest
from grids.roles import Permission
from workorders import lists, sweeps
from workorders.models import TimerRun, WorkOrder
from workorders.timers import Skip, Verdict
from workorders.views.rules import district_of

RUNS = 10


@require_GET
def timers(request: UserRequest) -> HttpResponse:
    """For each open order that one sees: what a run would do now, and why not; the order next due comes first."""
    district_of(request, Permission.VIEW_TIMERS)
    now = timezone.now()
    orders = lists.for_rows(WorkOrder.objects.visible_to(request.user).open())
    page = keyset.page(request, orders, lists.MOST_URGENT_FIRST)
    context = {
        "page": page,
        "rows": sweeps.preview(page.rows, now),
        "runs": TimerRun.objects.order_by("-started_at")[:RUNS],
        "now": now,
        "skip": Verdict.SKIP,
        "reasons": Skip,
    }
    return render(request, "workorders/timers.html", context)
