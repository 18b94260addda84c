"""The page of duty hours: which are set, setting further ones, removing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import keyset
from accounts.requests import UserRequest
from grids.roles import Permission
from onemap import duty_hours
from onemap.forms import DutyHoursForm
from onemap.models import DutyHours
from workorders.forms.fields import add_errors

may_set = permission_required(Permission.MANAGE_POSTS, raise_exception=True)


@require_http_methods(["GET", "POST"])
@may_set
def hours(request: UserRequest) -> HttpResponse:
    """List the duty hours of one's nodes, and set further ones."""
    form = DutyHoursForm(request.POST if request.method == "POST" else None, actor=request.user)
    if form.is_bound and form.is_valid():
        try:
            duty_hours.add(actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The duty hours are set."))
            return redirect("onemap:duty-hours")
    rows = DutyHours.objects.managed_by(request.user).kept(timezone.localdate()).select_related("node", "person")
    page = keyset.page(request, rows.defer("node__boundary", "node__duties"), ("-id",))
    context: dict[str, Any] = {"form": form, "page": page}
    return render(request, "onemap/duty_hours.html", context, status=400 if form.is_bound else 200)


@require_POST
@may_set
def remove(request: UserRequest, pk: int) -> HttpResponse:
    """Let duty hours hold no longer."""
    row = get_object_or_404(DutyHours.objects.managed_by(request.user), pk=pk)
    duty_hours.remove(row, actor=request.user)
    messages.success(request, _("The duty hours are removed."))
    return redirect("onemap:duty-hours")
