"""The exchange with the city platform: the list, a file in, one exchange with its answers, exports out."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import keyset
from accounts.requests import UserRequest
from accounts.tables.refusals import UnreadableTable
from grids.errors import Refused
from grids.roles import Permission
from hotline.exchange import actions, telling, words
from hotline.exchange.querysets import trees
from hotline.exchange.states import Direction, PlatformState, Verdict
from hotline.forms.exchange import FileForm, RowForm
from hotline.models import ExchangeRow, ExchangeRun, ExchangeStatus
from hotline.views.requests import check_may
from workorders.views.rules import district_of

PAGE = 50


@require_GET
def exchanges(request: UserRequest) -> HttpResponse:
    """Show the exchanges, newest first: which way, when, by whom, with how many rows."""
    check_may(request, Permission.EXCHANGE)
    seen = ExchangeRun.objects.visible_to(request.user).select_related("partner", "actor").defer("headings", "matching")
    page = keyset.page(request, seen, ("-id",))
    for item in page.rows:
        item.shown_counts = shown_counts(item)  # type: ignore[attr-defined]  # for the template
    return render(request, "hotline/exchanges.html", {"page": page})


def shown_counts(item: ExchangeRun) -> list[tuple[str, str, int]]:
    """Return code, words and number of each kind of answer, or of each state that was told."""
    kinds = Verdict if item.direction == Direction.IN else PlatformState
    return [(kind.value, str(kind.label), item.counts[kind]) for kind in kinds if item.counts.get(kind)]


@require_http_methods(["GET", "POST"])
def new(request: UserRequest) -> HttpResponse:
    """Take a file of the platform in; what is wrong with it as a whole is said at the file."""
    district = district_of(request, Permission.EXCHANGE)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            return redirect(
                actions.bring_in(
                    district,
                    actor=request.user,
                    file_name=given["file"].name,
                    content=given["file"],
                    now=timezone.now(),
                    sheet=given["sheet"],
                    is_history=given["is_history"],
                )
            )
        except (UnreadableTable, Refused) as error:
            form.add_error("file", str(error))
    return render(request, "hotline/exchange_new.html", {"form": form}, status=400 if request.method == "POST" else 200)


@require_GET
def exchange(request: UserRequest, pk: int) -> HttpResponse:
    """Show one exchange: how far it is, how each row was answered and why, or what was told."""
    item = seen(request, pk)
    context: dict[str, Any] = {"run": item, "counts": shown_counts(item)}
    if item.direction == Direction.OUT:
        told = keyset.page(request, telling.rows_of(item).select_related("matter").only(*_STATUS), ("id",), PAGE)
        for status in told.rows:
            status.words = PlatformState(status.state).label  # type: ignore[attr-defined]  # for the template
        return render(request, "hotline/exchange_out.html", context | {"page": told})
    verdict = request.GET.get("verdict", "")
    rows = item.rows.select_related("matter", "settled_by").defer("sealed")
    if verdict in Verdict.values:
        rows = rows.filter(verdict=verdict)
    page = keyset.page(request, rows.only(*_ROW), ("number", "id"), PAGE)
    for row in page.rows:
        row.reasons = [words.of(code) for code in row.codes]  # type: ignore[attr-defined]  # for the template
    context |= {
        "page": page,
        "verdict": verdict,
        "open_rows": 0 if item.is_running else actions.open_rows(item).count(),
        "replays": item.replays.order_by("id")[:20],
        "unread": [
            heading
            for place, heading in enumerate(item.headings)
            if heading.strip() and str(place) not in item.matching
        ],
    }
    return render(request, "hotline/exchange.html", context)


_STATUS = ("platform_no", "at", "state", "matter__number")
_ROW = ("number", "platform_no", "verdict", "codes", "run_id", "matter__number", "settled_by__id")


@require_GET
def progress(request: UserRequest, pk: int) -> HttpResponse:
    """Answer how far an exchange is, asked every two seconds; the page is loaded anew once it has ended."""
    item = seen(request, pk)
    response = render(request, "hotline/_exchange_progress.html", {"run": item})
    if not item.is_running:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def replay(request: UserRequest, pk: int) -> HttpResponse:
    """Try the refused rows again."""
    item = seen(request, pk)
    try:
        return redirect(actions.replay(item, actor=request.user, now=timezone.now()))
    except Refused as error:
        messages.error(request, str(error))
        return redirect(item)


@require_http_methods(["GET", "POST"])
def row(request: UserRequest, pk: int) -> HttpResponse:
    """Mend a refused row; it is taken in when the refused rows are tried again."""
    check_may(request, Permission.EXCHANGE)
    runs = ExchangeRun.objects.visible_to(request.user)
    item = get_object_or_404(ExchangeRow.objects.select_related("run").filter(run__in=runs), pk=pk)
    cells: dict[str, str] = json.loads(item.sealed) if item.sealed else {}
    form = RowForm(request.POST or None, cells=cells)
    if request.method == "POST" and form.is_valid():
        try:
            actions.mend(item, actor=request.user, cells=form.cleaned_data)
            messages.success(request, _("The row is mended. Try the refused rows again when all are."))
        except Refused as error:
            messages.error(request, str(error))
        return redirect(item.run)
    reasons = [words.of(code) for code in item.codes]
    return render(request, "hotline/exchange_row.html", {"row": item, "form": form, "reasons": reasons})


@require_POST
def export(request: UserRequest) -> HttpResponse:
    """Export what has changed since the last time."""
    district = district_of(request, Permission.EXCHANGE)
    try:
        return redirect(telling.export(district, actor=request.user, now=timezone.now()))
    except Refused as error:
        messages.info(request, str(error))
        return redirect("hotline:exchanges")


@require_POST
def again(request: UserRequest, pk: int) -> HttpResponse:
    """Have the platform told of one request again, with the next export."""
    check_may(request, Permission.EXCHANGE)
    here = ExchangeStatus.objects.filter(district__tree_id__in=trees(request.user))
    status = get_object_or_404(here, pk=pk)
    telling.tell_again(status, actor=request.user)
    messages.success(request, _("The next export tells the platform of it again."))
    return redirect("hotline:exchanges")


def seen(request: UserRequest, pk: int) -> ExchangeRun:
    """Return an exchange that this person keeps; 403 without the permission, 404 for another district's."""
    check_may(request, Permission.EXCHANGE)
    runs = ExchangeRun.objects.visible_to(request.user).select_related("district", "partner", "actor", "replay_of")
    return get_object_or_404(runs, pk=pk)
