"""The situations of one's area: which orders need a look, by rule, and why."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import keyset
from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.calendar import load_calendar
from grids.roles import Permission
from supervision import rules, situations
from supervision.states import Situation
from workorders import lists, sight
from workorders.views.rules import district_of

LONGEST_FIRST = ("reported_at", "id")


@require_GET
def situations_page(request: UserRequest) -> HttpResponse:
    """Show the orders of one's area in one situation; the count of each equals its list."""
    district, now = district_of(request, Permission.VIEW_ORDERS), timezone.now()
    mine = sight.open_area(standing_for(request.user))
    calendar = load_calendar()
    watches = {name: watch for name, watch in rules.watches(district.pk).items() if watch.is_active}
    sets = {
        name: situations.orders(watch, calendar, now).filter(mine, district=district) for name, watch in watches.items()
    }
    counts = lists.counts(sets)
    wanted = request.GET.get("rule", "")
    here = wanted if wanted in sets else next((name for name in sets if counts[name]), next(iter(sets), ""))
    context: dict[str, Any] = {
        "tabs": [(Situation(name), lists.said(counts[name]), name == here) for name in sets],
        "watch": watches.get(here),
        "look": situations.LOOKS[Situation(here)] if here else None,
        "page": keyset.page(request, lists.for_rows(sets[here]), LONGEST_FIRST) if here else None,
        "now": now,
    }
    return render(request, "supervision/situations.html", context)
