"""Many facilities at once: a list brought in, looked at first; and the list taken along as a workbook."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.requests import UserRequest
from accounts.workbooks import CONTENT_TYPE
from facilities import export, uploads
from facilities.forms import UploadForm
from facilities.models import FacilityImport
from facilities.views.facilities import narrowed
from grids.backends import standing_for
from grids.importing import Outcome
from grids.roles import Permission

SHOWN = 20


def _only_keepers(request: UserRequest) -> None:
    if not standing_for(request.user).has(Permission.MANAGE_FACILITIES):
        raise PermissionDenied(_("None of your posts lets you keep the register of facilities."))


@require_http_methods(["GET", "POST"])
def imports(request: UserRequest) -> HttpResponse:
    """Take a file in and look at it; below, the lists that one brought before."""
    _only_keepers(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        made = uploads.look(actor=request.user, file_name=file.name, content=file.read(), crs=form.cleaned_data["crs"])
        return redirect(made)
    rows = FacilityImport.objects.visible_to(request.user).defer("content", "entries")[:SHOWN]
    context = {"form": form, "rows": rows}
    return render(request, "facilities/imports.html", context, status=400 if form.is_bound else 200)


def _upload(request: UserRequest, pk: int) -> FacilityImport:
    return get_object_or_404(FacilityImport.objects.visible_to(request.user), pk=pk)


@require_GET
def one_import(request: UserRequest, pk: int) -> HttpResponse:
    """Say what a file would change, or did."""
    _only_keepers(request)
    row = _upload(request, pk)
    counts = [(outcome, outcome.label, row.counts[outcome]) for outcome in Outcome if row.counts.get(outcome)]
    context = {
        "upload": row,
        "counts": counts,
        "entries": [(Outcome(outcome).label, line, subject, words) for outcome, line, subject, words in row.entries],
        "hidden": sum(row.counts.values()) - row.counts.get(Outcome.UNCHANGED, 0) - len(row.entries),
        "may_run": row.done_at is None
        and bool(row.content)
        and bool(row.counts.get(Outcome.ADDED) or row.counts.get(Outcome.CHANGED)),
        "is_forgotten": row.done_at is None and not row.content,
    }
    return render(request, "facilities/import.html", context)


@require_POST
def run(request: UserRequest, pk: int) -> HttpResponse:
    """Write what the file says."""
    _only_keepers(request)
    row = _upload(request, pk)
    if row.done_at is None:
        uploads.bring_in(row, actor=request.user)
    return redirect(row)


@require_POST
def workbook(request: UserRequest) -> FileResponse:
    """Send the list as filtered; that it was taken, and how much, stays in the audit log."""
    rows = narrowed(request)[1]
    file, count = export.write(rows)
    audit.record(request.user, "facilities.export", None, {"count": count}, request)
    name = f"facilities-{timezone.localtime():%Y%m%d-%H%M%S}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPE)
