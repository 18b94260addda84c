"""The approvals: what waits for my decision, what I asked for, what was decided."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts import keyset
from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.standing import Standing
from workorders import lists
from workorders.asked import Request, shown_to
from workorders.models import Approval

NEWEST_FIRST = ("-id",)
OLDEST_FIRST = ("id",)
JOINED = ("order__category", "order__grid", "order__holder", "asked_by", "decided_by")
HEAVY = tuple(
    f"order__{name}" for name in ("description", "result", "routing", "contact_name", "contact_phone")
) + tuple(f"order__{node}__{name}" for node in ("grid", "holder") for name in ("boundary", "duties"))


@require_GET
def approvals(request: UserRequest) -> HttpResponse:
    """Show one of three lists: to decide (the longest waiting first), asked by me, decided (newest first)."""
    who, now = standing_for(request.user), timezone.now()
    sets = {
        "open": Approval.objects.to_decide_by(who),
        "mine": Approval.objects.asked_by(who),
        "decided": Approval.objects.decided_in_area_of(who),
    }
    show = request.GET.get("show", "open")
    show = show if show in sets else "open"
    rows: QuerySet[Approval] = sets[show].select_related(*JOINED).defer(*HEAVY)
    page = keyset.page(request, rows, OLDEST_FIRST if show == "open" else NEWEST_FIRST)
    context: dict[str, Any] = {
        "page": page,
        "rows": _requests(page.rows, who),
        "tabs": _tabs(show, lists.counts(sets)),
        "show": show,
        "now": now,
    }
    return render(request, "workorders/approvals.html", context)


def _requests(rows: list[Approval], who: Standing) -> list[Request]:
    return [shown_to(approval, who) for approval in rows]


def _tabs(here: str, counts: dict[str, int]) -> list[tuple[str, str, str, bool]]:
    words = {"open": _("To decide"), "mine": _("Asked by me"), "decided": _("Decided")}
    return [(name, label, lists.said(counts[name]), name == here) for name, label in words.items()]
