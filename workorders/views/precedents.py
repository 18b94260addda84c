"""The page of routing precedents: which meeting decided who leads, how often it was used; retiring one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts import keyset
from accounts.requests import UserRequest
from grids.backends import require
from grids.roles import Permission
from workorders import actions, lists
from workorders.forms.fields import Plain
from workorders.models import Precedent, WorkOrder
from workorders.workflow import InvalidMove


class RetireForm(Plain):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}), required=False
    )


@require_GET
def precedents(request: UserRequest) -> HttpResponse:
    """List the precedents of one's district, those in force or the retired ones, newest first."""
    seen = Precedent.objects.visible_to(request.user)
    sets = {"in-force": seen.in_force(), "retired": seen.filter(retired_at__isnull=False)}
    show = request.GET.get("show", "")
    show = show if show in sets else "in-force"
    counts = lists.counts(sets)
    rows = sets[show].select_related("node", "category__parent", "lead_unit", "decided_by", "retired_by", "order")
    rows = rows.defer("node__boundary", "node__duties").prefetch_related("assist_units")
    page = keyset.page(request, rows, ("-decided_at", "-id"))
    used = WorkOrder.objects.by_precedent([row.pk for row in page.rows])
    words = {"in-force": _("In force"), "retired": _("Retired")}
    context: dict[str, Any] = {
        "page": page,
        "rows": [(row, used.get(row.pk, 0)) for row in page.rows],
        "tabs": [(name, words[name], lists.said(counts[name]), name == show) for name in sets],
        "show": show,
        "form": RetireForm(auto_id=False) if request.user.has_perm(Permission.MANAGE_RULES) else None,
        "orders": set(
            WorkOrder.objects.visible_to(request.user)
            .filter(pk__in=[row.order_id for row in page.rows])
            .values_list("pk", flat=True)
        ),
    }
    return render(request, "workorders/precedents.html", context)


@require_POST
def retire(request: UserRequest, pk: int) -> HttpResponse:
    """End a precedent with its reason."""
    precedent = get_object_or_404(Precedent.objects.visible_to(request.user).select_related("district"), pk=pk)
    require(request.user, Permission.MANAGE_RULES, precedent.district)
    try:
        actions.retire_precedent(precedent, actor=request.user, reason=request.POST.get("reason", ""))
        messages.success(request, _("The precedent is retired; it dispatches no more."))
    except (InvalidMove, ValidationError) as refusal:
        words = refusal.messages[0] if isinstance(refusal, ValidationError) else str(refusal)
        messages.error(request, words)
    return redirect("workorders:precedents")
