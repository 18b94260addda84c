"""Tasks of the grids: the list, the application, the page of one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import keyset
from accounts.requests import UserRequest
from admission import actions, progress
from admission.forms.application import ApplicationForm, QuestionRows
from admission.models import Task
from admission.querysets import TaskQuerySet
from admission.rules import moves_for
from admission.states import TaskState
from grids.backends import standing_for
from grids.models import Unit
from grids.roles import Permission
from workorders.forms.fields import add_errors

TABS = {
    "pending": (TaskState.PENDING,),
    "admitted": (TaskState.ADMITTED,),
    "closed": (TaskState.REFUSED, TaskState.WITHDRAWN, TaskState.ENDED),
}
NEWEST_FIRST = ("-applied_at", "-id")


def may_open(request: UserRequest) -> None:
    """Raise PermissionDenied for whoever neither applies for tasks nor admits them nor belongs to a unit."""
    who = standing_for(request.user)
    if not (who.unit_ids or who.has(Permission.ADMIT) or who.has(Permission.APPLY_TASK)):
        raise PermissionDenied(_("None of your posts opens this page."))


def tasks_of(request: UserRequest) -> TaskQuerySet:
    return Task.objects.visible_to(request.user).select_related("unit__node", "applicant", "decided_by", "district")


@require_GET
def task_list(request: UserRequest) -> HttpResponse:
    """Show the applications and tasks that one applies for or decides on."""
    may_open(request)
    who = standing_for(request.user)
    tab = request.GET.get("show", "")
    tab = tab if tab in TABS else ("pending" if who.has(Permission.ADMIT) else "admitted")
    page = keyset.page(request, tasks_of(request).in_state(*TABS[tab]), NEWEST_FIRST, size=30)
    context = {
        "page": page,
        "tab": tab,
        "tabs": [("pending", _("To be decided")), ("admitted", _("Admitted")), ("closed", _("Refused or ended"))],
        "sums": progress.totals([task.pk for task in page.rows], timezone.now()),
        "may_apply": who.has(Permission.APPLY_TASK),
        "may_set": who.has(Permission.MANAGE_RULES),
    }
    return render(request, "admission/tasks.html", context)


def _units(request: UserRequest) -> list[Unit]:
    """Return the units in whose name one applies."""
    posts = standing_for(request.user).nodes(Permission.APPLY_TASK)
    ids = [post.unit_id for post in posts if post.unit_id is not None]
    if not ids:
        raise PermissionDenied(_("None of your posts applies for tasks."))
    units = Unit.objects.active().filter(pk__in=ids).select_related("node").defer("node__boundary")
    return list(units.order_by("name"))


@require_http_methods(["GET", "POST"])
def apply(request: UserRequest) -> HttpResponse:
    """Apply for a task in the name of one's unit."""
    units = _units(request)
    named = request.POST.get("unit") or request.GET.get("unit")
    unit = next((one for one in units if str(one.pk) == named), units[0] if units else None)
    if unit is None:
        raise PermissionDenied(_("Your unit is no longer active."))
    sent = request.POST if request.method == "POST" else None
    today = timezone.localdate()
    start = {"in_base": True, "rhythm": "once", "starts_on": today.isoformat()}
    form, questions = ApplicationForm(sent, root=unit.node, initial=start), QuestionRows(sent)
    if request.method == "POST" and form.is_valid() & questions.is_valid():
        try:
            task = actions.apply(unit, actor=request.user, proposal=form.proposal(questions))
        except ValidationError as error:
            add_errors(form, error, {"nodes": "areas"})
        else:
            messages.success(request, _("The application is sent. You are told when it is decided."))
            return redirect(task)
    context = {"form": form, "questions": questions, "unit": unit, "units": units}
    return render(request, "admission/apply.html", context, status=400 if request.method == "POST" else 200)


@require_GET
def task(request: UserRequest, pk: int) -> HttpResponse:
    """Show one task: what it is, how it was decided, how far it is."""
    found = get_object_or_404(tasks_of(request), pk=pk)
    now = timezone.now()
    context: dict[str, Any] = {
        "task": found,
        "nodes": found.nodes.only("pk", "name", "lft").order_by("lft"),
        "fields": found.fields.all(),
        "events": found.events.select_related("actor").order_by("-id"),
        "rounds": progress.rounds_of(found, now),
        "has_rounds": found.rounds.issued().exists(),
        "moves": moves_for(found, standing_for(request.user)),
        "now": now,
    }
    return render(request, "admission/task.html", context)


@require_POST
def withdraw(request: UserRequest, pk: int) -> HttpResponse:
    """Take back an application that is not decided yet."""
    found = get_object_or_404(tasks_of(request), pk=pk)
    actions.withdraw(found, actor=request.user)
    messages.success(request, _("The application is withdrawn."))
    return redirect(found)
