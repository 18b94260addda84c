"""The order list taken along: as a workbook, or on paper."""

from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.requests import UserRequest
from accounts.workbooks import CONTENT_TYPE
from workorders import export, names, selection
from workorders.rows import columns, listed

MOST_PRINTED = 300


@require_POST
def workbook(request: UserRequest) -> FileResponse:
    """Send the selection as a workbook; that it was taken, and how much, stays in the audit log."""
    chosen = selection.read(request.user, request.GET)
    file, count = export.write(chosen)
    _record(request, "workorders.export_list", chosen, count)
    name = f"work-orders-{timezone.localtime(chosen.now):%Y%m%d-%H%M%S}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPE)


@require_GET
def printed(request: UserRequest) -> HttpResponse:
    """Show the selection's first rows for paper."""
    chosen = selection.read(request.user, request.GET)
    rows = listed(columns(chosen.first(MOST_PRINTED + 1)))
    shown = rows[:MOST_PRINTED]
    context: dict[str, Any] = {
        "rows": shown,
        "names": names.of(shown),
        "more": len(rows) > MOST_PRINTED,
        "chips": [selection.labels()[chosen.tab], *chosen.form.chips(with_words=True)],
        "query": chosen.query,
        "now": chosen.now,
    }
    return render(request, "workorders/print_list.html", context)


def _record(request: UserRequest, action: str, chosen: selection.Selection, count: int) -> None:
    """What was searched for stays out: people type names there."""
    given = {name: chosen.form.data.get(name) for name in selection.NAMED if chosen.form.data.get(name)}
    detail = given | {"tab": chosen.tab, "count": count} | ({"q": True} if "q" in given else {})
    audit.record(request.user, action, None, detail, request=request)
