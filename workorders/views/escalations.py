"""The escalation monitor: orders that climbed, how far, how long ago, and how they come down again."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import keyset
from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.models import Kind
from grids.roles import Permission
from workorders import lists, sight
from workorders.chain import chain_of
from workorders.models import Escalation, WorkOrder
from workorders.querysets import OrderQuerySet

LEVELS = (Kind.BASE, Kind.COMMUNITY, Kind.STREET, Kind.DISTRICT)
KINDS = {Kind.BASE.value: [Kind.BASE.value, Kind.DEDICATED.value]}


@require_GET
def escalations(request: UserRequest) -> HttpResponse:
    """Show the climbed orders of one's area: open ones by deadline, or the finished ones, newest first."""
    if not standing_for(request.user).has(Permission.VIEW_ORDERS):
        raise PermissionDenied(_("None of your posts opens this page."))
    now = timezone.now()
    climbed = WorkOrder.objects.visible_to(request.user).filter(is_escalated=True)
    level, show = request.GET.get("level", ""), request.GET.get("show", "open")
    tabs = {
        "open": climbed.open(),
        "overdue": climbed.filter(sight.overdue(now)),
        "finished": climbed.filter(finished_at__isnull=False),
    }
    chosen = tabs[show] if show in tabs else tabs["open"]
    levels = {kind.value: _at_level(climbed.open(), kind.value) for kind in LEVELS}
    counts = lists.counts(tabs | levels)
    if level in levels:
        chosen = _at_level(chosen, level)
    last = Escalation.objects.filter(order=OuterRef("pk")).order_by("-position").values("at")
    rows = lists.for_rows(chosen).annotate(climbed_at=Subquery(last[:1])).select_related("street", "district")
    sort = lists.NEWEST_FIRST if show == "finished" else lists.MOST_URGENT_FIRST
    page = keyset.page(request, rows.prefetch_related("escalations__struck_off_by"), sort)
    context: dict[str, Any] = {
        "page": page,
        "rows": [(order, chain_of(order, order.escalations.all())) for order in page.rows],
        "tabs": [(name, words, lists.said(counts[name]), name == show) for name, words in _tab_words().items()],
        "levels": [(kind, lists.said(counts[kind.value]), kind.value == level) for kind in LEVELS],
        "level": level,
        "show": show if show in tabs else "open",
        "now": now,
    }
    return render(request, "workorders/escalations.html", context)


def _tab_words() -> dict[str, str]:
    return {"open": _("Open"), "overdue": _("Overdue"), "finished": _("Finished")}


def _at_level(orders: OrderQuerySet, level: str) -> OrderQuerySet:
    return orders.filter(holder__kind__in=KINDS.get(level, [level]))
