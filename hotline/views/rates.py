"""The six rates: the page, the lists behind its numbers, the workbook."""

from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import audit, keyset
from accounts.requests import UserRequest
from accounts.workbooks import CONTENT_TYPE
from hotline import rate_books, rate_pages
from hotline.forms.rates import ListForm
from hotline.rate_pages import Chosen
from hotline.rates import MEANINGS, Rate

SORTS = {"due": ("due_at", "id"), "said": ("-at", "-id"), "key": ("-flagged_at", "-id")}


@require_GET
def rates_page(request: UserRequest) -> HttpResponse:
    """Show the six rates with what they are made of, beside those of the period before."""
    chosen = rate_pages.choose(request.user, request.GET)
    whole, lines = rate_pages.table(chosen)
    context: dict[str, Any] = {
        "chosen": chosen,
        "whole": whole,
        "lines": lines,
        "rates": list(Rate),
        "query": urlencode(chosen.query),
        "before": _address(chosen, chosen.period.before.query),
        "after": _address(chosen, chosen.period.after.query),
    }
    return render(request, "hotline/rates.html", context)


@require_GET
def rate_list(request: UserRequest) -> HttpResponse:
    """Show the rows that one number of the rates counts; the list's count is the number."""
    chosen = rate_pages.choose(request.user, request.GET)
    form = ListForm(request.GET)
    if not form.is_valid():
        raise Http404
    given = form.cleaned_data
    rows, family = rate_pages.rows_of(chosen, given), chosen.scope.family(given["rate"])
    own = "" if family == "due" else "matter__"
    joined = rows.select_related(*(f"{own}{name}" for name in ("category", "community", "grid")))
    heavy = ("requester_name", "requester_phone", "reply_address", "platform_row", "text", "answer")
    page = keyset.page(request, joined.defer(*(f"{own}{name}" for name in heavy)), SORTS[family])
    rate = Rate(given["rate"])
    context: dict[str, Any] = {
        "chosen": chosen,
        "rate": rate,
        "meaning": MEANINGS[rate],
        "is_numerator": given["part"] == "n",
        "count": rows.count(),
        "page": page,
        "matters": [(row if family == "due" else row.matter, row) for row in page.rows],
        "family": family,
        "back": urlencode(chosen.query),
        "now": timezone.now(),
    }
    return render(request, "hotline/rate_list.html", context)


@require_POST
def workbook(request: UserRequest) -> FileResponse:
    """Send the rates as a workbook; that they were taken along stays in the audit log."""
    chosen = rate_pages.choose(request.user, request.GET)
    whole, lines = rate_pages.table(chosen)
    audit.record(request.user, "hotline.export_rates", None, chosen.query, request=request)
    name = f"rates-{chosen.period.first:%Y%m%d}-{chosen.period.last:%Y%m%d}.xlsx"
    file = rate_books.write(chosen, whole, lines)
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPE)


def _address(chosen: Chosen, period: dict[str, str]) -> str:
    node = {"node": chosen.node.pk} if chosen.node is not None else {}
    return "?" + urlencode({**period, "by": chosen.by, **node})
