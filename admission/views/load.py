"""What the burden meter assumes: minutes of incidents, minutes of a week."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import UserRequest
from admission import actions, effort, meter
from admission.forms.load import CapacityForm, EffortForm
from admission.models import Effort
from grids.models import Grid
from workorders.forms.fields import add_errors
from workorders.views.rules import district_of


@require_http_methods(["GET", "POST"])
def efforts(request: UserRequest) -> HttpResponse:
    """Show and change the rows; what the product assumes where there is none is shown as an assumption."""
    district = district_of(request)
    is_week = request.POST.get("what") == "capacity"
    form = EffortForm(request.POST if request.method == "POST" and not is_week else None)
    week = CapacityForm(request.POST if is_week else None)
    if request.method == "POST" and _changed(request, district, form, week, is_week=is_week):
        messages.success(request, _("Saved. It holds for what is weighed from now on."))
        return redirect("admission:efforts")
    now = timezone.now()
    rows = cast("models.QuerySet[Effort]", Effort.objects.in_force(now).filter(district=district))
    context = {
        "form": form,
        "week": week,
        "rows": rows.select_related("category", "changed_by").order_by("category__code", "difficulty")[:500],
        "general": meter.efforts(effort.EffortBook.load(district.pk, now)),
        "capacities": effort.capacities(district.pk, now),
        "district": district,
    }
    return render(request, "admission/efforts.html", context, status=400 if request.method == "POST" else 200)


def _changed(request: UserRequest, district: Grid, form: EffortForm, week: CapacityForm, *, is_week: bool) -> bool:
    chosen = week if is_week else form
    if not chosen.is_valid():
        return False
    try:
        if is_week:
            actions.set_capacity(district, actor=request.user, **week.cleaned_data)
        else:
            actions.set_effort(district, actor=request.user, **form.arguments())
    except ValidationError as error:
        add_errors(chosen, error)
        return False
    return True


@require_POST
def effort_remove(request: UserRequest, pk: int) -> HttpResponse:
    """End a row; the next less specific one answers again."""
    district = district_of(request)
    row = get_object_or_404(Effort.objects.filter(district=district).select_related("district"), pk=pk)
    actions.clear_effort(cast("Effort", row), actor=request.user)
    messages.success(request, _("Removed; the more general row answers again."))
    return redirect("admission:efforts")
