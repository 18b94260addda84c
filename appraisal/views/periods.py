"""Periods of appraisal: the list, one period with its result lists, and its steps."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import Count, F
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit, keyset
from accounts.requests import UserRequest
from accounts.workbooks import CONTENT_TYPE
from appraisal import actions, books
from appraisal.forms.acts import OpenForm
from appraisal.models import Assessment, Line, Objection, Result, Scheme
from appraisal.states import ObjectionState, PeriodState
from appraisal.subjects import group_words
from appraisal.views.doing import attempt, form_page, tell
from grids.backends import standing_for
from grids.roles import Permission

UNRANKED = "-"


@require_GET
@permission_required(Permission.VIEW_APPRAISAL, raise_exception=True)
def periods(request: UserRequest) -> HttpResponse:
    """Show the periods of the district, newest first, and what waits for a decision."""
    rows = Assessment.objects.visible_to(request.user).select_related("scheme").annotate(judged=Count("results"))
    is_keeper = _keeps_district(request)
    context: dict[str, Any] = {
        "page": keyset.page(request, rows, ("-first", "-id"), size=24),
        "schemes": Scheme.objects.visible_to(request.user).in_force() if is_keeper else [],
        "objections": Objection.objects.awaiting(standing_for(request.user)).count(),
    }
    return render(request, "appraisal/periods.html", context)


def _keeps_district(request: UserRequest) -> bool:
    return any(post.kind == "district" for post in standing_for(request.user).nodes(Permission.APPRAISE))


@require_http_methods(["GET", "POST"])
@permission_required(Permission.APPRAISE, raise_exception=True)
def open_period(request: UserRequest, pk: int) -> HttpResponse:
    """Open a period under a scheme."""
    scheme = get_object_or_404(Scheme.objects.visible_to(request.user).in_force(), pk=pk)
    form = OpenForm(request.POST or None, initial={"day": timezone.localdate()})
    done = _("The period is open; its scheme does not change any more.")
    act = lambda: actions.open_period(scheme, actor=request.user, day=form.cleaned_data["day"])  # noqa: E731
    effect = _("This version of the scheme is frozen by it.")
    return attempt(request, form, act, done, lambda made: made) or form_page(
        request, form, scheme.name, "appraisal:periods", submit=_("Open the period"), effect=effect
    )


@require_GET
@permission_required(Permission.VIEW_APPRAISAL, raise_exception=True)
def period(request: UserRequest, pk: int) -> HttpResponse:
    """Show a period's results, group by group, of one's area."""
    found = Assessment.objects.visible_to(request.user).select_related("scheme", "district")
    item = get_object_or_404(found, pk=pk)
    mine = Result.objects.of_area(request.user).filter(assessment=item)
    ranked = mine.filter(rank__isnull=False)
    counts = dict(ranked.order_by().values_list("group").annotate(Count("pk")))
    unranked = mine.filter(rank=None).count()
    here = request.GET.get("group", "")
    here = here if here in {*counts, UNRANKED} else next(iter(sorted(counts)), UNRANKED if unranked else "")
    rows = mine.filter(rank=None) if here == UNRANKED else ranked.filter(group=here)
    page = keyset.page(request, rows.with_names(), ("id",) if here == UNRANKED else ("rank", "id"))
    context = {
        **{"item": item, "page": page, "here": here, "now": timezone.now()},
        "groups": [(group, group_words(group), n, group == here) for group, n in sorted(counts.items())],
        "unranked": unranked,
        "indicators": list(item.scheme.indicators.all()),
        "lines": _by_result(page.rows),
        "steps": _steps(request, item),
        "open_objections": Objection.objects.filter(result__assessment=item, state=ObjectionState.OPEN).count(),
    }
    return render(request, "appraisal/period.html", context)


def _by_result(results: list[Result]) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = {result.pk: [] for result in results}
    lines = Line.objects.filter(result__in=results, revision=F("result__revision"))
    for line in lines.defer("hits", "others").order_by("indicator__position", "id"):
        found[line.result_id].append(line)
    return found


def _steps(request: UserRequest, item: Assessment) -> list[tuple[str, str, str]]:
    """Return the steps that this person may take now: address, words, icon."""
    if not _keeps_district(request):
        return []
    now = timezone.now()
    steps = []
    if item.takes_points and now >= item.period.end:
        steps.append(("compute", _("Count"), "calculator"))
    if item.state == PeriodState.COMPUTED:
        steps.append(("publish", _("Publish"), "send"))
    if item.state == PeriodState.PUBLISHED and item.objections_until is not None and now > item.objections_until:
        steps.append(("finalise", _("Make final"), "lock"))
    return steps


STEPS = {"compute": actions.compute, "publish": actions.publish, "finalise": actions.finalise}


@require_POST
@permission_required(Permission.APPRAISE, raise_exception=True)
def step(request: UserRequest, pk: int, name: str) -> HttpResponse:
    """Count, publish or make final."""
    item = get_object_or_404(Assessment.objects.visible_to(request.user), pk=pk)
    done = {
        "compute": _("The period is counted."),
        "publish": _("The results are published; those judged are told."),
        "finalise": _("The period is final."),
    }
    tell(request, lambda: STEPS[name](item, actor=request.user), done[name])
    return redirect(item)


@require_POST
@permission_required(Permission.VIEW_APPRAISAL, raise_exception=True)
def workbook(request: UserRequest, pk: int) -> FileResponse:
    """Send a period's results of one's area as a workbook; that they were taken along stays in the audit log."""
    item = get_object_or_404(Assessment.objects.visible_to(request.user).select_related("scheme"), pk=pk)
    audit.record(request.user, "appraisal.export_results", item, {"first": item.first.isoformat()}, request=request)
    file = books.results(item, Result.objects.of_area(request.user).filter(assessment=item))
    name = f"appraisal-{item.first:%Y%m%d}-{item.scheme.judged}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPE)
