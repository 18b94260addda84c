"""Reports of a day, a week, a month: composed by the product, edited and submitted by people."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import keyset
from accounts.requests import UserRequest
from grids.backends import standing_for
from grids.models import Grid
from grids.roles import Permission
from visits import actions, summaries
from visits.forms.log import PeriodForm, ReportForm
from visits.models import Report
from visits.states import EntryKind, Period
from workorders.forms.fields import add_errors


def own_nodes(request: UserRequest) -> list[Grid]:
    """Return the nodes of which this person reports: those of their posts."""
    posts = [post for post in standing_for(request.user).nodes(Permission.VISIT) if post.unit_id is None]
    if not posts:
        raise PermissionDenied(_("None of your posts opens this page."))
    nodes = Grid.objects.filter(pk__in=[post.node_id for post in posts]).defer("boundary", "duties")
    return list(nodes.order_by("tree_id", "lft"))


@require_GET
def reports(request: UserRequest) -> HttpResponse:
    """List the reports of one's nodes and of those below, newest first."""
    nodes = own_nodes(request)
    rows = Report.objects.visible_to(request.user).select_related("node", "author")
    page = keyset.page(request, rows.defer("node__boundary", "node__duties"), ("-starts_on", "-id"), size=30)
    context = {"page": page, "nodes": nodes, "periods": Period.choices, "today": timezone.localdate()}
    return render(request, "visits/reports.html", context)


@require_http_methods(["GET", "POST"])
def write(request: UserRequest) -> HttpResponse:
    """Propose the text of a period's report and take in what its author made of it."""
    nodes = {node.pk: node for node in own_nodes(request)}
    asked = PeriodForm(request.GET)
    if not asked.is_valid():
        raise Http404
    given = asked.cleaned_data
    node = nodes.get(given["node"] or next(iter(nodes)))
    if node is None:
        raise Http404
    now = timezone.now()
    day = given["day"] or timezone.localdate(now)
    starts_on, ends_on = summaries.span(given["period"], day)
    counts = summaries.count(node, starts_on, ends_on, now)
    kept = Report.objects.filter(node=node, period=given["period"], starts_on=starts_on).first()
    text = kept.text if kept else summaries.compose(node, given["period"], starts_on, ends_on, counts)
    form = ReportForm(request.POST if request.method == "POST" else None, initial={"text": text})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.submit_report(
                node, actor=request.user, period=given["period"], day=day, text=form.cleaned_data["text"]
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The report is submitted."))
            return redirect(made)
    context: dict[str, Any] = {
        "form": form,
        "node": node,
        "period": Period(given["period"]),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "counts": counts,
        "kinds": [(EntryKind(kind).label, number) for kind, number in counts.entries.items()],
        "kept": kept,
    }
    return render(request, "visits/report_write.html", context, status=400 if request.method == "POST" else 200)


@require_GET
def report(request: UserRequest, pk: int) -> HttpResponse:
    """Show a submitted report, printable."""
    rows = Report.objects.visible_to(request.user).select_related("node", "author")
    item = get_object_or_404(rows.defer("node__boundary", "node__duties"), pk=pk)
    kinds = [(EntryKind(kind).label, number) for kind, number in item.counts.get("entries", {}).items()]
    return render(request, "visits/report.html", {"report": item, "kinds": kinds})
