"""The state of an area in a period, and of what lies directly below it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.requests import UserRequest
from accounts.workbooks import CONTENT_TYPE
from grids.backends import standing_for
from insights import access, board, books


@require_GET
@permission_required("insights.view", raise_exception=True)
def dashboard(request: UserRequest, pk: int | None = None) -> HttpResponse:
    """Show a node's figures of a period beside those of the period and the year before."""
    node = access.node_for(request.user, pk)
    asked = board.BoardForm(request.GET)
    shown, wanted = asked.wanted(timezone.localdate())
    context: dict[str, Any] = {
        **{"node": node, "stretch": shown, "drawn": board.draw(node, shown, wanted, request.user)},
        "form": board.as_shown(shown, wanted),
        "refused": asked.refused,
        "path": access.path_to(standing_for(request.user), node),
        "query": urlencode(shown.period.query),
        "earlier": urlencode(shown.period.before.query),
        "later": urlencode(shown.period.after.query) if shown.period.last < timezone.localdate() else "",
    }
    return render(request, "insights/dashboard.html", context)


@require_POST
@permission_required("insights.view", raise_exception=True)
def workbook(request: UserRequest, pk: int) -> FileResponse:
    """Send the tables of a dashboard, or one of them, as a workbook; that it was taken along stays in the audit log."""
    node = access.node_for(request.user, pk)
    shown, wanted = board.BoardForm(request.GET).wanted(timezone.localdate())
    built, slug = board.build(node, shown, wanted, request.user), request.POST.get("table", "")
    if slug not in {"", books.HEADLINE, *(table.slug for table in built.tables)}:
        raise Http404
    audit.record(request.user, "insights.export", node, {**shown.period.query, "table": slug}, request=request)
    name = f"figures-{node.code}-{shown.now.first:%Y%m%d}-{shown.now.last:%Y%m%d}.xlsx"
    file = books.write(built, slug)
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPE)
