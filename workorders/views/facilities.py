"""Facilities near a report that is being written: a fragment for the report form."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import UserRequest
from facilities.models import Facility
from grids import coordinates
from grids.backends import standing_for
from grids.roles import Permission
from workorders.forms.report import NearForm
from workorders.models import Category

WITHIN_M = 50
OFFERED = 6


@require_POST
def near(request: UserRequest) -> HttpResponse:
    """Offer what stands within some metres and may have what the category says; cameras only where one is meant."""
    if not standing_for(request.user).has(Permission.REPORT):
        raise PermissionDenied(_("None of your posts lets you report."))
    form = NearForm(request.POST)
    rows = []
    if form.is_valid():
        given = form.cleaned_data
        lng, lat = coordinates.to_wgs84(given["lng"], given["lat"], given["crs"] or "wgs84")
        category = Category.objects.filter(pk=given["category"]).first() if given["category"] else None
        seen = Facility.objects.visible_to(request.user).standing().fitting(category.code if category else "")
        rows = list(seen.near(lng, lat, WITHIN_M).select_related("kind")[:OFFERED])
    chosen = form.data.get("facility_near") or form.data.get("facility", "")
    return render(request, "workorders/facilities_near.html", {"rows": rows, "chosen": chosen})
