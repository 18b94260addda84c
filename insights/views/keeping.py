"""How the figures are kept: when they were last brought in step, and what the nightly checks found."""

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.requests import UserRequest
from grids.roles import Permission
from insights import figures, reading
from insights.checking import LOOKED_BACK
from insights.models import Check, Mark
from insights.sources.orders import ORDERS
from workorders.views.rules import district_of

SHOWN = 35
LATE = dt.timedelta(minutes=10)
"""The figures are brought in step each minute; so long without it, the timers stand still."""


@require_GET
def keeping(request: UserRequest) -> HttpResponse:
    """Show the last run and the last nights' checks of the district in which one may see the timers."""
    district = district_of(request, Permission.VIEW_TIMERS)
    runs = Mark.objects.filter(district=district, history=ORDERS.histories[0].name)
    run_at = runs.order_by("-at").values_list("at", flat=True).first()
    context = {
        "district": district,
        "run_at": run_at,
        "stands_still": run_at is not None and timezone.now() - run_at > LATE,
        "counted_from": figures.begins_on(district.pk),
        "held_from": reading.first_stock(district.pk),
        "checks": Check.objects.filter(district=district).order_by("-at")[:SHOWN],
        "looked_back": LOOKED_BACK.days,
    }
    return render(request, "insights/keeping.html", context)
