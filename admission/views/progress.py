"""How far a task is: down the tree, by question, who is still open, all of it as a workbook; and ending it early."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import audit, keyset
from accounts.requests import UserRequest
from accounts.workbooks import CONTENT_TYPE
from admission import actions, progress, sheets
from admission.forms.ending import EndForm
from admission.models import Round, Task
from admission.rules import check_move
from admission.states import TaskMove
from admission.views.filling import shown
from admission.views.tasks import tasks_of
from grids.backends import standing_for
from grids.models import Grid, Kind
from workorders.forms.fields import add_errors


def _asked(request: UserRequest, pk: int) -> tuple[Task, Round, Grid | None]:
    """Return the task, the round (the newest unless named) and the node that the address asks for; 404 without any."""
    task = get_object_or_404(tasks_of(request), pk=pk)
    rounds = task.rounds.issued().order_by("-day")
    named, within = request.GET.get("round", ""), request.GET.get("within", "")
    round_ = rounds.filter(pk=int(named)).first() if _is_key(named) else rounds.first()
    if round_ is None:
        raise Http404
    if not _is_key(within):
        return task, round_, None
    nodes = Grid.objects.filter(tree_id=task.unit.node.tree_id, kind__in=[Kind.STREET, Kind.COMMUNITY])
    return task, round_, get_object_or_404(nodes.defer("boundary", "duties"), pk=int(within))


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18


@require_GET
def show(request: UserRequest, pk: int) -> HttpResponse:
    """Show a round's progress below a node, and what was answered there."""
    task, round_, within = _asked(request, pk)
    now = timezone.now()
    trail = Grid.objects.on_path_to(within).only("pk", "name", "kind", "lft") if within else Grid.objects.none()
    context: dict[str, Any] = {
        "task": task,
        "round": round_,
        "rounds": task.rounds.issued().order_by("-day")[:60],
        "within": within,
        "trail": [node for node in trail if node.kind != Kind.DISTRICT],
        "sum": progress.sum_of(round_, within, now),
        "nodes": progress.by_node(round_, within, now),
        "fields": progress.by_field(task, round_, within),
        "stated": progress.stated_minutes(round_, within),
        "is_lowest": within is not None and within.kind == Kind.COMMUNITY,
    }
    return render(request, "admission/progress.html", context)


@require_GET
def missing(request: UserRequest, pk: int) -> HttpResponse:
    """List the grids of a round that are not done yet, with whom they lie."""
    task, round_, within = _asked(request, pk)
    open_ones = shown(progress.part_of(round_, within).open()).select_related("order__assignee")
    context = {
        "task": task,
        "round": round_,
        "within": within,
        "page": keyset.page(request, open_ones, ("id",)),
        "now": timezone.now(),
    }
    return render(request, "admission/missing.html", context)


@require_GET
def export(request: UserRequest, pk: int) -> FileResponse:
    """Send a round's answers as a workbook; that it was fetched stays in the audit log."""
    task, round_, within = _asked(request, pk)
    audit.record(request.user, "admission.export", task, {"round": str(round_.day)}, request=request)
    name = f"task-{task.pk}-{round_.day:%Y%m%d}.xlsx"
    file = sheets.workbook(task, round_, within)
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPE)


@require_http_methods(["GET", "POST"])
def end(request: UserRequest, pk: int) -> HttpResponse:
    """End an admitted task before its time."""
    task = get_object_or_404(tasks_of(request), pk=pk)
    check_move(task, TaskMove.END, standing_for(request.user))
    form = EndForm(request.POST if request.method == "POST" else None, initial={"version": task.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.end(task, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The task has ended; what was open falls away."))
            return redirect(task)
    context = {
        "form": form,
        "title": _("End the task early"),
        "lead": _("No further round goes out. What is open in the grids falls away, and the workers are told."),
        "verb": _("End it"),
        "back": task.get_absolute_url(),
    }
    return render(request, "grids/form.html", context, status=400 if request.method == "POST" else 200)
