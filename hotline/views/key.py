"""Key supervision: the ledger, putting a request under it and taking it out."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import audit, keyset
from accounts.requests import UserRequest
from accounts.workbooks import CONTENT_TYPE
from grids.backends import standing_for
from grids.roles import Permission
from hotline import actions, key_lists
from hotline.forms.calling import WordsForm
from hotline.forms.key import FlagForm
from hotline.key_lists import LedgerTab
from hotline.models import Request
from hotline.views.requests import check_may
from workorders import lists


@require_GET
def ledger(request: UserRequest) -> HttpResponse:
    """Show the key cases of one's area: open, ended, taken out."""
    check_may(request, Permission.VIEW_RATES)
    who, here = standing_for(request.user), _here(request)
    sets = {name.value: key_lists.tab(name, who) for name in LedgerTab}
    counts = lists.counts(sets)
    context: dict[str, Any] = {
        "tabs": [(name, lists.said(counts[name.value]), name == here) for name in LedgerTab],
        "tab": here.value,
        "page": keyset.page(request, key_lists.shown(sets[here.value]), ("-flagged_at", "-id")),
        "now": timezone.now(),
    }
    return render(request, "hotline/ledger.html", context)


@require_POST
def ledger_workbook(request: UserRequest) -> FileResponse:
    """Send one list of the ledger as a workbook; that it was taken along stays in the audit log."""
    check_may(request, Permission.VIEW_RATES)
    here = _here(request)
    found = key_lists.shown(key_lists.tab(here, standing_for(request.user))).order_by("-flagged_at", "-id")
    rows = list(found[: key_lists.MOST])
    audit.record(request.user, "hotline.export_ledger", None, {"tab": here.value, "count": len(rows)}, request=request)
    file = key_lists.write(str(here.label), rows)
    name = f"key-cases-{timezone.localtime():%Y%m%d-%H%M%S}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPE)


def _here(request: UserRequest) -> LedgerTab:
    given = request.GET.get("tab", "")
    return LedgerTab(given) if given in LedgerTab.values else LedgerTab.OPEN


@require_POST
def flag(request: UserRequest, pk: int) -> HttpResponse:
    """Put a request under key supervision."""
    check_may(request, Permission.SUPERVISE)
    matter, form = get_object_or_404(Request.objects.visible_to(request.user), pk=pk), FlagForm(request.POST)
    if form.is_valid():
        actions.flag(matter, actor=request.user, **form.cleaned_data)
        messages.success(request, _("The request is under key supervision."))
    else:
        messages.error(request, _("Choose why, and say what is demanded."))
    return redirect(matter)


@require_POST
def unflag(request: UserRequest, pk: int) -> HttpResponse:
    """Take a request out of key supervision, with the reason."""
    check_may(request, Permission.SUPERVISE)
    matter, form = get_object_or_404(Request.objects.visible_to(request.user), pk=pk), WordsForm(request.POST)
    if form.is_valid():
        actions.unflag(matter, actor=request.user, **form.cleaned_data)
        messages.success(request, _("The request is not under key supervision any more."))
    else:
        messages.error(request, _("Give the reason."))
    return redirect(matter)
