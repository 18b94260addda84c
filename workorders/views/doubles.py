"""Open orders that may be the same as the report being written: a fragment for the report form."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.roles import Permission
from workorders import doubles
from workorders.categories import tree
from workorders.forms.report import ReportForm
from workorders.models import Category


@require_POST
def similar(request: UserRequest) -> HttpResponse:
    """Show what was reported nearby; by POST, for a phone number never belongs in an address."""
    standing = standing_for(request.user)
    if not standing.has(Permission.REPORT):
        raise PermissionDenied(_("None of your posts lets you report."))
    form = ReportForm(request.POST, standing=standing, branches=tree(Category.objects.active()))
    spot, now = form.spot(), timezone.now()
    found = doubles.candidates(spot, standing, now) if spot is not None else []
    chosen = form.cleaned_data.get("same_as")
    return render(request, "workorders/similar.html", {"rows": found, "chosen": chosen, "now": now})
