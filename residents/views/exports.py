"""Pages of lists that are taken along: one's own, those to decide, asking, fetching."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import keyset
from accounts.requests import UserRequest
from accounts.workbooks import CONTENT_TYPE
from grids.backends import standing_for
from grids.errors import Refused
from grids.roles import Permission
from residents import exports
from residents.forms.exports import AskForm, areas_of
from residents.models import Export, ExportState, ListKind


def _may_use(request: UserRequest) -> None:
    if not any(request.user.has_perm(p) for p in (Permission.EXPORT_REGISTERS, Permission.APPROVE_EXPORT)):
        raise PermissionDenied


@require_GET
def exports_page(request: UserRequest) -> HttpResponse:
    """Show one's own lists and those that wait for one's decision."""
    _may_use(request)
    rows = exports.visible_to(request.user).select_related("node", "requested_by", "decided_by")
    mine = keyset.page(request, rows.filter(requested_by=request.user), ("-id",), size=30)
    others = rows.filter(state=ExportState.WAITING).exclude(requested_by=request.user)
    context = {
        "page": mine,
        "to_decide": list(others.order_by("id")[:50]) if request.user.has_perm(Permission.APPROVE_EXPORT) else [],
        "may_ask": request.user.has_perm(Permission.EXPORT_REGISTERS),
        "now": timezone.now(),
    }
    return render(request, "residents/exports.html", context)


@require_http_methods(["GET", "POST"])
def ask(request: UserRequest) -> HttpResponse:
    """Ask for a list; `?what=` names it."""
    if not request.user.has_perm(Permission.EXPORT_REGISTERS):
        raise PermissionDenied
    what = request.GET.get("what", "")
    start = {"what": what if what in ListKind.values else ListKind.PEOPLE, "is_masked": "yes"}
    form = AskForm(request.POST or None, areas=areas_of(standing_for(request.user)), initial=start)
    status = 200
    if request.method == "POST":
        status = 400
        try:
            if form.is_valid():
                made = exports.ask(actor=request.user, **form.arguments())
                told = _("It is being written; you will be told.") if made.is_masked else _("It waits for a decision.")
                messages.success(request, told)
                return redirect("residents:exports")
        except ValidationError as error:
            for name, errors in error.message_dict.items():
                form.add_error(name, errors)
        except Refused as refusal:
            status = 409
            form.add_error(None, str(refusal))
    return render(request, "residents/export_ask.html", {"form": form}, status=status)


@require_POST
def decide(request: UserRequest, pk: int) -> HttpResponse:
    export = get_object_or_404(exports.visible_to(request.user), pk=pk)
    try:
        exports.decide(
            export,
            actor=request.user,
            approve=request.POST.get("decision") == "approve",
            note=request.POST.get("note", "")[:200],
        )
        messages.success(request, _("Decided."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("residents:exports")


@require_POST
def fetch(request: UserRequest, pk: int) -> HttpResponse:
    """Send the workbook; by POST, because each fetch is put on record."""
    export: Export = get_object_or_404(exports.visible_to(request.user), pk=pk)
    content = exports.fetch(export, actor=request.user, request=request)
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{export.what}-{export.pk}.xlsx"'
    response["Cache-Control"] = "no-store, private"
    return response
