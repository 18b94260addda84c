"""One result with its arithmetic, the evidence behind a number, and a person's own appraisal."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import keyset
from accounts.requests import UserRequest
from appraisal.models import Assessment, Line, Mark, Objection, PointEntry, Result, WorkerRecord
from appraisal.people import speaks_for
from appraisal.states import SHOWN, Evidence, ObjectionState, PeriodState
from appraisal.subjects import group_words
from grids.roles import Permission
from hotline.models import Request
from visits.models import Visit
from workorders.models import WorkOrder

AROUND = 3
"""How many places above and below one's own are shown, without names."""


@require_GET
def result(request: UserRequest, pk: int) -> HttpResponse:
    """Show how a result came about: each line's numbers, weight and points, the immediate points, the objections."""
    seen = Result.objects.visible_to(request.user).with_names()
    item = get_object_or_404(seen, pk=pk)
    lines = list(item.lines.select_related("indicator").order_by("-revision", "indicator__position", "id"))
    objections = list(Objection.objects.with_parties().filter(result=item).order_by("id"))
    entries = _entries(item)
    own = speaks_for(request.user, item)
    context: dict[str, Any] = {
        **{"item": item, "period": item.assessment, "scheme": item.assessment.scheme},
        "group": group_words(item.group),
        "lines": [line for line in lines if line.revision == item.revision],
        "former": [line for line in lines if line.revision != item.revision],
        "entries": entries,
        "struck": {one.entry_id for one in objections if one.state == ObjectionState.UPHELD},
        "objections": objections,
        "places": _places(item),
        "is_own": own,
        "may_object": own and _hears_objections(item),
        "objected": {one.line.indicator_id for one in objections if one.line is not None},
        "objected_entries": {one.entry_id for one in objections},
        "marks": _marks(item),
        "later": _later(request, item),
    }
    return render(request, "appraisal/result.html", context)


def _entries(item: Result) -> list[PointEntry]:
    own = {"unit": item.unit_id} if item.unit_id else {"user": item.user_id, "unit": None}
    return list(PointEntry.objects.filter(assessment=item.assessment_id, **own).with_names().order_by("id"))


def _hears_objections(item: Result) -> bool:
    period = item.assessment
    until = period.objections_until
    return period.state == PeriodState.PUBLISHED and until is not None and timezone.now() <= until


def _places(item: Result) -> list[Result]:
    """Return the first three of the group and those around this one: places and totals, no names."""
    if item.rank is None:
        return []
    group = Result.objects.filter(assessment=item.assessment_id, group=item.group, rank__isnull=False)
    near = Q(rank__range=(item.rank - AROUND, item.rank + AROUND)) | Q(rank__lte=AROUND)
    return list(group.filter(near).only("pk", "rank", "total").order_by("rank", "id")[: 4 * AROUND])


def _marks(item: Result) -> dict[int, Mark]:
    """Return the marks given by hand, the newest of each indicator, with their reasons."""
    own = {"unit": item.unit_id} if item.unit_id else {"user": item.user_id, "unit": None}
    rows = Mark.objects.filter(assessment=item.assessment_id, **own).select_related("given_by")
    return {mark.indicator_id: mark for mark in rows.order_by("id")}


def _later(request: UserRequest, item: Result) -> Assessment | None:
    """Return the period in which this person may make a final result good."""
    period = item.assessment
    if period.state != PeriodState.FINAL or not request.user.has_perm(Permission.APPRAISE, item.node):
        return None
    states = (PeriodState.OPEN, PeriodState.COMPUTED)
    found = Assessment.objects.filter(series=period.series, first__gt=period.first, state__in=states)
    return found.order_by("first").first()


SORTS = {
    Evidence.ORDERS: ("-reported_at", "-id"),
    Evidence.VISITS: ("-visited_at", "-id"),
    Evidence.REQUESTS: ("-received_at", "-id"),
}


@require_GET
def evidence(request: UserRequest, pk: int) -> HttpResponse:
    """Show the list that a line's number counts: as far as this person sees its rows."""
    line = get_object_or_404(Line.objects.select_related("result", "indicator"), pk=pk)
    item = get_object_or_404(Result.objects.visible_to(request.user).with_names(), pk=line.result_id)
    kind, part = line.indicator.evidence, request.GET.get("part", "all")
    keys = {"hits": line.hits, "others": line.others}.get(part, [*line.hits, *line.others])
    rows = _rows(request, kind, keys)
    page = keyset.page(request, rows, SORTS[kind]) if rows is not None else None
    context = {
        **{"line": line, "item": item, "kind": kind, "part": part, "page": page},
        "count": len(set(keys)),
        "shown": rows.count() if rows is not None else 0,
        "hits": set(line.hits),
        "parts": [("all", line.counted), ("hits", len(line.hits)), ("others", len(line.others))],
    }
    return render(request, "appraisal/evidence.html", context)


def _rows(request: UserRequest, kind: str, keys: list[int]) -> Any:
    if kind == Evidence.ORDERS:
        orders = WorkOrder.objects.visible_to(request.user).filter(pk__in=keys).select_related("category", "grid")
        return orders.defer("contact_name", "contact_phone", "grid__boundary", "grid__duties")
    if kind == Evidence.VISITS:
        visits = Visit.objects.visible_to(request.user).filter(pk__in=keys).select_related("grid")
        return visits.defer("note", "grid__boundary", "grid__duties")
    if kind == Evidence.REQUESTS:
        requests = Request.objects.visible_to(request.user).filter(pk__in=keys).select_related("category")
        return requests.defer("requester_name", "requester_phone", "text", "answer")
    return None


@require_GET
def mine(request: UserRequest) -> HttpResponse:
    """Show a person's own published results and points, those of their unit, and what is kept of their service."""
    rows = Result.objects.of_person(request.user).with_names().defer("node__boundary", "node__duties")
    page = keyset.page(request, rows, ("-assessment_id", "-id"), size=24)
    own = PointEntry.objects.filter(user=request.user.pk, unit=None).exclude(assessment__state__in=SHOWN)
    context = {
        "page": page,
        "entries": list(own.with_names().order_by("-id")[:50]),
        "record": WorkerRecord.objects.filter(user=request.user.pk).first(),
        "objections": list(Objection.objects.with_parties().filter(raised_by=request.user.pk).order_by("-id")[:20]),
    }
    return render(request, "appraisal/mine.html", context)
