"""Who stands where among comparable ones: the page and its workbook."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.requests import UserRequest
from accounts.workbooks import CONTENT_TYPE
from insights import access, figures, ranking_books, ranking_pages, rankings
from insights.forms import RankingForm, as_shown
from insights.ranking_pages import Group, Level, Wanted

FIRST_OF_EACH = 10
A_PAGE = 50


@require_GET
@permission_required("insights.view", raise_exception=True)
def rankings_page(request: UserRequest) -> HttpResponse:
    """Show the first of each group, or one group a page at a time, with what decides each place."""
    form, wanted = _asked(request)
    groups = ranking_pages.seen_by(request.user, wanted)
    only = form.cleaned_data.get("group") or ""
    shown = [group for group in groups if group.key == only] if only else groups
    if only and not shown:
        raise Http404
    page = Paginator(shown[0].rows, A_PAGE).get_page(form.cleaned_data.get("page")) if only else None
    context: dict[str, Any] = {
        "wanted": wanted,
        "form": as_shown(wanted),
        "refused": form.refused,
        "sections": [_section(group, wanted, page or group.rows[:FIRST_OF_EACH]) for group in shown],
        "page": page,
        "rate": figures.label(wanted.rate),
        "meaning": figures.meaning(wanted.rate),
        "ranked": Level(wanted.level).label,
        "is_of_units": wanted.level == Level.UNIT,
        "query": _address(wanted),
        "before": _address(wanted, wanted.period.before.query),
        "after": _address(wanted, wanted.period.after.query),
        "weight": rankings.WEIGHT,
        "fewest": rankings.FEWEST,
    }
    return render(request, "insights/rankings.html", context)


@require_POST
@permission_required("insights.view", raise_exception=True)
def workbook(request: UserRequest) -> FileResponse:
    """Send the whole ranking as a workbook; that it was taken along stays in the audit log."""
    _form, wanted = _asked(request)
    file = ranking_books.write(wanted, ranking_pages.seen_by(request.user, wanted))
    audit.record(request.user, "insights.export_ranking", wanted.node, wanted.query, request=request)
    name = f"ranking-{wanted.level}-{wanted.period.first:%Y%m%d}-{wanted.period.last:%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPE)


def _asked(request: UserRequest) -> tuple[RankingForm, Wanted]:
    form = RankingForm(request.GET)
    form.is_valid()
    node = access.node_for(request.user, form.cleaned_data.get("node"))
    return form, form.wanted(node, timezone.localdate())


def _section(group: Group, wanted: Wanted, rows: Any) -> dict[str, Any]:
    kind, size = ranking_pages.kind_words(group.kind), ranking_pages.size_words(group, wanted.size_by)
    return {
        "group": group,
        "kind": kind,
        "size": size,
        "rows": list(rows),
        "url": f"{_address(wanted)}&{urlencode({'group': group.key})}",
        "has_more": len(group.rows) > len(rows),
    }


def _address(wanted: Wanted, period: dict[str, str] | None = None) -> str:
    return "?" + urlencode({**wanted.query, **(period or {}), "node": wanted.node.pk})
