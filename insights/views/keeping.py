"""How the figures are kept: when they were last brought in step, and what the nightly checks found."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.requests import UserRequest
from grids.roles import Permission
from insights.checking import LOOKED_BACK
from insights.models import Check, Mark
from insights.sources.orders import ORDERS
from workorders.views.rules import district_of

SHOWN = 35


@require_GET
def keeping(request: UserRequest) -> HttpResponse:
    """Show the last run and the last nights' checks of the district in which one may see the timers."""
    district = district_of(request, Permission.VIEW_TIMERS)
    runs = Mark.objects.filter(district=district, history=ORDERS.histories[0].name)
    context = {
        "district": district,
        "run_at": runs.order_by("-at").values_list("at", flat=True).first(),
        "checks": Check.objects.filter(district=district).order_by("-at")[:SHOWN],
        "looked_back": LOOKED_BACK.days,
    }
    return render(request, "insights/keeping.html", context)
