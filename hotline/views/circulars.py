"""The weekly circular: the list, one, editing, publishing, on paper, as a workbook."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit, keyset
from accounts.requests import UserRequest
from accounts.workbooks import CONTENT_TYPE
from grids.backends import standing_for
from grids.roles import Permission
from hotline import circular_pages, circulars
from hotline.forms.key import CircularForm
from hotline.models import Circular
from workorders.views.rules import district_of


def _seen(request: UserRequest) -> Any:
    """Return the circulars of one's district: the published ones, drafts where one writes them."""
    district = district_of(request, Permission.VIEW_RATES)
    mine = Circular.objects.filter(district=district).select_related("district", "published_by")
    mine = mine.defer("district__boundary", "district__duties")
    if circulars.edits(standing_for(request.user), district.pk):
        return mine
    return mine.filter(published_at__isnull=False)


@require_GET
def circular_list(request: UserRequest) -> HttpResponse:
    """Show the circulars, the latest first."""
    rows = _seen(request)
    context = {
        "page": keyset.page(request, rows.defer("figures"), ("-monday", "-id")),
        "may_edit": circulars.edits(standing_for(request.user), district_of(request, Permission.VIEW_RATES).pk),
    }
    return render(request, "hotline/circulars.html", context)


@require_POST
def compose(request: UserRequest) -> HttpResponse:
    """Compose a week's circular, or count its figures anew; `?monday=` says which, else the week before this one."""
    district = district_of(request, Permission.SUPERVISE)
    monday = circulars.first_day(request.POST.get("monday"), timezone.localdate())
    try:
        return redirect(circulars.compose(district, monday, actor=request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("hotline:circulars")


@require_http_methods(["GET", "POST"])
def circular(request: UserRequest, pk: int) -> HttpResponse:
    """Show a circular; while it is not published, its words can be written."""
    item = get_object_or_404(_seen(request), pk=pk)
    may_edit = circulars.edits(standing_for(request.user), item.district_id) and not item.is_published
    initial = {"version": item.version, "words": item.words, "demands": item.demands}
    form = CircularForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        circulars.edit(item, actor=request.user, **form.cleaned_data)
        messages.success(request, _("The circular is saved."))
        return redirect(item)
    context = {"item": item, "form": form, "may_edit": may_edit, **circular_pages.shown(item)}
    return render(request, "hotline/circular.html", context, status=400 if form.is_bound else 200)


@require_POST
def publish(request: UserRequest, pk: int) -> HttpResponse:
    """Publish a circular; it never changes any more."""
    item = get_object_or_404(_seen(request), pk=pk)
    version = request.POST.get("version", "")
    circulars.publish(item, actor=request.user, version=int(version) if version.isascii() and version.isdigit() else 0)
    messages.success(request, _("The circular is published."))
    return redirect(item)


@require_GET
def printed(request: UserRequest, pk: int) -> HttpResponse:
    """Show a circular for paper."""
    item = get_object_or_404(_seen(request), pk=pk)
    return render(request, "hotline/circular_print.html", {"item": item, **circular_pages.shown(item)})


@require_POST
def workbook(request: UserRequest, pk: int) -> FileResponse:
    """Send a circular's figures as a workbook."""
    item = get_object_or_404(_seen(request), pk=pk)
    audit.record(request.user, "hotline.export_circular", item, {"monday": item.monday.isoformat()}, request=request)
    name = f"circular-{item.monday:%Y%m%d}.xlsx"
    file = circular_pages.write(item)
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPE)
