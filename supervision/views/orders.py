"""The lists of supervision orders, and the page of one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import keyset
from accounts.requests import UserRequest
from grids.backends import standing_for
from supervision.access import SUPERVISES
from supervision.forms import ACT_PAGES
from supervision.models import SupervisionOrder
from supervision.querysets import Tab
from supervision.states import Act, State
from supervision.workflow import acts_for
from workorders import lists

MOST_URGENT_FIRST = ("due_at", "id")
LATEST_FIRST = ("-opened_at", "-id")
LAST_CLOSED_FIRST = ("-closed_at", "-id")
SUPERVISORS_ONLY = frozenset({Tab.JUDGE, Tab.DRAFTS, Tab.ISSUED})


@require_GET
def supervision_list(request: UserRequest) -> HttpResponse:
    """Show one of a person's lists of supervision orders."""
    offered = [tab for tab in Tab if tab not in SUPERVISORS_ONLY or standing_for(request.user).has(SUPERVISES)]
    sets = {tab.value: SupervisionOrder.objects.tab(tab, request.user) for tab in offered}
    counts = lists.counts(sets)
    wanted = request.GET.get("tab", "")
    here = Tab(wanted) if wanted in sets else _first(offered, counts)
    page = keyset.page(request, sets[here.value].with_names(), sort_of(here))
    context: dict[str, Any] = {
        "tabs": [(tab, lists.said(counts[tab]), tab == here) for tab in offered],
        "tab": here,
        "page": page,
        "now": timezone.now(),
        "by_due": sort_of(here) == MOST_URGENT_FIRST,
        "supervises": standing_for(request.user).has(SUPERVISES),
    }
    return render(request, "supervision/list.html", context)


def sort_of(tab: Tab) -> tuple[str, str]:
    if tab == Tab.CLOSED:
        return LAST_CLOSED_FIRST
    return LATEST_FIRST if tab == Tab.DRAFTS else MOST_URGENT_FIRST


def _first(offered: list[Tab], counts: dict[str, int]) -> Tab:
    """Open what waits for the person, else their area."""
    waiting = (tab for tab in (Tab.REPLY, Tab.JUDGE, Tab.DRAFTS) if tab in offered and counts[tab])
    return next(waiting, Tab.AREA)


@require_GET
def detail(request: UserRequest, pk: int) -> HttpResponse:
    """Show a supervision order: what was demanded and answered, and what one may do."""
    item = get_object_or_404(SupervisionOrder.objects.visible_to(request.user).with_names(), pk=pk)
    acts = acts_for(item, standing_for(request.user))
    events = item.events.select_related("actor", "unit", "node").defer("node__boundary", "node__duties")
    context: dict[str, Any] = {
        "item": item,
        "now": timezone.now(),
        "events": events.order_by("-id"),
        "may_issue": Act.ISSUE in acts,
        "usual": Act.CLOSE if item.state == State.REPLIED else Act.REPLY,
        "acts": [(act, ACT_PAGES[act]) for act in acts if act in ACT_PAGES],
    }
    return render(request, "supervision/detail.html", context)
